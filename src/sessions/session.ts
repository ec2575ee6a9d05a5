/** One turn of a conversation, as its run tells it. */
export interface Turn {
  readonly run: string;
  readonly asked: string;
  /** How it ended, or `open`. */
  readonly outcome: string;
  readonly answered: string;
}
/** A turn that is told no more word for word: what was asked, in a line of 80 characters at most, and how it ended. */
export type DroppedTurn = Omit<Turn, 'answered'>;
/** A conversation as its next turn is told of it, oldest first. */
export interface Session {
  /** Told word for word. */
  readonly turns: readonly Turn[];
  /** Those before, as many as are listed at once. */
  readonly dropped: readonly DroppedTurn[];
  /** So many are before these. */
  readonly more: number;
}

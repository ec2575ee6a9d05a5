import type { Decision, GateContext, Vote } from './schemas.ts';

/** Why a decision counts for nothing. */
export type Refusal =
  /** It was made on another content or in an earlier round. */
  | 'stale'
  | 'proposer'
  | 'not_decider'
  /** Who decides has said something in this round. */
  | 'voted'
  /** The content may not be changed any more. */
  | 'no_edit'
  /** No right may be handed on any more, or not to that one. */
  | 'no_delegate';

export const DEFAULT_EDITS = 3;

const mayDecide = ({ deciders }: GateContext, { by }: Pick<Decision, 'by'>): boolean =>
  deciders.length === 0 ? by.isRequester : deciders.includes(by.id);

/** Why a decision counts for nothing as the gate stands; undefined where it counts. */
export function refusalOf(context: GateContext, event: Decision): Refusal | undefined {
  const { subject, round, proposer, votes } = context;
  const { by, hash } = event;
  if (hash !== subject.hash || (event.round ?? 1) !== round) return 'stale';
  if (by.id === proposer) return 'proposer';
  if (!mayDecide(context, event)) return 'not_decider';
  if (event.type === 'gate.edited') return mayEdit(context) ? undefined : 'no_edit';
  // Who has voted has no right left that could be handed on.
  if (votes.some((vote) => vote.by === by.id)) return 'voted';
  if (event.type === 'gate.delegated' && !mayDelegate(context, event)) return 'no_delegate';
  return undefined;
}

/** Where one is enough, who edits decides. */
const mayEdit = ({ quorum = 1, edits = DEFAULT_EDITS }: GateContext): boolean =>
  quorum === 1 || edits > 0;

function mayDelegate(
  { delegation, deciders, gave, proposer }: GateContext,
  { by, to }: Extract<Decision, { type: 'gate.delegated' }>,
): boolean {
  if (delegation === undefined || gave.length >= delegation.max) return false;
  const isKnown = to === by.id || to === proposer || deciders.includes(to) || gave.includes(to);
  return !isKnown && (delegation.to?.includes(to) ?? true);
}

const saying = ({ votes }: GateContext, isRejecting: boolean): number =>
  votes.filter(({ says }) => (says === 'rejected') === isRejecting).length;

/** True where enough have approved of exactly this content. */
export const isPassed = (context: GateContext): boolean =>
  saying(context, false) >= (context.quorum ?? 1);

/** True where it is rejected: by one, or because too few are left who could approve. */
export function isRejected(context: GateContext): boolean {
  const against = saying(context, true);
  const { rejects = 'one', quorum = 1, deciders } = context;
  if (rejects === 'one') return against > 0;
  return Math.max(1, deciders.length) - against < quorum;
}

/** The reason that belongs to how it was decided: of who spoke last. */
export const lastNote = ({ votes }: GateContext): Vote['note'] => votes.at(-1)?.note;

/** A run, as a later one of its scope may be told of it. */
export interface RunTold {
  readonly run: string;
  /** What was asked, or the node that was run alone; cut at 2,000 characters. */
  readonly asked: string;
  /** Milliseconds since 1970: of its first and its last event. */
  readonly at: number;
  readonly lastAt: number;
  /** How it ended, or `waiting` on a person, or `open`. */
  readonly outcome: string;
  readonly reason?: string;
  /** Who worked on it, those that only coordinate left out, and how each ended. */
  readonly parts: readonly {
    readonly node: string;
    readonly outcome: string;
    readonly reason?: string;
  }[];
  readonly notDone: readonly { readonly what: string; readonly why: string }[];
  /** What waits on whom; nobody by name: on whoever asked. */
  readonly waits: readonly { readonly purpose: string; readonly on: readonly string[] }[];
}

/** Which runs are told: of the days in UTC from so many days ago to so many days ago, the newest first. */
export interface RunWindow {
  /** 1 is yesterday. */
  readonly fromDaysAgo: number;
  /** 0 is today, as far as it is gone. */
  readonly toDaysAgo: number;
  readonly limit: number;
}

export interface RunsTold {
  /** Milliseconds since 1970, when they were looked up. */
  readonly now: number;
  readonly runs: readonly RunTold[];
  /** There are more, or some could not be read. */
  readonly truncated: boolean;
}

/** An earlier run that concerns what is asked, in a line. */
export interface RunKnown {
  readonly run: string;
  /** What was asked, or the node that was run alone; in a line of 160 characters at most. */
  readonly asked: string;
  readonly outcome: string;
  /** Of its last event; ISO 8601. */
  readonly last: string;
  /** The first three things that were not done. */
  readonly notDone: readonly string[];
}
export interface RunsKnown {
  /** Newest first. */
  readonly runs: readonly RunKnown[];
  /** So many more concern it. */
  readonly more: number;
}

/** How a run's outcome is told to the shell. */
const CODES: Readonly<Record<string, number>> = {
  answered: 0,
  refused: 2,
  failed: 3,
  expired: 4,
  cancelled: 5,
  partial: 6,
  waiting: 7,
  paused: 7,
};

export const USAGE = 64;
export const FAILED = 3;

/** An outcome that has no code of its own is a failure. */
export const exitCodeOf = (outcome: string): number => CODES[outcome] ?? FAILED;

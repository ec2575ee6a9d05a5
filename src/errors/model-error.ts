import type { Reason } from '../../machines/protocol/outcomes.ts';
import type { Usage } from '../../machines/protocol/usage.ts';

/** A model gave no whole answer. */
export class ModelError extends Error {
  readonly code = 'model';
  /**
   * `unavailable`: not reached, overloaded or out of order; `hung`: no end in its time; `cut`: it broke off; `garbled`: no answer of the
   * API; `denied`: refused for its key, its model or its size; `filtered`: withheld.
   */
  readonly reason: ModelFault;
  /** What was billed all the same, where that is known. */
  readonly usage: Usage | undefined;

  constructor(reason: ModelFault, detail: string, usage?: Usage, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'ModelError';
    this.reason = reason;
    this.usage = usage;
  }
}

export type ModelFault = Extract<
  Reason,
  'unavailable' | 'hung' | 'cut' | 'garbled' | 'denied' | 'filtered'
>;

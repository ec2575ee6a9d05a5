import type { Reason } from '../../machines/protocol/outcomes.ts';

/** Why a user's own machine could not go on, as the reason with which its node ends. */
export class GuestError extends Error {
  readonly code = 'guest';
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.name = 'GuestError';
    this.reason = reason;
  }
}

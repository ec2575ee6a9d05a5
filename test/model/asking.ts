// Asks models while time passes only where nothing else is waited for, so that a test takes no longer than its traffic.
import { setImmediate } from 'node:timers/promises';
import { ModelError } from '../../src/errors/model-error.ts';
import type { Model, ModelCall, ModelReply } from '../../src/host/ports.ts';
import { contractCall, ManualClock } from 'nova-agents/testing';

/** For one request, as these tests set it. */
export const REQUEST_MS = 10_007;
export const DEADLINE_MS = 60_013;

/** A clock that knows what its alarms are for: one stands as long as each request is under way. */
export class WatchedClock extends ManualClock {
  /** Requests under way. */
  requests = 0;
  /** Instants to which only time leads: a pause before a request, a rest. */
  readonly #pauses: number[] = [];

  override wakeAt(at: number, wake: () => void): () => void {
    const isRequest = at - this.now() === REQUEST_MS;
    const isPause = !isRequest && at !== DEADLINE_MS;
    if (isRequest) this.requests += 1;
    if (isPause) this.#pauses.push(at);
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      if (isRequest) this.requests -= 1;
      if (isPause) this.#pauses.splice(this.#pauses.indexOf(at), 1);
    };
    const unwake = super.wakeAt(at, () => {
      over();
      wake();
    });
    return () => {
      over();
      unwake();
    };
  }

  /** The next of them, where no request is under way. */
  get pause(): number | undefined {
    return this.requests === 0 ? this.#pauses.toSorted((a, b) => a - b)[0] : undefined;
  }
}

export interface Asked {
  readonly reply?: ModelReply;
  readonly error?: unknown;
  readonly drafts: readonly string[];
  /** Requests that were made for it. */
  readonly made: number;
}

/** Lets time pass until it is settled; `isStill` says that the other side is only waited for. */
export async function settle<T>(
  work: Promise<T>,
  clock: WatchedClock,
  isStill: () => boolean = () => false,
): Promise<T> {
  const over = new AbortController();
  const settled = work.finally(() => over.abort());
  settled.catch(() => {});
  while (!over.signal.aborted) {
    await setImmediate();
    const { pause, requests } = clock;
    if (pause !== undefined) clock.advance(pause - clock.now());
    else if (requests > 0 && isStill()) clock.advance(REQUEST_MS);
  }
  return settled;
}

/** Makes one call to its end. */
export async function ask(
  model: Model,
  clock: WatchedClock,
  { isStream = false, isStill, ...call }: Asking = {},
): Promise<Asked> {
  const drafts: string[] = [];
  let made = 0;
  const hearing = {
    onPrompt: async () => {
      made += 1;
    },
    ...(isStream && { onDraft: (text: string) => drafts.push(text) }),
  };
  const whole = { ...contractCall, dueAt: DEADLINE_MS, ...call };
  const settled = model.call(whole, new AbortController().signal, hearing).then(
    (reply) => ({ reply, drafts, made }),
    (error: unknown) => ({ error, drafts, made }),
  );
  return settle(settled, clock, isStill);
}
export type Asking = Partial<ModelCall> & {
  readonly isStream?: boolean;
  readonly isStill?: () => boolean;
};

/** How a call came out, in a word: what the model said, or why there is nothing. */
export function cameOf({ reply, error }: Asked): string {
  if (reply === undefined)
    return error instanceof ModelError ? error.reason : `?! ${String(error)}`;
  if ('says' in reply) return `${reply.says.outcome} ${JSON.stringify(reply.says.value)}`;
  return 'wants' in reply
    ? `wants ${reply.wants.tool} ${JSON.stringify(reply.wants.input)}`
    : `broken: ${reply.broken}`;
}

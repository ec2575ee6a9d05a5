import type * as z from 'zod';
import { BreakerInput } from '../../machines/breaker.ts';
import type { Reason } from '../../machines/protocol/outcomes.ts';
import type { Commit } from '../engine/ports.ts';
import { effectTimer } from '../kernel/timers.ts';
import type { OpenEffect } from '../kernel/system.ts';
import type { Reply } from './border.ts';
import { Breaker, type Came } from './breaker.ts';
import type { Clock } from './ports.ts';

/** A call, as breakers tell calls apart. */
interface Call {
  /** What is called: `model`, or `tool` with its name. */
  readonly endpoint: string;
  /** Who calls. */
  readonly agent: string;
  readonly signal: AbortSignal;
}

interface Endpoint {
  readonly all: Breaker;
  readonly byAgent: Map<string, Breaker>;
  /** Whose call failed last, where none has succeeded since. */
  failing: string | undefined;
}

/** Reasons of a reply by which what was called is out of order. */
const OUT_OF_ORDER: readonly unknown[] = [
  'threw',
  'in_doubt',
  'unavailable',
  'hung',
  'garbled',
] satisfies Reason[];

/**
 * A breaker for each agent at each endpoint, and one for all of its agents, at which the failures of one agent in succession
 * count once: so one agent that always fails takes a tool from nobody but itself. Kept in memory: a new process begins closed.
 */
export class Breakers {
  readonly #clock: Clock;
  readonly #limits: z.output<typeof BreakerInput> | undefined;
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(clock: Clock, limits: z.input<typeof BreakerInput> | false = {}) {
    this.#clock = clock;
    this.#limits = limits === false ? undefined : BreakerInput.parse(limits);
  }

  /** Makes a call and heeds what comes of it; where it is not to be begun, answers with `refused`. */
  async through(
    call: Call,
    make: () => Promise<Reply | undefined>,
    refused: () => Reply,
  ): Promise<Reply | undefined> {
    const settle = this.#begin(call);
    if (settle === undefined) return refused();
    const { signal } = call;
    // Who hangs may never come back.
    const given = () => settle(isLate(signal) ? 'failed' : 'dropped');
    signal.addEventListener('abort', given, { once: true });
    try {
      const reply = await make();
      if (!signal.aborted) settle(cameOf(reply));
      return reply;
    } finally {
      signal.removeEventListener('abort', given);
      // It could not be begun, or was given up.
      given();
    }
  }

  #begin({ endpoint, agent }: Call): ((came: Came) => void) | undefined {
    const limits = this.#limits;
    if (limits === undefined) return () => {};
    const breaker = () => new Breaker(this.#clock, limits);
    const at = this.#endpoints.get(endpoint) ?? {
      all: breaker(),
      byAgent: new Map<string, Breaker>(),
      failing: undefined,
    };
    const own = at.byAgent.get(agent) ?? breaker();
    at.byAgent.set(agent, own);
    this.#endpoints.set(endpoint, at);
    const ownSettle = own.begin();
    const allSettle = ownSettle && at.all.begin();
    if (allSettle === undefined) ownSettle?.('dropped');
    if (ownSettle === undefined || allSettle === undefined) return undefined;
    let isSettled = false;
    return (came) => {
      if (isSettled) return;
      isSettled = true;
      ownSettle(came);
      allSettle(came === 'failed' && at.failing === agent ? 'dropped' : came);
      if (came !== 'dropped') at.failing = came === 'failed' ? agent : undefined;
    };
  }
}

function cameOf(reply: Reply | undefined): Came {
  if (reply === undefined) return 'dropped';
  return OUT_OF_ORDER.includes(reply.event['reason']) ? 'failed' : 'succeeded';
}

/** What work is aborted with: that its time is up, where a timer of its own or of its actor is the cause. */
export function abortReason(
  { incoming }: Pick<Commit, 'incoming'>,
  effectId: string,
  { actor }: OpenEffect,
): DOMException | undefined {
  if (incoming.kind !== 'timer') return undefined;
  const { timer } = incoming;
  const isItsOwn = timer === effectTimer(effectId) || timer.startsWith(`${actor}:`);
  return isItsOwn ? new DOMException('its time is up', 'TimeoutError') : undefined;
}

const isLate = ({ reason }: AbortSignal): boolean =>
  reason instanceof DOMException && reason.name === 'TimeoutError';

import {
  StateMachine,
  fromPromise,
  type ActorLogic,
  type AnyActorLogic,
  type AnyStateMachine,
  type InputFrom,
  type OutputFrom,
  type Snapshot,
} from 'xstate';
import * as z from 'zod';
import {
  deadlinePassed,
  effectExpired,
  paused,
  stopRequested,
} from '../../../machines/protocol/events.ts';
import type { EventSchemas } from '../../../machines/protocol/events.ts';
import { Reason, type Output } from '../../../machines/protocol/outcomes.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import type { Machine } from '../system.ts';
import { guestSystem } from './guest-system.ts';

export type { ActorLogic, AnyStateMachine, InputFrom, OutputFrom, Snapshot };

/** Microsteps of one event: a machine that says nothing else must not go in circles for ever. */
const MAX_ITERATIONS = 1000;

/** What the code behind a promise is called with; `key` is the same for every attempt. */
export interface PromiseCall {
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly key: string;
}
type Promised = (call: PromiseCall) => unknown;

/** What a machine's promise failed with, as its `onError` sees it. */
export const PromiseFailure = z.strictObject({
  name: z.string(),
  message: z.string(),
  reason: Reason,
});
export type PromiseFailure = z.infer<typeof PromiseFailure>;

/** What the kernel itself tells a machine, and takes for it: no transition of the machine's own hears these. */
export const kernelEvents = {
  answer: {
    'promise.done': z.strictObject({ id: z.string(), output: z.json().optional() }),
    'promise.failed': z.strictObject({ id: z.string(), error: PromiseFailure }),
  },
  internal: {
    ...effectExpired,
    ...deadlinePassed,
    ...stopRequested,
    ...paused,
    'delay.passed': z.strictObject({ n: z.string() }),
  },
} as const;

export interface GuestTerms {
  readonly node: string;
  /** For all of its work. */
  readonly deadlineMs: number;
  /** How long a promise has, by its name. */
  withinMs(src: string): number;
  /** The node's end for the machine's output. */
  conclude(output: unknown): Output;
  /** What may come from outside. */
  readonly events: EventSchemas['external'];
}

/** A user's own machine as the kernel plays it: XState's own, with a wish in place of every promise. */
export class Guest implements Machine {
  readonly terms: GuestTerms;
  readonly schemas: { readonly events: EventSchemas };
  /** As it was written. */
  readonly source: AnyStateMachine;
  readonly machine: AnyStateMachine;
  /** The code behind its promises, by `name`, below a child machine `child/name`. */
  readonly promises: ReadonlyMap<string, Promised>;

  /** @param machine one without `faultsOf`. */
  constructor(machine: AnyStateMachine, terms: GuestTerms) {
    const promises = new Map<string, Promised>();
    this.terms = terms;
    this.source = machine;
    this.machine = wishing(machine, '', promises);
    this.promises = promises;
    this.schemas = { events: { external: terms.events, ...kernelEvents } };
  }
}

/** The machine, and its child machines, with their promises taken out. */
function wishing(
  machine: AnyStateMachine,
  path: string,
  promises: Map<string, Promised>,
): AnyStateMachine {
  const actors = Object.fromEntries(
    Object.entries(machine.implementations.actors as Record<string, AnyActorLogic>).map(
      ([name, logic]) => {
        if (logic instanceof StateMachine)
          return [name, wishing(logic, `${path}${name}/`, promises)];
        promises.set(path + name, (logic as unknown as { config: Promised }).config);
        return [name, wishFor(path + name)];
      },
    ),
  );
  const made = machine.provide({ actors } as never) as AnyStateMachine;
  const options = made.options as { maxIterations: number };
  options.maxIterations = Math.min(options.maxIterations, MAX_ITERATIONS);
  return made;
}

/** XState's promise logic, that wishes an effect where it would begin and an abort where it is stopped. */
function wishFor(src: string): AnyActorLogic {
  const logic = fromPromise(() => new Promise<Json>(() => {})) as AnyActorLogic;
  return {
    ...logic,
    start: (state: { readonly input: unknown }, { self, system }) =>
      guestSystem(system).began(self.sessionId, src, state.input),
    transition: (state: { readonly status: string }, event: { readonly type: string }, scope) => {
      if (event.type === 'xstate.stop' && state.status === 'active')
        guestSystem(scope.system).aborted(scope.self.sessionId);
      return logic.transition(state, event, scope) as unknown;
    },
  };
}

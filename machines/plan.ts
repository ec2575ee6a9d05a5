//   working ⟲ child.ended (a part came back: what has all that it takes is handed over, what cannot get it is skipped)
//      │  ⟲ run.paused, run.resumed (nothing new begins in between)
//      ├── every part has ended ──▶ ended (all, some, or how the parts were lost)
//      └── stop.requested ──▶ stopping ── every running part has ended ──▶ ended (cancelled)
//
// Interprets a graph of parts, some of which take from the results of others: at most `maxParallel` at once, each part
// ends exactly once. That the graph has no cycle is checked before.
import { assign, enqueueActions, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { childEnded, paused, stopRequested, type EventsOf } from './protocol/events.ts';
import { COMMON_OUTCOMES, Ending, type Output } from './protocol/outcomes.ts';
import { ValueRef, type Wire } from './protocol/values.ts';

/** What a part takes from how another ended: its value, or one key of it, under a key of its own input. */
export const Taking = z.strictObject({
  from: z.strictObject({ part: z.string(), outcome: z.string(), key: z.string().optional() }),
  to: z.string(),
});
export type Taking = z.infer<typeof Taking>;

export const PlanPart = z.strictObject({
  id: z.string(),
  node: z.string(),
  /** Exactly that definition of it; default the newest when it is handed over. */
  version: z.int().min(1).optional(),
  purpose: z.string().optional(),
  /** The whole input; for a part that takes from others an object of what is `given`. */
  input: ValueRef,
  given: z.array(z.string()).optional(),
  takes: z.array(Taking).optional(),
});
export const PlanInput = z.strictObject({
  parts: z.array(PlanPart).min(1).max(12),
  maxParallel: z.int().min(1).max(12),
});

export const planEvents = {
  external: {},
  answer: {},
  internal: { ...childEnded, ...stopRequested, ...paused },
} as const;
type PlanEvent = EventsOf<typeof planEvents>;

const Progress = PlanPart.extend({
  /** `skipped`: it never began, because what it takes from came to something else. */
  state: z.enum(['ready', 'running', 'ended', 'skipped']),
  ending: Ending.optional(),
});
type Progress = z.infer<typeof Progress>;
export const PlanContext = z.strictObject({
  parts: z.array(Progress),
  maxParallel: z.int(),
  isPaused: z.boolean(),
});
type PlanContext = z.infer<typeof PlanContext>;

const isLost = ({ ending }: Progress): boolean =>
  (COMMON_OUTCOMES as readonly string[]).includes(ending?.outcome ?? 'failed');
const running = ({ parts }: PlanContext): Progress[] =>
  parts.filter(({ state }) => state === 'running');

/** The parts that may begin now, in the plan's order: what each takes from has come to what it takes. */
function startable(context: PlanContext): Progress[] {
  const { parts, isPaused, maxParallel } = context;
  if (isPaused) return [];
  const ready = parts.filter(
    ({ state, takes = [] }) => state === 'ready' && takes.every((taking) => hasCome(parts, taking)),
  );
  return ready.slice(0, maxParallel - running(context).length);
}

const source = (parts: readonly Progress[], id: string): Progress | undefined =>
  parts.find((part) => part.id === id);

function hasCome(parts: readonly Progress[], { from }: Taking): boolean {
  const { state, ending } = source(parts, from.part) ?? {};
  return state === 'ended' && ending?.outcome === from.outcome;
}

/** The parts, without those that can no longer get what they take, nor those that take from these. */
function skipping(parts: readonly Progress[]): Progress[] {
  const isGone = (taking: Taking): boolean => {
    const { state = 'skipped' } = source(parts, taking.from.part) ?? {};
    return state === 'skipped' || (state === 'ended' && !hasCome(parts, taking));
  };
  const next = parts.map((part): Progress =>
    part.state === 'ready' && part.takes?.some(isGone) === true
      ? { ...part, state: 'skipped', ending: { outcome: 'cancelled', reason: 'input_lost' } }
      : part,
  );
  const isSettled = next.every(({ state }, at) => state === parts[at]?.state);
  return isSettled ? next : skipping(next);
}

/** A part's input: as it stands, or what is given beside what the others have come to. */
function inputOf({ parts }: PlanContext, { input, given = [], takes }: Progress): Wire {
  if (takes === undefined) return { ref: input };
  const taken = takes.map(({ from: { part, key }, to }): [string, Wire] => {
    const ref = source(parts, part)?.ending?.value;
    if (ref === undefined) return [to, { literal: null }];
    return [to, key === undefined ? { ref } : { ref, key }];
  });
  const own = given.map((key): [string, Wire] => [key, { ref: input, key }]);
  return { record: Object.fromEntries([...own, ...taken]) };
}

/** What a person may be told of a part that was lost: what it said, or what it would have needed. */
function noteOf({ state, takes = [], ending }: Progress): Wire {
  if (state !== 'skipped') return passed(ending?.note ?? ending?.value);
  const needs = takes.map(({ from: { part, outcome } }) => `${part}: ${outcome}`).join(', ');
  return { record: { needs: literal(needs) } };
}

const literal = (value: string | null | undefined): Wire => ({ literal: value ?? null });
const passed = (ref: ValueRef | undefined): Wire =>
  ref === undefined ? { literal: null } : { ref };

/** The report of a plan, as in `PlanReport`. */
function report({ parts }: PlanContext): Wire {
  const got = parts.filter((part) => !isLost(part));
  const lost = parts.filter(isLost);
  return {
    record: {
      got: {
        list: got.map(({ id, node, ending }) => ({
          record: {
            id: literal(id),
            node: literal(node),
            outcome: literal(ending?.outcome),
            value: passed(ending?.value),
          },
        })),
      },
      lost: {
        list: lost.map((part) => ({
          record: {
            id: literal(part.id),
            node: literal(part.node),
            outcome: literal(part.ending?.outcome ?? 'cancelled'),
            reason: literal(part.ending?.reason),
            note: noteOf(part),
          },
        })),
      },
    },
  };
}

/** `all`, `some`, or where nothing came back the one way in which every part was lost, else `failed`. */
function outcomeOf({ parts }: PlanContext): string {
  const lost = parts.filter(isLost);
  if (lost.length === 0) return 'all';
  if (lost.length < parts.length) return 'some';
  const own = lost.filter(({ state }) => state !== 'skipped');
  const ways = new Set(own.map(({ ending }) => ending?.outcome ?? 'cancelled'));
  return ways.size === 1 ? ([...ways][0] as string) : 'failed';
}

const base = setup({
  types: {} as {
    input: z.infer<typeof PlanInput>;
    context: PlanContext;
    events: PlanEvent;
    output: Output;
  },
  schemas: { input: PlanInput, events: planEvents, context: PlanContext },
  actions: {
    ...outputs,
    settle: assign({
      parts: ({ context }, { id, ...ending }: Ending & { id: string }): Progress[] =>
        skipping(
          context.parts.map((part) =>
            part.id === id ? { ...part, state: 'ended', ending } : part,
          ),
        ),
    }),
    begin: assign({
      parts: ({ context }, { ids }: { ids: readonly string[] }): Progress[] =>
        context.parts.map((part) => (ids.includes(part.id) ? { ...part, state: 'running' } : part)),
    }),
  },
  guards: {
    isOver: ({ context }) =>
      context.parts.every(({ state }) => state === 'ended' || state === 'skipped'),
    isIdle: ({ context }) => running(context).length === 0,
    isRunning: ({ context, event }) =>
      event.type === 'child.ended' && running(context).some(({ id }) => id === event.id),
    mayStart: ({ context }) => startable(context).length > 0,
  },
});

/** Tells every part that is at work. */
const tell = (type: string) =>
  base.enqueueActions(({ context, enqueue }) => {
    for (const { id } of running(context))
      enqueue({ type: 'send', params: { to: { child: id }, event: { type } } });
  });

export const planMachine = base.createMachine({
  id: 'plan',
  version: '1',
  options: { maxIterations: 64 },
  context: ({ input }) => ({
    parts: input.parts.map((part) => ({ ...part, state: 'ready' })),
    maxParallel: input.maxParallel,
    isPaused: false,
  }),
  initial: 'working',
  states: {
    working: {
      on: {
        'child.ended': {
          guard: 'isRunning',
          actions: { type: 'settle', params: ({ event: { type: _, ...ended } }) => ended },
        },
        'run.paused': { actions: [assign({ isPaused: () => true }), tell('run.paused')] },
        'run.resumed': { actions: [assign({ isPaused: () => false }), tell('run.resumed')] },
        'stop.requested': { target: 'stopping' },
      },
      always: [
        { guard: 'isOver', target: 'ended' },
        {
          guard: 'mayStart',
          actions: enqueueActions(({ context, enqueue }) => {
            const next = startable(context);
            for (const part of next) {
              const { id, node, version, purpose } = part;
              const more = { ...(version && { version }), ...(purpose && { purpose }) };
              const input = inputOf(context, part);
              enqueue({ type: 'hand', params: { id, node, ...more, input } });
            }
            enqueue({ type: 'begin', params: { ids: next.map(({ id }) => id) } });
          }),
        },
      ],
    },
    stopping: {
      entry: tell('stop.requested'),
      on: {
        'child.ended': {
          guard: 'isRunning',
          actions: { type: 'settle', params: ({ event: { type: _, ...ended } }) => ended },
        },
      },
      always: { guard: 'isIdle', target: 'stopped' },
    },
    stopped: { type: 'final', output: { isStopped: true } },
    ended: { type: 'final', output: { isStopped: false } },
  },
  output: ({ context, event }): Output => {
    const { isStopped } = (event as unknown as { output: { isStopped: boolean } }).output;
    const value = report(context);
    if (isStopped) return { outcome: 'cancelled', reason: 'cancelled', value };
    const outcome = outcomeOf(context);
    return outcome === 'all' ? { outcome, value } : { outcome, reason: 'parts_lost', value };
  },
});

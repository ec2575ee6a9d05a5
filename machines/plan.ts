//   working ⟲ child.ended (a part came back: the next ready one is handed over)
//      │  ⟲ run.paused, run.resumed (nothing new begins in between)
//      ├── every part has ended ──▶ ended (all, some, or how the parts were lost)
//      └── stop.requested ──▶ stopping ── every running part has ended ──▶ ended (cancelled)
//
// Interprets a graph of independent parts: at most `maxParallel` at once, each part ends exactly once.
import { assign, enqueueActions, setup } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { childEnded, stopRequested, type EventsOf } from './protocol/events.ts';
import { COMMON_OUTCOMES, Ending, type Output } from './protocol/outcomes.ts';
import { ValueRef, type Wire } from './protocol/values.ts';

const none = z.strictObject({});

export const PlanPart = z.strictObject({ id: z.string(), node: z.string(), input: ValueRef });
export const PlanInput = z.strictObject({
  parts: z.array(PlanPart).min(1).max(12),
  maxParallel: z.int().min(1).max(12),
});

export const planEvents = {
  external: {},
  answer: {},
  internal: { ...childEnded, ...stopRequested, 'run.paused': none, 'run.resumed': none },
} as const;
type PlanEvent = EventsOf<typeof planEvents>;

const Progress = PlanPart.extend({
  state: z.enum(['ready', 'running', 'ended']),
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

/** The parts that may begin now, in the plan's order. */
function startable(context: PlanContext): Progress[] {
  if (context.isPaused) return [];
  const ready = context.parts.filter(({ state }) => state === 'ready');
  return ready.slice(0, context.maxParallel - running(context).length);
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
        list: lost.map(({ id, node, ending }) => ({
          record: {
            id: literal(id),
            node: literal(node),
            outcome: literal(ending?.outcome ?? 'cancelled'),
            reason: literal(ending?.reason),
            note: passed(ending?.note ?? ending?.value),
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
  const ways = new Set(lost.map(({ ending }) => ending?.outcome ?? 'cancelled'));
  return ways.size === 1 ? ([...ways][0] as string) : 'failed';
}

export const planMachine = setup({
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
        context.parts.map((part) => (part.id === id ? { ...part, state: 'ended', ending } : part)),
    }),
    begin: assign({
      parts: ({ context }, { ids }: { ids: readonly string[] }): Progress[] =>
        context.parts.map((part) => (ids.includes(part.id) ? { ...part, state: 'running' } : part)),
    }),
  },
  guards: {
    isOver: ({ context }) => context.parts.every(({ state }) => state === 'ended'),
    isIdle: ({ context }) => running(context).length === 0,
    isRunning: ({ context, event }) =>
      event.type === 'child.ended' && running(context).some(({ id }) => id === event.id),
    mayStart: ({ context }) => startable(context).length > 0,
  },
}).createMachine({
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
        'run.paused': { actions: assign({ isPaused: () => true }) },
        'run.resumed': { actions: assign({ isPaused: () => false }) },
        'stop.requested': { target: 'stopping' },
      },
      always: [
        { guard: 'isOver', target: 'ended' },
        {
          guard: 'mayStart',
          actions: enqueueActions(({ context, enqueue }) => {
            const next = startable(context);
            for (const { id, node, input } of next)
              enqueue({ type: 'hand', params: { id, node, input: { ref: input } } });
            enqueue({ type: 'begin', params: { ids: next.map(({ id }) => id) } });
          }),
        },
      ],
    },
    stopping: {
      entry: enqueueActions(({ context, enqueue }) => {
        for (const { id } of running(context))
          enqueue({
            type: 'send',
            params: { to: { child: id }, event: { type: 'stop.requested' } },
          });
      }),
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

//   serving ⟲ work.wanted ▶ work.granted to the first, work.settled where it is fresh; the others wait
//           ⟲ work.done by the owner ▶ work.settled to all who wait; under an older fence it is not taken
//           ⟲ work.left by the owner, or its lease passed (`maxGrants` times) ▶ work.granted to the next, under a new fence
//           ⟲ values.forgotten: what is kept of them is not given to anybody any more
//
// The shared work of one node in one scope, a system of its own: each piece has one owner at a time, known by its fence.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { Sharing } from './lease.ts';
import { outputs, type Fact } from './protocol/effects.ts';
import { stopRequested, type EventsOf } from './protocol/events.ts';
import { Decider } from './protocol/principal.ts';
import { COMMON_OUTCOMES, Ending, type Output } from './protocol/outcomes.ts';
import { SERVING } from './protocol/tags.ts';

/** Pieces of work at once; whoever comes after is told to do it unshared. */
const MOST_WORKS = 1_000;

export const LedgerInput = Sharing;
const Work = z.strictObject({
  /** Addresses: who does it, and who waits for it. */
  owner: z.string().optional(),
  fence: z.int().min(1),
  /** Owners whose lease has passed. */
  deaths: z.int().min(1).optional(),
  waiting: z.array(z.string()),
  /** What it came to, while that is fresh. */
  fresh: Ending.optional(),
});
type Work = z.infer<typeof Work>;

/** Who tells: a run, and the actor in it. */
const told = { from: z.string(), actor: z.string(), work: z.string() };
const fence = z.int().min(0);
export const ledgerEvents = {
  external: { 'values.forgotten': z.strictObject({ by: Decider, values: z.array(z.string()) }) },
  answer: {},
  internal: {
    'lease.passed': z.strictObject({ work: z.string(), fence }),
    'freshness.passed': z.strictObject({ work: z.string() }),
    ...stopRequested,
  },
  told: {
    'work.wanted': z.strictObject({ ...told, sharing: Sharing }),
    'work.renewed': z.strictObject({ ...told, fence }),
    'work.done': Ending.extend({ ...told, fence }),
    'work.left': z.strictObject(told),
  },
} as const;
type LedgerEvent = EventsOf<typeof ledgerEvents>;

export const LedgerContext = LedgerInput.extend({ works: z.record(z.string(), Work) });
export type LedgerContext = z.infer<typeof LedgerContext>;

const addressOf = ({ from, actor }: { readonly from: string; readonly actor: string }): string =>
  `${from}#${actor}`;

const base = setup({
  types: {} as {
    input: z.infer<typeof LedgerInput>;
    context: LedgerContext;
    events: LedgerEvent;
    output: Output;
  },
  schemas: { input: LedgerInput, events: ledgerEvents, context: LedgerContext },
  actions: {
    ...outputs,
    put: assign({
      works: ({ context }, { work, ...entry }: Work & { work: string }) => ({
        ...context.works,
        [work]: entry,
      }),
    }),
    drop: assign({
      works: ({ context }, { work }: { work: string }) => {
        const { [work]: _, ...works } = context.works;
        return works;
      },
    }),
  },
  guards: {
    /** What is told by whom it is not granted to any more is not taken. */
    isOwner: ({ context, event }) => {
      if (event.type !== 'work.renewed' && event.type !== 'work.done') return false;
      const { work, fence: fenced, ...who } = event;
      const known = context.works[work];
      return known?.owner === addressOf(who) && known.fence === fenced;
    },
    hasPassed: ({ context, event }) =>
      event.type === 'lease.passed' && context.works[event.work]?.fence === event.fence,
    /** Of who began it: no run can say so. */
    isOurs: ({ event }) => 'by' in event && event.by.isRequester,
    isKnown: ({ context, event }) => 'work' in event && Object.hasOwn(context.works, event.work),
  },
});

const tell = (to: string, event: Fact) => ({ type: 'tell' as const, params: { to, event } });
const granted = (fenced: number): Fact => ({ type: 'work.granted', fence: fenced }) as Fact;
const leased = ({ leaseMs }: Sharing, work: string, fenced: number) => ({
  type: 'timer' as const,
  params: {
    id: `lease ${work}`,
    delayMs: leaseMs,
    event: { type: 'lease.passed', work, fence: fenced } as Fact,
  },
});

const wanted = base.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'work.wanted') return;
  const { work, sharing } = event;
  // Who asks last says how the work is shared from now on.
  enqueue.assign(sharing);
  const who = addressOf(event);
  const known = context.works[work];
  if (known?.fresh !== undefined) {
    enqueue(tell(who, { type: 'work.settled', ...known.fresh } as Fact));
  } else if (known !== undefined) {
    const waiting = [...known.waiting.filter((one) => one !== who), who];
    enqueue({ type: 'put', params: { work, ...known, waiting } });
  } else if (Object.keys(context.works).length >= MOST_WORKS) {
    enqueue(tell(who, granted(0)));
  } else {
    enqueue({ type: 'put', params: { work, owner: who, fence: 1, waiting: [] } });
    enqueue(tell(who, granted(1)));
    enqueue(leased(sharing, work, 1));
  }
});

const renewed = base.enqueueActions(({ context, event, enqueue }) => {
  if (event.type === 'work.renewed') enqueue(leased(context, event.work, event.fence));
});

/** Gives the work to who waits longest; where nobody does it is forgotten. */
const next = base.enqueueActions(({ context, event, enqueue }) => {
  const { work } = event as { work: string };
  const known = context.works[work];
  const { fence: fenced = 0, waiting: [owner, ...waiting] = [] } = known ?? {};
  const deaths = (known?.deaths ?? 0) + (event.type === 'lease.passed' ? 1 : 0);
  enqueue({ type: 'clear', params: { id: `lease ${work}` } });
  if (owner === undefined) return enqueue({ type: 'drop', params: { work } });
  // What so many owners have died over is not given to one more.
  if (event.type === 'lease.passed' && deaths >= context.maxGrants) {
    const hung = { type: 'work.settled', outcome: 'failed', reason: 'hung' } as Fact;
    for (const who of [owner, ...waiting]) enqueue(tell(who, hung));
    return enqueue({ type: 'drop', params: { work } });
  }
  const dead = deaths > 0 && { deaths };
  enqueue({ type: 'put', params: { work, owner, fence: fenced + 1, ...dead, waiting } });
  enqueue(tell(owner, granted(fenced + 1)));
  enqueue(leased(context, work, fenced + 1));
});

const done = base.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'work.done') return;
  const { type: _, from: _from, actor: _actor, work, fence: fenced, ...ending } = event;
  const { waiting = [] } = context.works[work] ?? {};
  for (const who of waiting) enqueue(tell(who, { type: 'work.settled', ...ending } as Fact));
  enqueue({ type: 'clear', params: { id: `lease ${work}` } });
  // What ended badly is tried again by whoever asks next.
  const isGood = !(COMMON_OUTCOMES as readonly string[]).includes(ending.outcome);
  if (!isGood || context.freshMs === 0) return enqueue({ type: 'drop', params: { work } });
  enqueue({ type: 'put', params: { work, fence: fenced, waiting: [], fresh: ending } });
  enqueue({
    type: 'timer',
    params: {
      id: `fresh ${work}`,
      delayMs: context.freshMs,
      event: { type: 'freshness.passed', work } as Fact,
    },
  });
});

/** What some run came to is done again by whoever asks for it. */
const forgotten = base.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'values.forgotten') return;
  for (const [work, { fresh }] of Object.entries(context.works)) {
    const kept = [fresh?.value, fresh?.note].map((ref) => ref?.hash ?? '');
    if (!kept.some((hash) => event.values.includes(hash))) continue;
    enqueue({ type: 'clear', params: { id: `fresh ${work}` } });
    enqueue({ type: 'drop', params: { work } });
  }
});

/** Who waits is crossed out; where the owner left, the next one is granted it. */
const left = base.enqueueActions(({ context, event, enqueue }) => {
  if (event.type !== 'work.left') return;
  const { work } = event;
  const known = context.works[work];
  if (known === undefined) return;
  const who = addressOf(event);
  if (known.owner === who) return enqueue(next as never);
  const waiting = known.waiting.filter((one) => one !== who);
  enqueue({ type: 'put', params: { work, ...known, waiting } });
});

export const ledgerMachine = base.createMachine({
  id: 'ledger',
  version: '1',
  options: { maxIterations: 8 },
  context: ({ input }) => ({ ...input, works: {} }),
  // Nobody does: what it serves is everybody's.
  on: { 'stop.requested': '.ended' },
  initial: 'serving',
  states: {
    serving: {
      tags: SERVING,
      on: {
        'work.wanted': { actions: wanted },
        'work.renewed': { guard: 'isOwner', actions: renewed },
        'work.done': { guard: 'isOwner', actions: done },
        'work.left': { guard: 'isKnown', actions: left },
        'lease.passed': { guard: 'hasPassed', actions: next },
        'values.forgotten': { guard: 'isOurs', actions: forgotten },
        'freshness.passed': {
          guard: 'isKnown',
          actions: { type: 'drop', params: ({ event: { work } }) => ({ work }) },
        },
      },
    },
    ended: { type: 'final' },
  },
  output: (): Output => ({ outcome: 'cancelled', reason: 'cancelled' }),
});

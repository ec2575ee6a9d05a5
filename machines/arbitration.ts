//   collecting ── every adviser has ended ──▶ weighing ──agreed, or voted──────────────────▶ settled
//                                               ├──by the owner or a judge──▶ ruling ──▶ reading ──┤
//                                               └──author, too few, margin, veto, owner ─┐  │      │
//      a person: approves, edits (──▶ rereading), rejects ◀── asking ◀── referred ◀──────┴──┴      │
//   settled ── nobody to be heard ──▶ decided (one of the options) ◀──stands── appealing ◀─────────┘
//   rejected ▶ undecided;  from anywhere: stop.requested ▶ cancelled, deadline.passed ▶ expired (while appealing: it stands)
//
// One decision: its advisers are asked at once, on the same subject, before any of them has said anything. What they do not
// agree on is decided by its owner, by a vote or by a judge; what none of these may decide goes to a person.
import type { Ending, Output } from './protocol/outcomes.ts';
import type { Wire } from './protocol/values.ts';
import type { ArbitrationContext, ArbitrationEvent } from './arbitration/schemas.ts';
import { ADVISER, base, type By, type Why } from './arbitration/setup.ts';
import { deliberation, read, recordOf, referral } from './arbitration/wires.ts';
import { agreedOf, askedOf, leaderOf } from './arbitration/weighing.ts';

type Context = ArbitrationContext;

/** Hands something to one node, and remembers that it is at work; what it says for this decision is nobody else's. */
const handing = (
  id: string,
  to: (context: Context) => { node: string; version?: number; input: Wire },
) =>
  base.enqueueActions(({ context, enqueue }) => {
    enqueue({ type: 'hand', params: { id, ...to(context), purpose: context.decision } });
    enqueue({ type: 'open', params: { ids: [id] } });
  });

const askAll = base.enqueueActions(({ context, enqueue }) => {
  const asked = askedOf(context);
  for (const { id, node, version } of asked)
    enqueue({
      type: 'hand',
      params: {
        id: `${ADVISER}${id}`,
        node,
        version,
        input: { ref: context.subject },
        purpose: context.decision,
      },
    });
  enqueue({ type: 'open', params: { ids: asked.map(({ id }) => `${ADVISER}${id}`) } });
});

const tell = (type: string) =>
  base.enqueueActions(({ context, enqueue }) => {
    for (const child of context.open)
      enqueue({ type: 'send', params: { to: { child }, event: { type } } });
  });

type Ended = { event: Extract<ArbitrationEvent, { type: 'child.ended' }> };
const hear = {
  type: 'hear',
  params: ({ event: { type: _, ...ended } }: Ended) => ended,
} as const;
const refer = (why: Why, choiceOf: (context: Context) => string | undefined = () => undefined) =>
  ({
    type: 'refer',
    params: ({ context }: { context: Context }) => ({ why, choice: choiceOf(context) }),
  }) as const;
const propose = (choiceOf: (context: Context) => string | undefined, by: By) =>
  ({
    type: 'propose',
    params: ({ context }: { context: Context }) => ({ choice: choiceOf(context), by }),
  }) as const;
const came = (...outcomes: string[]) => ({ type: 'came', params: { outcomes } }) as const;
const bad = (reason: NonNullable<Ending['reason']>) =>
  ({ type: 'end', params: { reason } }) as const;
const badly = {
  type: 'end',
  params: ({ event: { reason, note } }: Ended) => ({ reason, note }),
} as const;
const reword = {
  type: 'reword',
  params: ({ event }: Ended) => ({ words: event.value }),
} as const;
const leading = (context: Context) => leaderOf(context)?.choice;
const agreement = (context: Context) => agreedOf(context);

export const arbitrationMachine = base.createMachine({
  id: 'arbitration',
  version: '1',
  options: { maxIterations: 32 },
  context: ({ input }) => ({ ...input, heard: {}, open: [], isPaused: false, isAppealed: false }),
  entry: {
    type: 'timer',
    params: ({ context: { withinMs } }) => ({
      id: 'deadline',
      delayMs: withinMs,
      event: { type: 'deadline.passed' },
    }),
  },
  on: {
    'stop.requested': { target: '.cancelled', actions: bad('cancelled') },
    'deadline.passed': { target: '.expired', actions: bad('deadline') },
    'run.paused': {
      actions: [{ type: 'hold', params: { isPaused: true } }, tell('run.paused')],
    },
    'run.resumed': {
      actions: [{ type: 'hold', params: { isPaused: false } }, tell('run.resumed')],
    },
  },
  initial: 'begun',
  states: {
    begun: {
      always: [
        {
          guard: 'isGiven',
          target: 'decided',
          actions: propose(({ given }) => given, 'person'),
        },
        { target: 'collecting', actions: askAll },
      ],
    },
    collecting: {
      on: { 'child.ended': { actions: hear } },
      always: { guard: 'isCollected', target: 'weighing' },
    },
    weighing: {
      always: [
        { guard: 'isByAuthor', target: 'referred', actions: refer('author', leading) },
        { guard: 'isTooFew', target: 'referred', actions: refer('too_few', leading) },
        { guard: 'isAgreed', target: 'settled', actions: propose(agreement, 'agreement') },
        { guard: 'isNarrow', target: 'referred', actions: refer('margin', leading) },
        { guard: 'isVote', target: 'proposed', actions: propose(leading, 'vote') },
        { guard: 'isForPeople', target: 'referred', actions: refer('owner', leading) },
        { target: 'ruling' },
      ],
    },
    ruling: {
      entry: handing('ruler', (context) => ({
        node: context.ruler?.node ?? '',
        ...(context.ruler && { version: context.ruler.version }),
        input: deliberation(context),
      })),
      on: {
        'child.ended': [
          {
            guard: 'isOption',
            target: 'ruled',
            actions: [
              hear,
              { type: 'rule', params: ({ event }) => ({ ruling: event.value }) },
              {
                type: 'propose',
                params: ({ context, event }) => ({
                  choice: event.outcome,
                  by: context.rule === 'judge' ? ('judge' as const) : ('owner' as const),
                }),
              },
            ],
          },
          { target: 'referred', actions: [hear, refer('no_ruling', leading)] },
        ],
      },
    },
    ruled: { always: { guard: 'isRunning', target: 'reading' } },
    reading: {
      entry: handing('reading', (context) => ({
        node: context.nodes.reading,
        input: read(context),
      })),
      on: {
        'child.ended': [
          { guard: 'isOption', target: 'proposed', actions: hear },
          { target: 'referred', actions: [hear, refer('unanswered')] },
        ],
      },
    },
    proposed: {
      always: [
        { guard: 'isVetoed', target: 'referred', actions: refer('veto') },
        { target: 'settled' },
      ],
    },
    referred: { always: { guard: 'isRunning', target: 'asking' } },
    asking: {
      entry: handing('person', (context) => ({
        node: context.nodes.person,
        input: referral(context),
      })),
      on: {
        'child.ended': [
          { guard: 'isPut', target: 'decided', actions: hear },
          { guard: came('approved', 'rejected'), target: 'undecided', actions: hear },
          { guard: came('edited'), target: 'reworded', actions: [hear, reword] },
          { guard: came('expired'), target: 'expired', actions: [hear, badly] },
          { target: 'failed', actions: [hear, badly] },
        ],
      },
    },
    reworded: { always: { guard: 'isRunning', target: 'rereading' } },
    rereading: {
      entry: handing('rereading', (context) => ({
        node: context.nodes.reading,
        input: read(context),
      })),
      on: {
        'child.ended': [
          {
            guard: 'isOption',
            target: 'decided',
            actions: [
              hear,
              {
                type: 'propose',
                params: ({ context, event }) => ({
                  choice: event.outcome,
                  by: context.why === 'owner' ? ('owner' as const) : ('person' as const),
                }),
              },
            ],
          },
          { target: 'undecided', actions: hear },
        ],
      },
    },
    settled: {
      always: [{ guard: 'mayBeAppealed', target: 'appealable' }, { target: 'decided' }],
    },
    appealable: { always: { guard: 'isRunning', target: 'appealing' } },
    appealing: {
      entry: handing('appeal', (context) => ({
        node: context.nodes.appeal ?? '',
        input: referral(context),
      })),
      on: {
        // Who could have taken it further did not: what was decided stands.
        'deadline.passed': { target: 'decided' },
        'child.ended': [
          { guard: came('approved', 'expired'), target: 'decided', actions: hear },
          { guard: came('edited'), target: 'reworded', actions: [hear, reword, 'appeal'] },
          { guard: came('rejected'), target: 'undecided', actions: [hear, 'appeal'] },
          { target: 'failed', actions: [hear, badly] },
        ],
      },
    },
    decided: { type: 'final', output: { outcome: 'decided' } },
    undecided: { type: 'final', output: { outcome: 'undecided' } },
    expired: { type: 'final', output: { outcome: 'expired' } },
    failed: { type: 'final', output: { outcome: 'failed' } },
    cancelled: { type: 'final', output: { outcome: 'cancelled' } },
  },
  output: ({ context, event }): Output => {
    const { outcome } = (event as unknown as { output: Output }).output;
    const { reason, note, proposed, rule, subject } = context;
    const choice = outcome === 'decided' ? proposed : undefined;
    return {
      outcome: choice ?? outcome,
      ...(reason !== undefined && { reason }),
      ...(note !== undefined && { note }),
      value: rule === 'given' ? { ref: subject } : recordOf(context, choice),
    };
  },
});

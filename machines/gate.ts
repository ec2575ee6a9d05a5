//   asked ──▶ open: deciding ──gate.approved, .edited, .rejected──▶ weighing ──enough──▶ approved, edited, rejected ──▶ ended
//              ▲  │   ▲  └─gate.delegated─┘                            │
//              │  │   └──────────────── not enough yet ────────────────┘
//              │  └──effect.expired──▶ expired, or lapsed (rejected)
//              └── effect.expired, others are left to be asked
//
// People decide on one content, known by its hash: each principal once, in time, and never the one who proposed it.
// Whatever changes what they were shown, or who is asked, begins a new round in which nothing said before counts.
import { assign, setup } from 'xstate';
import type * as z from 'zod';
import { isPassed, isRejected, lastNote, refusalOf, DEFAULT_EDITS } from './gate/rules.ts';
import {
  GateContext,
  gateEvents,
  GateInput,
  type Decision,
  type GateEvent,
  type Vote,
} from './gate/schemas.ts';
import { outputs } from './protocol/effects.ts';
import type { Output } from './protocol/outcomes.ts';

const voteOf = ({ by, note }: Decision, says: Vote['says']): Vote => ({
  by: by.id,
  says,
  ...(note && { note }),
});

const gateSetup = setup({
  types: {} as {
    input: z.infer<typeof GateInput>;
    context: GateContext;
    events: GateEvent;
    output: Output;
  },
  schemas: { input: GateInput, events: gateEvents, context: GateContext },
  actions: {
    ...outputs,
    vote: assign({
      votes: ({ context, event }, { says }: { says: Vote['says'] }) => [
        ...context.votes,
        voteOf(event as Decision, says),
      ],
    }),
    /** Who edits approves of what they made; all others are asked anew. */
    edit: assign(({ context, event }) => {
      const edit = event as Extract<Decision, { type: 'gate.edited' }>;
      return {
        subject: edit.value,
        votes: [voteOf(edit, 'edited')],
        isEdited: true,
        round: context.round + 1,
        edits: Math.max(0, (context.edits ?? DEFAULT_EDITS) - 1),
      };
    }),
    delegate: assign(({ context: { deciders, gave }, event }) => {
      const { by, to } = event as Extract<Decision, { type: 'gate.delegated' }>;
      return {
        deciders: [...deciders.filter((id) => id !== by.id), to],
        gave: [...gave, by.id],
      };
    }),
    escalate: assign(({ context: { escalation = [], round } }) => {
      const [{ deciders, withinMs, quorum = 1 } = { deciders: [], withinMs: 1 }, ...rest] =
        escalation;
      return { deciders, withinMs, quorum, escalation: rest, votes: [], round: round + 1 };
    }),
  },
  guards: {
    mayDecide: ({ context, event }) =>
      'by' in event && refusalOf(context, event as Decision) === undefined,
    isPassed: ({ context }) => isPassed(context),
    isPassedEdited: ({ context }) => context.isEdited && isPassed(context),
    isRejected: ({ context }) => isRejected(context),
    hasNext: ({ context }) => (context.escalation?.length ?? 0) > 0,
    lapses: ({ context }) => context.expires === 'rejected',
  },
});

export const gateMachine = gateSetup.createMachine({
  id: 'gate',
  version: '1',
  options: { maxIterations: 16 },
  context: ({ input }) => ({ ...input, round: 1, votes: [], gave: [], isEdited: false }),
  initial: 'asked',
  states: {
    asked: { always: { target: 'open' } },
    open: {
      entry: {
        type: 'effect',
        params: ({ context }) => {
          const { subject, purpose, deciders, withinMs, round, quorum = 1, rejects } = context;
          const { edits, delegation, escalation, proposer } = context;
          // What a single decider need not be told is left out.
          const isShared = quorum > 1 || rejects === 'unreachable';
          const more = {
            ...(isShared && { quorum, ...(edits !== undefined && { edits }) }),
            ...(delegation && { delegation, proposer }),
            ...(escalation && escalation.length > 0 && { escalates: true }),
          };
          return {
            id: round === 1 ? 'person' : `person-${round}`,
            kind: 'person.ask' as const,
            params: { subject, purpose, deciders, ...more, ...(round > 1 && { round }) },
            withinMs,
          };
        },
      },
      initial: 'deciding',
      states: {
        deciding: {
          on: {
            'gate.approved': {
              guard: 'mayDecide',
              target: 'weighing',
              actions: { type: 'vote', params: { says: 'approved' } },
            },
            'gate.edited': { guard: 'mayDecide', target: 'weighing', actions: 'edit' },
            'gate.rejected': {
              guard: 'mayDecide',
              target: 'weighing',
              actions: { type: 'vote', params: { says: 'rejected' } },
            },
            'gate.delegated': { guard: 'mayDecide', actions: 'delegate' },
          },
        },
        weighing: {
          always: [
            { guard: 'isPassedEdited', target: '#gate.edited' },
            { guard: 'isPassed', target: '#gate.approved' },
            { guard: 'isRejected', target: '#gate.rejected' },
            { target: 'deciding' },
          ],
        },
      },
      on: {
        'effect.expired': [
          { guard: 'hasNext', target: 'open', reenter: true, actions: 'escalate' },
          { guard: 'lapses', target: 'lapsed' },
          { target: 'expired' },
        ],
        'stop.requested': { target: 'cancelled' },
        // People may decide meanwhile.
        'run.paused': {},
        'run.resumed': {},
      },
    },
    approved: { type: 'final', output: { outcome: 'approved' } },
    edited: { type: 'final', output: { outcome: 'edited' } },
    rejected: { type: 'final', output: { outcome: 'rejected', reason: 'rejected' } },
    lapsed: { type: 'final', output: { outcome: 'rejected', reason: 'deadline' } },
    expired: { type: 'final', output: { outcome: 'expired', reason: 'deadline' } },
    cancelled: { type: 'final', output: { outcome: 'cancelled', reason: 'cancelled' } },
  },
  output: ({ context, event }): Output => {
    const end = (event as unknown as { output: Output }).output;
    const note = end.reason === 'deadline' ? undefined : lastNote(context);
    const isLet = end.outcome === 'approved' || end.outcome === 'edited';
    return {
      ...end,
      ...(isLet && { value: { ref: context.subject } }),
      ...(note && { note }),
    };
  },
});

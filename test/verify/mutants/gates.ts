// Defects sown into the gate: who decides, on what, how many of them, and until when is not as it should be.
import { assign } from 'xstate';
import { refusalOf, type Refusal } from '../../../machines/gate/rules.ts';
import type { Decision, GateContext } from '../../../machines/gate/schemas.ts';
import {
  bare,
  machineChanged,
  nothing,
  part,
  remove,
  set,
  type Mutant,
  type Piece,
} from './mutant.ts';

/** Two of three decide; one may hand on the right, and the boss is asked when time is up. */
const several = {
  ...bare,
  team: true,
  tools: [],
  maxTurns: 1,
  maxRepairs: 0,
  gate: {
    by: ['ann', 'bob', 'cy'],
    quorum: 2,
    rejects: 'unreachable',
    delegation: { max: 1 },
    escalation: [{ to: ['boss'], withinMs: 900 }],
    withinMs: 800,
    expires: 'rejected',
  },
} as const;

interface Args {
  readonly context: GateContext;
  readonly event: Decision;
}
/** Takes decisions that would be refused for that reason, as far as the other rules let them be. */
const lets = (reason: Refusal, only: (args: Args) => boolean = () => true) =>
  machineChanged('gate', (_, { guards }) => {
    guards['mayDecide'] = (args: Args) => {
      const refusal = refusalOf(args.context, args.event);
      return refusal === undefined || (refusal === reason && only(args));
    };
  });
type Assign = (args: Args, params?: unknown) => Partial<GateContext>;
/** The action with something else in its place of what it sets. */
const assigns = (
  name: string,
  change: (args: Args, made: Partial<GateContext>) => Partial<GateContext>,
) =>
  machineChanged('gate', (_, { actions }) => {
    const original = (actions[name] as { assignment: Assign }).assignment;
    actions[name] = assign(((args: Args) => change(args, original(args))) as never);
  });

const gate: readonly Mutant[] = [
  {
    name: 'a stranger may approve',
    breaks: [5],
    in: bare,
    world: machineChanged('gate', (_, { guards }) => {
      guards['mayDecide'] = ({ context, event }: { context: Piece; event: Piece }) =>
        event['hash'] === context['subject']?.['hash'];
    }),
  },
  {
    name: 'an approval of another content is taken',
    breaks: [5],
    in: bare,
    world: machineChanged('gate', (_, { guards }) => {
      guards['mayDecide'] = ({ event }: { event: { by: { isRequester: boolean } } }) =>
        event.by.isRequester;
    }),
  },
  {
    name: 'a gate that nobody answers does not expire',
    breaks: [3, 5],
    in: bare,
    world: machineChanged('gate', (config) =>
      remove(part(config, 'states', 'open', 'on'), 'effect.expired'),
    ),
  },
  {
    name: 'a gate is not cancelled by a stop',
    breaks: [8],
    in: { ...bare, planGate: true, tools: [] },
    world: machineChanged('gate', (config) =>
      remove(part(config, 'states', 'open', 'on'), 'stop.requested'),
    ),
  },
  {
    name: 'a gate that nobody answers approves',
    breaks: [5],
    in: bare,
    world: machineChanged('gate', (config) =>
      set(part(config, 'states', 'open', 'on'), 'effect.expired', { target: 'approved' }),
    ),
  },
];

const many: readonly Mutant[] = [
  {
    name: 'a vote is never counted',
    breaks: [5],
    in: several,
    world: assigns('vote', () => ({})),
  },
  {
    name: 'one approval is enough, whatever the quorum',
    breaks: [5],
    in: several,
    world: machineChanged('gate', (_, { guards }) => {
      guards['isPassed'] = ({ context }: Args) => context.votes.length > 0;
    }),
  },
  {
    name: 'the same principal counts twice',
    breaks: [5],
    in: several,
    world: lets('voted', ({ event }) => event.type === 'gate.approved'),
  },
  {
    name: 'who has voted hands the right on, and it is used twice',
    breaks: [5],
    in: several,
    world: lets('voted', ({ event }) => event.type === 'gate.delegated'),
  },
  {
    name: 'a vote for the old content counts after an edit',
    breaks: [5],
    in: several,
    world: assigns('edit', ({ context }, made) => ({
      ...made,
      votes: [...context.votes, ...(made.votes ?? [])],
    })),
  },
  {
    name: 'an edit passes for the approval of all',
    breaks: [5],
    in: several,
    world: machineChanged('gate', (_, { guards }) => {
      guards['isPassedEdited'] = ({ context }: Args) => context.isEdited;
    }),
  },
  {
    name: 'the proposer is handed the right',
    breaks: [5],
    in: several,
    world: lets(
      'no_delegate',
      ({ context, event }) => 'to' in event && event.to === context.proposer,
    ),
  },
  {
    name: 'a right is handed on without bound, and in a circle',
    breaks: [5],
    in: several,
    world: lets('no_delegate', ({ context }) => context.gave.length > 0),
  },
  {
    name: 'somebody without a right hands it on',
    breaks: [5],
    in: several,
    world: lets('not_decider', ({ event }) => event.type === 'gate.delegated'),
  },
  {
    name: 'who has handed the right on still has it',
    breaks: [5],
    in: several,
    world: assigns('delegate', ({ context }, made) => ({
      ...made,
      deciders: [...context.deciders, ...(made.deciders ?? [])],
    })),
  },
  {
    name: 'what was said before an escalation counts after it',
    breaks: [5],
    in: several,
    world: assigns('escalate', ({ context }, made) => ({ ...made, votes: context.votes })),
  },
  {
    name: 'an escalation keeps the old time',
    breaks: [5],
    in: several,
    world: assigns('escalate', ({ context: { withinMs } }, made) => ({ ...made, withinMs })),
  },
  {
    name: 'an escalation asks nobody else',
    breaks: [5],
    in: several,
    world: assigns('escalate', ({ context: { deciders } }, made) => ({ ...made, deciders })),
  },
  {
    name: 'nobody is left to be asked, and the gate stays open',
    breaks: [3, 5],
    in: several,
    world: machineChanged('gate', (config) => {
      const on = part(config, 'states', 'open', 'on');
      set(on, 'effect.expired', [part(on, 'effect.expired', 0)]);
    }),
  },
  {
    name: 'what a gate expires to has no route',
    breaks: [1, 7],
    in: { ...several, gate: { by: ['chief'], withinMs: 800 } },
    world: machineChanged('team-pair', (config) => {
      const on = part(config, 'states', 'look', 'states', 'working', 'on');
      const hops = part(on, 'child.ended') as unknown as { guard: { params: Piece } }[];
      set(
        on,
        'child.ended',
        hops.filter(({ guard }) => String(guard.params['outcome']) !== 'expired'),
      );
    }),
  },
  {
    name: 'an approval is taken when time is up',
    breaks: [3, 5],
    in: several,
    world: machineChanged('gate', (config) =>
      set(part(config, 'states', 'open', 'on'), 'effect.expired', nothing),
    ),
  },
  {
    name: 'an approval from before an escalation is taken after it',
    breaks: [5],
    in: several,
    world: lets('stale', ({ context, event }) => event.hash === context.subject.hash),
  },
  {
    name: 'one rejection ends what enough could still approve',
    breaks: [5],
    in: several,
    world: machineChanged('gate', (_, { guards }) => {
      guards['isRejected'] = ({ context }: Args) =>
        context.votes.some(({ says }) => says === 'rejected');
    }),
  },
  {
    name: 'a write that two must approve runs when one has',
    breaks: [5],
    in: { ...bare, tools: ['mail'], approval: { by: ['ann', 'bob', 'cy'], quorum: 2 } },
    world: machineChanged('gate', (_, { guards }) => {
      guards['isPassed'] = ({ context }: Args) => context.votes.length > 0;
    }),
  },
];

export const gateMutants: readonly Mutant[] = [...gate, ...many];

// Defects sown into the arbitration machine: somebody else decides, or nobody is asked who should be.
import { assign, enqueueActions } from 'xstate';
import type { ArbitrationContext } from '../../../machines/arbitration/schemas.ts';
import { machineChanged, nothing, part, set, type Mutant } from './mutant.ts';

const never = () => false;
const ever = () => true;
const roles = { roles: ['router'], tools: [] } as const;
const ruled = { ...roles, panel: { rule: 'owner' } } as const;
const voted = { ...roles, panel: { rule: 'vote', weight: 2 } } as const;
const peopled = { ...roles, panel: { rule: 'people' } } as const;

type Args = { context: ArbitrationContext };
const proposing = (choiceOf: (context: ArbitrationContext) => string | undefined, by: string) => ({
  type: 'propose',
  params: ({ context }: Args) => ({ choice: choiceOf(context), by }),
});
const firstHeld = ({ heard, advisers }: ArbitrationContext) =>
  heard[advisers[0]?.id ?? '']?.outcome;
const handed = (id: string, node: string, { subject }: ArbitrationContext) => ({
  type: 'hand',
  params: { id, node, input: { ref: subject } },
});

const deciders: readonly Mutant[] = [
  {
    name: 'votes are never counted: the first option wins',
    breaks: [4],
    in: voted,
    world: machineChanged('arbitration', (config) =>
      set(
        part(config, 'states', 'weighing', 'always', 4),
        'actions',
        proposing(({ options }) => options[0], 'vote'),
      ),
    ),
  },
  {
    name: 'a model that is asked twice counts twice',
    breaks: [4],
    in: { ...roles, panel: { rule: 'vote', advisers: 3, models: true, marginAtLeast: 0.2 } },
    world: machineChanged('arbitration', (config) => {
      const context = part(config, 'context') as unknown as (args: unknown) => ArbitrationContext;
      set(config, 'context', (args: unknown) => {
        const begun = context(args);
        return { ...begun, advisers: begun.advisers.map((one) => ({ ...one, mind: one.id })) };
      });
    }),
  },
  {
    name: 'an adviser decides',
    breaks: [4],
    in: ruled,
    world: machineChanged('arbitration', (config, { guards }) => {
      guards['isAgreed'] = ({ context }: Args) => firstHeld(context) !== undefined;
      set(
        part(config, 'states', 'weighing', 'always', 2),
        'actions',
        proposing(firstHeld, 'agreement'),
      );
    }),
  },
  {
    name: 'the owner decides on what it wrote itself',
    breaks: [4],
    in: { ...roles, panel: { rule: 'owner', author: 'chief' } },
    world: machineChanged('arbitration', (_, { guards }) => void (guards['isByAuthor'] = never)),
  },
  {
    name: 'a judge decides on what it wrote itself',
    breaks: [4],
    in: { ...roles, panel: { rule: 'judge', author: 'judge' } },
    world: machineChanged('arbitration', (_, { guards }) => {
      guards['isByAuthor'] = ({ context }: Args) => context.author === context.owner;
    }),
  },
  {
    name: 'who wrote it advises',
    breaks: [3, 4],
    in: { ...roles, panel: { rule: 'vote', author: 'one-a' } },
    world: machineChanged('arbitration', (config) =>
      set(
        part(config, 'states', 'begun', 'always', 1),
        'actions',
        enqueueActions(({ context, enqueue }) => {
          for (const { id, node } of (context as ArbitrationContext).advisers)
            enqueue(handed(`adviser-${id}`, node, context as ArbitrationContext) as never);
        }),
      ),
    ),
  },
  {
    name: 'a veto is ignored',
    breaks: [4],
    in: { ...roles, panel: { rule: 'vote', weight: 2, veto: ['two'] } },
    world: machineChanged('arbitration', (_, { guards }) => void (guards['isVetoed'] = never)),
  },
  {
    name: 'a narrow vote decides without a person',
    breaks: [4],
    in: { ...roles, panel: { rule: 'vote', weight: 2, marginAtLeast: 0.5 } },
    world: machineChanged('arbitration', (_, { guards }) => void (guards['isNarrow'] = never)),
  },
  {
    name: 'one position of two is enough',
    breaks: [4],
    in: { ...roles, panel: { rule: 'vote', positionsAtLeast: 2 } },
    world: machineChanged('arbitration', (_, { guards }) => void (guards['isTooFew'] = never)),
  },
  {
    name: 'an adviser who failed counts for the first option',
    breaks: [4],
    in: voted,
    world: machineChanged('arbitration', (_, { actions }) => {
      const heard = (ending: { outcome: string }) =>
        ending.outcome === 'failed' ? { ...ending, outcome: 'yes' } : ending;
      actions['hear'] = assign(
        ({ context }, { id, ...ending }: { id: string; outcome: string }) => ({
          open: (context as ArbitrationContext).open.filter((child) => child !== id),
          heard: {
            ...(context as ArbitrationContext).heard,
            [id.replace('adviser-', '')]: heard(ending),
          },
        }),
      );
    }),
  },
  {
    name: 'an adviser is asked after another has spoken',
    breaks: [3, 4],
    in: voted,
    world: machineChanged('arbitration', (config) => {
      const ask = (at: number) =>
        enqueueActions(({ context, enqueue }) => {
          const { id, node } = (context as ArbitrationContext).advisers[at] ?? { id: '', node: '' };
          if (Object.keys((context as ArbitrationContext).heard).length > 1) return;
          enqueue(handed(`adviser-${id}`, node, context as ArbitrationContext) as never);
          enqueue({ type: 'open', params: { ids: [`adviser-${id}`] } } as never);
        });
      set(part(config, 'states', 'begun', 'always', 1), 'actions', ask(0));
      const hear = part(config, 'states', 'collecting', 'on', 'child.ended', 'actions');
      set(part(config, 'states', 'collecting', 'on', 'child.ended'), 'actions', [hear, ask(1)]);
    }),
  },
];

const people: readonly Mutant[] = [
  {
    name: 'a person is asked what all agree on',
    breaks: [4],
    in: ruled,
    world: machineChanged('arbitration', (_, { guards }) => void (guards['isTooFew'] = ever)),
  },
  {
    name: 'an objection that the owner does not answer is dropped',
    breaks: [4],
    in: ruled,
    world: machineChanged('arbitration', (config) =>
      set(part(config, 'states', 'ruled', 'always'), 'target', 'proposed'),
    ),
  },
  {
    name: 'a person who says no has said yes',
    breaks: [4],
    in: { ...roles, panel: { rule: 'vote', weight: 2, marginAtLeast: 0.5 } },
    world: machineChanged('arbitration', (_, { guards }) => {
      guards['isPut'] = ({ context }: Args) => context.proposed !== undefined;
    }),
  },
  {
    name: 'what a person chose instead is passed over',
    breaks: [4, 7],
    in: { ...roles, panel: { rule: 'people', weight: 2 } },
    world: machineChanged('arbitration', (config) =>
      set(part(config, 'states', 'asking', 'on', 'child.ended', 2), 'target', 'decided'),
    ),
  },
  {
    name: 'when time is up the leader has won',
    breaks: [4],
    in: peopled,
    world: machineChanged('arbitration', (config) =>
      set(part(config, 'on'), 'deadline.passed', {
        target: '.decided',
        actions: proposing(({ options }) => options[0], 'vote'),
      }),
    ),
  },
  {
    name: 'nobody who was overruled may appeal',
    breaks: [4],
    in: { ...roles, panel: { rule: 'vote', weight: 2, appeal: true } },
    world: machineChanged('arbitration', (_, { guards }) => void (guards['mayBeAppealed'] = never)),
  },
  {
    name: 'an appeal that nobody brings undoes what was decided',
    breaks: [4],
    in: { ...roles, panel: { rule: 'vote', weight: 2, appeal: true } },
    world: machineChanged('arbitration', (config) =>
      set(part(config, 'states', 'appealing', 'on'), 'deadline.passed', { target: 'undecided' }),
    ),
  },
  {
    name: 'a decision forgets that it is paused',
    breaks: [8],
    in: ruled,
    world: machineChanged('arbitration', (config) =>
      set(part(config, 'on'), 'run.paused', nothing),
    ),
  },
  {
    name: 'a stop does not reach a decision',
    breaks: [8],
    in: ruled,
    world: machineChanged('arbitration', (config) =>
      set(part(config, 'on'), 'stop.requested', nothing),
    ),
  },
  {
    name: 'a decision goes on before the last adviser has spoken',
    breaks: [3, 4],
    in: { ...roles, panel: { rule: 'vote', positionsAtLeast: 1 } },
    world: machineChanged('arbitration', (_, { guards }) => {
      guards['isCollected'] = ({ context }: Args) => Object.keys(context.heard).length > 0;
    }),
  },
];

export const decisionMutants: readonly Mutant[] = [...deciders, ...people];

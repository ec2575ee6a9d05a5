// Defects sown into the task: a guard, an action or a transition is not what it should be.
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

const never = () => false;
const ever = () => true;
const unmetered = { deputy: true, tools: ['look'], roles: ['router'], maxTurns: 3 } as const;
const deputed = { ...unmetered, steps: 5 };

export const taskMutants: readonly Mutant[] = [
  {
    name: 'gate skipped: a writing tool is called at once',
    breaks: [5],
    in: bare,
    world: machineChanged('task', (_, { guards }) => void (guards['needsPerson'] = never)),
  },
  {
    name: 'an approval is applied twice',
    breaks: [5],
    in: bare,
    world: machineChanged('task', (config) => {
      const calling = part(config, 'states', 'calling');
      const entry = calling['entry'] as unknown as { params: (args: unknown) => { id: string } };
      const again = {
        ...entry,
        params: (args: unknown) => ({ ...entry.params(args), id: 'again' }),
      };
      set(calling, 'entry', [entry, again]);
    }),
  },
  {
    name: 'an approved call is made again after it failed',
    breaks: [5, 9],
    in: { ...bare, tools: ['mail'] },
    world: machineChanged('task', (config) =>
      set(part(config, 'states', 'calling', 'on'), 'tool.failed', {
        target: 'calling',
        reenter: true,
      }),
    ),
  },
  {
    name: 'a write that may have happened is made again without asking',
    breaks: [5],
    in: { ...bare, tools: ['mail'] },
    world: machineChanged('task', (_, { guards }) => void (guards['asksInDoubt'] = never)),
  },
  {
    name: 'a write that may have happened is made again though a person says no',
    breaks: [5],
    in: { ...bare, tools: ['mail'] },
    world: machineChanged('task', (_, { guards }) => void (guards['isApproved'] = ever)),
  },
  {
    name: 'an edited approval runs what was proposed',
    breaks: [5],
    in: bare,
    world: machineChanged('task', (config) =>
      set(part(config, 'states', 'permitting', 'on', 'child.ended', 0), 'actions', []),
    ),
  },
  {
    name: 'a rejection passes for an approval',
    breaks: [5],
    in: bare,
    world: machineChanged('task', (_, { guards }) => void (guards['isPermitted'] = ever)),
  },
  {
    name: 'a repair without limit',
    breaks: [7],
    in: { ...bare, tools: [] },
    world: machineChanged('task', (_, { guards }) => void (guards['hasRepair'] = ever)),
  },
  {
    name: 'turns without limit',
    breaks: [7],
    in: { ...bare, tools: ['look'] },
    world: machineChanged('task', (_, { guards }) => void (guards['isLastTurn'] = never)),
  },
  {
    name: 'the same call is made again and again',
    breaks: [7],
    in: { ...bare, tools: ['look'], maxTurns: 4 },
    world: machineChanged('task', (_, { guards }) => void (guards['isLooping'] = never)),
  },
  {
    name: 'a stop is ignored while a tool is called',
    breaks: [8],
    in: bare,
    world: machineChanged('task', (config) =>
      set(part(config, 'states', 'calling', 'on'), 'stop.requested', nothing),
    ),
  },
  {
    name: 'a failed tool is not handled',
    breaks: [10],
    in: bare,
    world: machineChanged('task', (config) =>
      remove(part(config, 'states', 'calling', 'on'), 'tool.failed'),
    ),
  },
  {
    name: 'an internal event is taken for an answer',
    breaks: [10],
    in: { ...bare, tools: [] },
    world: machineChanged('task', (config) => {
      const schemas = part(config, 'schemas') as unknown as { events: { answer: object } };
      const { events } = schemas;
      const answer = { ...events.answer, 'child.ended': {} };
      set(config, 'schemas', { ...schemas, events: { ...events, answer } });
    }),
  },
  {
    name: 'a guard throws',
    breaks: [7],
    in: bare,
    world: machineChanged('task', (_, { guards }) => {
      guards['isGranted'] = () => {
        throw new Error('broken');
      };
    }),
  },
  {
    name: 'the form in code begins where no turn is left for it',
    breaks: [7],
    in: { ...deputed, maxTurns: 1 },
    world: machineChanged('task', (_, { guards }) => {
      guards['hasDeputy'] = ({ context }: { context: { isDeputed?: boolean } }) =>
        context.isDeputed !== true;
    }),
  },
  {
    name: 'the form in code is fed what the model called',
    breaks: [2],
    in: deputed,
    world: machineChanged('task', (_, { actions }) => {
      const depute = actions['depute'] as { assignment: (...args: unknown[]) => object };
      const keeping = (args: { context: Piece }, params: unknown) => ({
        ...depute.assignment(args, params),
        calls: args.context['calls'],
      });
      actions['depute'] = Object.assign(() => {}, depute, { assignment: keeping });
    }),
  },
  {
    name: 'the form in code takes over though a stop was asked for',
    breaks: [3, 8],
    in: unmetered,
    world: machineChanged('task', (config) => {
      const on = part(config, 'on');
      const end = part(on, 'stop.requested');
      set(on, 'stop.requested', [
        { guard: 'hasDeputy', target: '.affording', actions: 'depute' },
        end,
      ]);
    }),
  },
  {
    name: 'what a model took is not counted where the form in code takes over',
    breaks: [7],
    in: deputed,
    world: machineChanged('task', (config) =>
      set(part(config, 'states', 'thinking', 'on', 'agent.failed', 0), 'actions', 'depute'),
    ),
  },
  {
    name: 'what a model took is not counted where it wants a tool that it does not have',
    breaks: [7],
    in: deputed,
    world: machineChanged('task', (config) =>
      set(part(config, 'states', 'thinking', 'on', 'tool.wanted', 1), 'actions', 'depute'),
    ),
  },
];

// Defects sown into budgets: what is granted, counted, raised and refused.
import { machineChanged, part, set, type Mutant, type Piece } from './mutant.ts';

const never = () => false;
const ever = () => true;
const poor = { tasks: 2, agents: 2, roles: ['router'], tools: ['look'], steps: 2 } as const;

export const budgetMutants: readonly Mutant[] = [
  {
    name: 'a budget is spent twice: what was taken is given back',
    breaks: [7],
    in: { ...poor, steps: 5 },
    world: machineChanged('budget', (_, { actions }) => {
      const settle = actions['settle'] as { assignment: (...args: unknown[]) => object };
      const { assignment } = settle;
      const keeping = (args: { context: Piece }, params: unknown) => ({
        ...(assignment(args, params) as object),
        spent: args.context['spent'],
      });
      actions['settle'] = Object.assign(() => {}, settle, { assignment: keeping });
    }),
  },
  {
    name: 'a task works without asking its budget',
    breaks: [7],
    in: poor,
    world: machineChanged('task', (_, { guards }) => void (guards['isUngranted'] = never)),
  },
  {
    name: 'a task that is refused works on',
    breaks: [7],
    in: { ...poor, steps: 1 },
    world: machineChanged('task', (config) =>
      set(part(config, 'states', 'delayed', 'on'), 'budget.refused', { target: 'thinking' }),
    ),
  },
  {
    name: 'a budget is raised though a person says no',
    breaks: [7],
    in: { ...poor, steps: 1 },
    world: machineChanged('budget', (_, { guards }) => void (guards['isApproved'] = ever)),
  },
  {
    name: 'a budget is raised without limit',
    breaks: [7],
    in: { ...poor, steps: 1 },
    world: machineChanged('budget', (_, { guards }) => {
      guards['mayAsk'] = ({ context }: { context: { isPaused: boolean; isFinal: boolean } }) =>
        !context.isPaused && !context.isFinal;
    }),
  },
];

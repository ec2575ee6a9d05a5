import { taken } from '../../../machines/budget/arithmetic.ts';
import type { BudgetContext } from '../../../machines/budget/schemas.ts';
import type { Usage } from '../../../machines/protocol/usage.ts';
import {
  always,
  everyCell,
  everyEdge,
  type Property,
  type StateView,
} from '../space/properties.ts';
import { isLive, taskOf } from './seen.ts';

const budgetOf = ({ cells, root }: StateView): BudgetContext | undefined => {
  const cell = cells.get(`${root}/budget`);
  return isLive(cell) ? (cell.state.context as unknown as BudgetContext) : undefined;
};

const stepsOf = ({ spent }: BudgetContext): number =>
  Object.values(spent).reduce((sum, { steps }) => sum + steps, 0);

/** What all took that is known, in money: settled or not. */
const costIn = (state: StateView, { spent }: BudgetContext): number =>
  [
    ...Object.values(spent),
    ...[...state.cells.values()].map((cell) => taskOf(cell)?.used ?? { cost: 0 }),
  ].reduce((sum, { cost }) => sum + cost, 0);

/** Law 7, of what a run may take. */
export const budgetsHold: readonly Property[] = [
  everyCell('7 no more is granted than there is, nor raised oftener than allowed', (cell) => {
    if (!isLive(cell) || cell.machine !== 'budget') return true;
    const context = cell.state.context as unknown as BudgetContext;
    const { allowance, raises, maxRaises } = context;
    const most = (allowance.steps ?? Infinity) * (1 + raises);
    return taken(context).steps <= most && raises <= maxRaises;
  }),
  always('7 who takes a turn under a budget was granted it', (state) => {
    const budget = budgetOf(state);
    if (budget === undefined || state.queued > 0) return true;
    return [...state.cells].every(([path, cell]) => {
      const isThinking = cell.effects.some(({ kind }) => kind === 'agent.turn');
      const isMetered = taskOf(cell)?.purse !== undefined;
      return !isThinking || !isMetered || Object.hasOwn(budget.held, path);
    });
  }),
  everyEdge('7 what a task took is counted once it has ended', ['ended'], (edge) => {
    const { before, after, ended } = edge;
    const [then, now] = [budgetOf(before), budgetOf(after)];
    if (then === undefined || now === undefined || after.queued > 0) return true;
    const took = ended.map(({ actor }) => taskOf(before.cells.get(actor))?.used?.steps ?? 0);
    return stepsOf(now) >= took.reduce((sum, steps) => sum + steps, stepsOf(then));
  }),
  everyEdge('7 what a turn was billed is counted, whatever came of it', [], (edge) => {
    const { move, before, after } = edge;
    if (move.kind !== 'answer' || move.isLate || after.queued > 0) return true;
    const { usage } = move.offer.event as { readonly usage?: Usage };
    const [then, now] = [budgetOf(before), budgetOf(after)];
    if (usage === undefined || then === undefined || now === undefined) return true;
    return costIn(after, now) === costIn(before, then) + (usage.cost ?? 0);
  }),
  everyEdge('7 only a person grants more', [], ({ move, before, after }) => {
    const [then, now] = [budgetOf(before), budgetOf(after)];
    const isApproval = move.kind === 'external' && move.offer.event.type === 'gate.approved';
    return (now?.raises ?? 0) <= (then?.raises ?? 0) || isApproval || before.queued > 0;
  }),
];

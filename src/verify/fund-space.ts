import * as z from 'zod';
import { taken } from '../../machines/budget/arithmetic.ts';
import type { Amount, BudgetContext } from '../../machines/budget/schemas.ts';
import { FUND } from '../../machines/budget/setup.ts';
import { takenOf, type FundContext } from '../../machines/fund.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { hashOf } from '../kernel/canonical.ts';
import { defineAgent } from '../team/define-agent.ts';
import { defineOrganisation } from '../team/define-organisation.ts';
import { defineTool } from '../team/define-tool.ts';
import { worldOf } from '../team/world.ts';
import { isLive, taskOf } from './laws/seen.ts';
import type { Environment } from './space/environment.ts';
import { faults } from './space/faults.ts';
import {
  always,
  canEnd,
  everyEdge,
  sometimes,
  type Edge,
  type Property,
  type StateView,
} from './space/properties.ts';

const TENANT = 'acme';
const SCOPE = `${TENANT}/shop/main`;
const FUNDED = `${TENANT}/${FUND}`;
const TERMS = { allowance: { steps: 2 }, perMs: 100 };
const principal = { id: 'ada', proof: 'embedder' } as const;
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: z.strictObject({}),
  output: z.null(),
  effect: 'reads',
  run: async () => null,
});
const worker = defineAgent({
  id: 'worker',
  version: 1,
  does: 'Works.',
  input: z.strictObject({}),
  outcomes: { done: z.strictObject({ n: z.int() }) },
  tools: [look],
  limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 500 },
  examples: [],
  act: (_, say) => say.done({ n: 1 }),
});
/** The world of one agent. */
export const fundWorld = worldOf(defineOrganisation({ id: 'funds', agents: [worker], roles: {} }), {
  approveWithinMs: 500,
  limits: { maxAttempts: 2 },
});

const ref = (value: Json) => ({ hash: hashOf(value), scope: SCOPE, contract: 'any' });
/** A run that borrows so many steps at a time. */
function borrowing(name: string, steps: number, maxRaises: number): Environment {
  const given = {};
  const project = { project: '.' };
  const tenant = { ...TERMS, block: { steps } };
  const input = {
    node: 'worker',
    input: ref(given),
    project: ref(project),
    deadlineMs: 1_000,
    budget: { allowance: {}, agents: {}, maxRaises, waitMs: 500, tenant },
  } as unknown as Json;
  const values = { [hashOf(given)]: given, [hashOf(project)]: project };
  const system = {
    run: `${SCOPE}/${name}`,
    scope: SCOPE,
    started: { kind: 'started', machine: 'solo', input, values, principal, at: 0 },
  } as const;
  const off = { failures: false, hangs: false, late: false, pauses: false };
  const troubles = { ...off, mischief: false, edits: false };
  return faults(fundWorld, { system, says: { worker: { done: { n: 1 } } }, plans: [], troubles });
}
const fund: Environment = {
  systems: [
    {
      run: FUNDED,
      scope: TENANT,
      started: { kind: 'started', machine: 'fund', input: TERMS, principal, at: 0 },
    },
  ],
  answers: () => [],
  late: () => [],
  always: [],
  hangs: true,
  crashes: true,
  lasts: true,
  faultsPerPath: Infinity,
};
/** Two runs of a tenant, and the fund of which both borrow. */
export const fundSystems = [fund, borrowing('r1', 2, 0), borrowing('r2', 1, 1)];

const fundOf = ({ cells }: StateView): FundContext | undefined =>
  cells.get('fund')?.state.context as unknown as FundContext | undefined;
const budgetOf = ({ cells }: StateView): BudgetContext | undefined => {
  const cell = cells.get('solo/budget');
  return isLive(cell) ? (cell.state.context as unknown as BudgetContext) : undefined;
};
const stepsOf = (state: StateView): number => {
  const context = fundOf(state);
  return context === undefined ? 0 : takenOf(context).steps;
};
const lentTo = (context: BudgetContext | undefined): number => context?.lent?.steps ?? 0;

type Told = Readonly<Record<'amount' | 'lent' | 'used', Amount>> & {
  readonly type: string;
  readonly isGranted?: boolean;
};
const tellsOf = ({ tells }: Edge, type: string): Told[] =>
  tells.map(({ event }) => event as unknown as Told).filter((event) => event.type === type);
const sum = (told: readonly Told[]): number =>
  told.reduce((steps, { amount }) => steps + amount.steps, 0);
const heard = ({ move }: Edge, type: string): Told | undefined =>
  move.kind === 'told' && move.order === 'next' && move.event.type === type
    ? (move.event as unknown as Told)
    : undefined;

/** What is taken after an event, by all that may change it: what is lent, what comes back, and the turn of a period. */
function accounted(edge: Edge): boolean {
  const { before, after, move } = edge;
  if (move.system !== FUNDED) return true;
  const context = fundOf(before);
  if (context === undefined) return true;
  const settled = heard(edge, 'block.settled');
  const from = move.kind === 'told' ? `${move.from}#solo/budget` : '';
  const { lent, counted } = context.loans[from] ?? {};
  const unused = Math.max(0, (lent?.steps ?? 0) - (settled?.used.steps ?? 0));
  const back = settled === undefined ? 0 : Math.min(counted?.steps ?? 0, unused);
  const then = move.kind === 'timer' ? 0 : stepsOf(before) - back;
  return stepsOf(after) === then + sum(tellsOf(edge, 'block.lent'));
}

/** A run that ends says what it has taken, what was under way included, and never says it before. */
function isSettled(edge: Edge): boolean {
  const { before, ended, tells } = edge;
  if (ended.length === 0 && tells.length === 0) return true;
  const context = budgetOf(before);
  const told = tellsOf(edge, 'block.settled').map(({ used }) => used.steps);
  const isEnd = ended.some(({ actor }) => actor === before.root);
  if (!isEnd || context?.lent === undefined) return told.length === 0;
  const working = [...before.cells.values()].map((cell) => taskOf(cell)?.used?.steps ?? 0);
  const spent = Object.values(context.spent).map(({ steps }) => steps);
  const took = [...working, ...spent].reduce((all, steps) => all + steps, 0);
  return told.length === 1 && told[0] === took;
}

/** What holds of what the runs of a tenant may take, whatever happens to them. */
export const fundLaws: readonly Property[] = [
  always('7 no more is lent than the tenant may take, but by a person', (state) =>
    (state.all ?? []).every((one) => {
      const context = fundOf(one);
      const most = TERMS.allowance.steps + (context?.granted.steps ?? 0);
      return stepsOf(one) <= most;
    }),
  ),
  always('7 no run takes more than it was lent', (state) =>
    (state.all ?? []).every((one) => {
      const context = budgetOf(one);
      return context === undefined || taken(context).steps <= lentTo(context);
    }),
  ),
  everyEdge('7 what is lent counts, and comes back once', [], accounted),
  everyEdge('7 a run has what was lent to it, and nothing else', [], (edge) => {
    if (edge.move.kind !== 'told') return true;
    const [then, now] = [budgetOf(edge.before), budgetOf(edge.after)];
    const amount = heard(edge, 'block.lent')?.amount.steps ?? 0;
    return now === undefined || then === undefined || lentTo(now) === lentTo(then) + amount;
  }),
  everyEdge('7 a run that ends has told what it took', [], isSettled),
  everyEdge(
    '7 only a person lets a run take more',
    [],
    (edge) =>
      !tellsOf(edge, 'block.wanted').some(({ isGranted }) => isGranted) ||
      (edge.move.kind === 'external' && edge.move.offer.event.type === 'gate.approved'),
  ),
  canEnd('1 nobody waits for ever', ({ kind }) => kind !== 'external'),
  sometimes('both have borrowed', ({ all = [] }) =>
    all.some((one) => Object.keys(fundOf(one)?.loans ?? {}).length === 2),
  ),
  sometimes('one waits for the other', ({ all = [] }) =>
    all.some((one) => (fundOf(one)?.waiting.length ?? 0) > 0),
  ),
  sometimes('a person grants more', ({ all = [] }) =>
    all.some((one) => (fundOf(one)?.granted.steps ?? 0) > 0),
  ),
  sometimes('a question is taken back', ({ all = [] }) =>
    all.some((one) => budgetOf(one)?.dropped === 1),
  ),
];

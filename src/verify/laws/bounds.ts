import type { World } from '../../kernel/system.ts';
import type { Cell } from '../space/cell.ts';
import { always, everyCell, everyEdge, type Edge, type Property } from '../space/properties.ts';
import { isLive, isSomethingTimed, planOf, requestOf, taskOf } from './seen.ts';

function isBounded(cell: Cell, maxAttempts: number, maxParallel = Infinity): boolean {
  const task = taskOf(cell);
  const request = requestOf(cell);
  const plan = planOf(cell);
  const running = plan?.parts.filter(({ state }) => state === 'running').length ?? 0;
  return (
    (task === undefined ||
      (task.turn <= task.settings.limits.maxTurns &&
        task.repairs <= task.settings.limits.maxRepairs)) &&
    (request === undefined || request.asks <= request.maxAsks) &&
    (plan === undefined || running <= maxParallel) &&
    cell.effects.every(({ attempt }) => attempt <= maxAttempts)
  );
}

/** What a plan was asked to keep to, not what it remembers: by its request, or by its team. */
function parallelOf(world: World, { node }: Cell, root: Cell | undefined): number | undefined {
  if (node === undefined) return requestOf(root)?.maxParallel;
  const settings = world.node(node.id, node.version)?.settings as
    | { readonly maxParallel?: number }
    | undefined;
  return settings?.maxParallel;
}

/** True where the same was called twice running, came to the same, and is called once more. */
function isVain(cell: Cell): boolean {
  const { calls, settings } = taskOf(cell) ?? {};
  const [first, second, wanted] = calls?.slice(-3) ?? [];
  if (wanted === undefined || !cell.effects.some(({ kind }) => kind === 'tool.call')) return false;
  const alike = [first, second, wanted].every(
    (call) => call?.tool === wanted.tool && call.input.hash === wanted.input.hash,
  );
  const isNews = first?.result?.hash !== second?.result?.hash;
  return alike && !isNews && settings?.tools[wanted.tool]?.polls !== true;
}

const without =
  (...reasons: readonly string[]) =>
  ({ ended }: Edge): boolean =>
    ended.every(({ ending }) => !reasons.includes(ending.reason ?? ''));

/** Law 7: bounded. */
export const bounded = (world: World): readonly Property[] => [
  everyCell(
    '7 turns, repairs, asks, attempts and parallel parts keep to their limits',
    (cell, root) =>
      !isLive(cell) || isBounded(cell, world.limits.maxAttempts, parallelOf(world, cell, root)),
  ),
  everyCell('7 no tool is called whose result no turn is left for', (cell) => {
    const task = taskOf(cell);
    const isCalling = cell.effects.some(({ kind }) => kind === 'tool.call');
    return task === undefined || !isCalling || task.turn < task.settings.limits.maxTurns;
  }),
  everyCell('7 nothing is called a third time running in vain', (cell) => !isVain(cell)),
  everyCell('7 every effect has its timer', ({ effects }) =>
    effects.every(({ isTimed }) => isTimed),
  ),
  always(
    '7 no wait is without end: some timer runs',
    (state) => state.ended !== undefined || state.queued > 0 || isSomethingTimed(state),
  ),
  always(
    '7 work deadlines stand still exactly while a person is asked',
    ({ isHeldRightly }) => isHeldRightly,
  ),
  everyEdge('7 nothing goes round for ever', ['ended'], without('livelock')),
  everyEdge('7 nothing throws', ['ended'], without('defect', 'unknown_node')),
  everyEdge('6 nothing leaks', ['ended'], without('leak')),
];

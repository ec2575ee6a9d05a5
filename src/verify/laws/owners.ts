import type { TaskContext } from '../../../machines/task/schemas.ts';
import { CLAIM, isWaiting } from '../../kernel/claims.ts';
import type { World } from '../../kernel/system.ts';
import type { EffectKind } from '../../../machines/protocol/effects.ts';
import type { Cell } from '../space/cell.ts';
import { phaseOf } from '../space/projection.ts';
import {
  always,
  everyCell,
  everyEdge,
  type Property,
  type StateView,
} from '../space/properties.ts';
import { isLive, planOf, requestOf, taskOf } from './seen.ts';

/** The one state of a built-in machine, the outermost, that waits for an effect of that kind. */
const waiting: Readonly<Record<string, Readonly<Partial<Record<EffectKind, string>>>>> = {
  request: { 'person.ask': 'asking', 'plan.check': 'checking' },
  task: { 'agent.turn': 'thinking', 'tool.call': 'calling' },
  gate: { 'person.ask': 'open' },
  below: { 'run.begin': 'working' },
};

/** Each effect is open in the state that waits for it, and each state that waits has its effect. */
function waitsRightly({ machine, state, effects }: Cell): boolean {
  const where = waiting[machine];
  if (where === undefined) return true;
  const { value } = state;
  const outer = typeof value === 'object' ? Object.keys(value ?? {})[0] : value;
  const at = machine === 'request' ? phaseOf(state) : outer;
  return Object.entries(where).every(
    ([kind, phase]) =>
      effects.filter((effect) => effect.kind === kind).length === Number(phase === at),
  );
}

/** What a task does: the same twice at once is done twice. */
function workOf({ node, version, claim }: Cell, context: TaskContext): string {
  const [, , ...purpose] = claim?.split(' ') ?? [];
  return [node?.id, version, context.input.hash, ...purpose].join(' ');
}

function isDoneOnce(world: World, cells: StateView['cells']): boolean {
  const works = [...cells.values()].flatMap((cell) => {
    const context = taskOf(cell);
    const isSingle = cell.node && world.node(cell.node.id, cell.node.version)?.isSingle === true;
    return context === undefined || isSingle !== true ? [] : [workOf(cell, context)];
  });
  return new Set(works).size === works.length;
}

const isClaim = (cell: Cell): boolean => isLive(cell) && isWaiting(cell);

/** Law 3: one owner; what a parent has written down of its children is so. */
export const oneOwner = (world: World): readonly Property[] => [
  always('3 the same work is in flight once', ({ cells }) => isDoneOnce(world, cells)),
  always(
    '3 who waits for work waits for somebody who does it',
    ({ cells, queued }) =>
      queued > 0 ||
      [...cells.values()].every(
        (cell) =>
          !isClaim(cell) ||
          [...cells.values()].some(
            (one) => isLive(one) && one.machine !== CLAIM && one.claim === cell.claim,
          ),
      ),
  ),
  everyEdge('3 who waits for work comes to what it came to', ['ended'], ({ before, ended }) =>
    ended.every(({ actor, ending }) => {
      const cell = before.cells.get(actor);
      if (cell === undefined || !isClaim(cell) || ending.outcome === 'cancelled') return true;
      const owner = ended.find((one) => {
        const other = before.cells.get(one.actor);
        return other?.claim === cell.claim && other?.machine !== CLAIM;
      });
      return owner === undefined || owner.ending.outcome === ending.outcome;
    }),
  ),
  everyEdge('3 nothing is handed over twice', ['handed'], ({ handed, before }) =>
    handed.every((actor, at) => handed.indexOf(actor) === at && !before.cells.has(actor)),
  ),
  everyCell(
    '3 an effect is open exactly while somebody waits for it',
    (cell) => !isLive(cell) || waitsRightly(cell),
  ),
  always('3 the parts of a plan stand as the plan has them', ({ cells, queued }) => {
    if (queued > 0) return true;
    for (const [path, cell] of cells)
      for (const { id, state } of planOf(cell)?.parts ?? []) {
        const child = cells.get(`${path}/${id}`);
        const stands = child === undefined ? 'ready' : isLive(child) ? 'running' : 'ended';
        if (stands !== (state === 'skipped' ? 'ready' : state)) return false;
      }
    return true;
  }),
  always('3 the children of a request stand as the request has them', (state) => {
    const { cells, root, queued } = state;
    const children = requestOf(cells.get(root))?.children;
    if (children === undefined || queued > 0) return true;
    return Object.entries(children).every(
      ([id, ending]) => isLive(cells.get(`${root}/${id}`)) === (ending === null),
    );
  }),
];

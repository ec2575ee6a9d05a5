import type { EffectKind } from '../../../machines/protocol/effects.ts';
import type { Cell } from '../space/cell.ts';
import { phaseOf } from '../space/projection.ts';
import { always, everyCell, everyEdge, type Property } from '../space/properties.ts';
import { isLive, planOf, requestOf } from './seen.ts';

/** The one state of a built-in machine, the outermost, that waits for an effect of that kind. */
const waiting: Readonly<Record<string, Readonly<Partial<Record<EffectKind, string>>>>> = {
  request: { 'person.ask': 'asking', 'plan.check': 'checking' },
  task: { 'agent.turn': 'thinking', 'tool.call': 'calling' },
  gate: { 'person.ask': 'open' },
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

/** Law 3: one owner; what a parent has written down of its children is so. */
export const oneOwner: readonly Property[] = [
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

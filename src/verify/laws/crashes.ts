import { asksPerson } from '../../../machines/protocol/effects.ts';
import type { World } from '../../kernel/system.ts';
import type { Cell } from '../space/cell.ts';
import { everyEdge, type Edge, type Property } from '../space/properties.ts';

/** True where a restore has issued everything again that an actor had open, and kept its timers. */
function isRestored(edge: Edge, path: string, cell: Cell, maxAttempts: number): boolean {
  const after = edge.after.cells.get(path);
  const hasHung = cell.effects.some(
    ({ kind, attempt }) => !asksPerson(kind) && attempt >= maxAttempts,
  );
  const isIssued = cell.effects.every(({ id, kind, attempt }) => {
    if (!asksPerson(kind) && attempt >= maxAttempts) return true;
    const next = asksPerson(kind) ? attempt : attempt + 1;
    return edge.begun.some(
      (begun) => begun.actor === path && begun.effect.id === id && begun.effect.attempt === next,
    );
  });
  if (!isIssued || hasHung || edge.ended.length > 0) return isIssued;
  return cell.timers.every(({ id }) => after?.timers.some((timer) => timer.id === id));
}

const isUntouched = ({ begun, handed, ended, dead, handled }: Edge): boolean =>
  begun.length + handed.length + ended.length + handled === 0 && dead[0] === 'effect_closed';

/** Law 9: exactly once, over crashes. */
export const exactlyOnce = ({ limits: { maxAttempts } }: World): readonly Property[] => [
  everyEdge('9 a restore loses no effect and no timer', ['restored'], (edge) => {
    for (const [path, cell] of edge.before.cells)
      if (!isRestored(edge, path, cell, maxAttempts)) return false;
    return true;
  }),
  everyEdge('9 an answer to a closed effect changes nothing', ['late'], isUntouched),
  everyEdge(
    '9 what was answered is not asked again',
    ['begun'],
    ({ move, begun, before }) =>
      move.kind === 'restored' ||
      begun.every(({ actor, effect }) => {
        const cell = before.cells.get(actor);
        return (
          effect.attempt === 1 && cell?.first?.id !== effect.id && cell?.last?.id !== effect.id
        );
      }),
  ),
];

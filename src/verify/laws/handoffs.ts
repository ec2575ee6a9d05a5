import type { PlanContext } from '../../../machines/plan.ts';
import type * as z from 'zod';
import { idOf, parentOf } from '../space/cell.ts';
import { everyCell, everyEdge, type Edge, type Property } from '../space/properties.ts';
import { planOf, taskOf } from './seen.ts';

type Part = z.infer<typeof PlanContext>['parts'][number];

/** How it stands with each edge that leads to a part: it has come, can no longer come, or is still waited for. */
const edgesTo = ({ takes = [] }: Part, parts: readonly Part[]) =>
  takes.map(({ from: { part, outcome } }) => {
    const { state, ending } = parts.find(({ id }) => id === part) ?? { state: 'skipped' };
    if (state === 'ended') return ending?.outcome === outcome ? 'come' : 'gone';
    return state === 'skipped' ? 'gone' : 'open';
  });

const machineAt = ({ before, after }: Edge, path: string): string =>
  (before.cells.get(path) ?? after.cells.get(path))?.machine ?? '';

/** True where a charter made what the actor was handed: a team's node, or a branch of its fan; not what parts take from each other. */
function isByCharter({ before, after }: Edge, actor: string): boolean {
  const parent = parentOf(actor) ?? '';
  const cell = before.cells.get(parent) ?? after.cells.get(parent);
  if (cell?.machine !== 'plan') return cell?.machine.startsWith('team-') === true;
  const part = planOf(cell)?.parts.find(({ id }) => id === idOf(actor));
  return cell.node !== undefined && part?.takes === undefined;
}

/** Law 2: what crosses a handoff is there, and fits. */
export const handoffsHold: readonly Property[] = [
  everyEdge('2 no part begins before all that it takes has come', ['handed'], (edge) =>
    edge.handed.every((actor) => {
      const parts = planOf(edge.after.cells.get(parentOf(actor) ?? ''))?.parts ?? [];
      const part = parts.find(({ id }) => id === idOf(actor));
      return part === undefined || edgesTo(part, parts).every((edgeTo) => edgeTo === 'come');
    }),
  ),
  everyCell('2 exactly the parts that cannot get what they take are skipped', (cell) => {
    const parts = planOf(cell)?.parts ?? [];
    return parts.every((part) => {
      const isLost = edgesTo(part, parts).includes('gone');
      return isLost === (part.state === 'skipped');
    });
  }),
  everyEdge(
    '2 the form in code begins anew: it is fed nothing of what the model called',
    [],
    ({ move, before, after }) => {
      if (move.kind !== 'answer' && move.kind !== 'expiry') return true;
      const now = taskOf(after.cells.get(move.actor));
      if (now?.isDeputed !== true || taskOf(before.cells.get(move.actor))?.isDeputed) return true;
      return now.calls.length === 0 && now.problem === undefined;
    },
  ),
  everyEdge('2 what a charter hands over meets the contract of its receiver', ['ended'], (edge) =>
    edge.ended.every(
      ({ actor, ending }) =>
        ending.reason !== 'contract' || ending.outcome !== 'refused' || !isByCharter(edge, actor),
    ),
  ),
  everyEdge('2 what a charter ends with meets the contract of its outcome', ['ended'], (edge) =>
    edge.ended.every(({ actor, ending }) => {
      if (ending.reason !== 'contract' || ending.outcome !== 'failed') return true;
      if (!machineAt(edge, actor).startsWith('team-')) return true;
      // It may pass on what went wrong below it.
      return edge.ended.some(
        (below) => below.actor.startsWith(`${actor}/`) && below.ending.reason === 'contract',
      );
    }),
  ),
];

import type { PlanContext } from '../../../machines/plan.ts';
import type * as z from 'zod';
import { idOf, parentOf } from '../space/cell.ts';
import { everyCell, everyEdge, type Property } from '../space/properties.ts';
import { planOf } from './seen.ts';

type Part = z.infer<typeof PlanContext>['parts'][number];

/** How it stands with each edge that leads to a part: it has come, can no longer come, or is still waited for. */
const edgesTo = ({ takes = [] }: Part, parts: readonly Part[]) =>
  takes.map(({ from: { part, outcome } }) => {
    const { state, ending } = parts.find(({ id }) => id === part) ?? { state: 'skipped' };
    if (state === 'ended') return ending?.outcome === outcome ? 'come' : 'gone';
    return state === 'skipped' ? 'gone' : 'open';
  });

/** Law 2: what crosses a handoff is there. */
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
];

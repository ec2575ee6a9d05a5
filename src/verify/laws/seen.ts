import type { PlanContext } from '../../../machines/plan.ts';
import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { RequestContext } from '../../../machines/request/schemas.ts';
import type { TaskContext } from '../../../machines/task/schemas.ts';
import type * as z from 'zod';
import { isAsking, type Cell } from '../space/cell.ts';
import type { Edge, StateView } from '../space/properties.ts';

export const isLive = (cell: Cell | undefined): cell is Cell =>
  cell !== undefined && cell.ended === undefined;

/** The context of an actor of a built-in machine; nothing where it is another, or has ended. */
export const requestOf = (cell: Cell | undefined): RequestContext | undefined =>
  isLive(cell) && cell.machine === 'request'
    ? (cell.state.context as unknown as RequestContext)
    : undefined;
export const taskOf = (cell: Cell | undefined): TaskContext | undefined =>
  isLive(cell) && cell.machine === 'task'
    ? (cell.state.context as unknown as TaskContext)
    : undefined;
export const planOf = (cell: Cell | undefined): z.infer<typeof PlanContext> | undefined =>
  isLive(cell) && cell.machine === 'plan'
    ? (cell.state.context as unknown as z.infer<typeof PlanContext>)
    : undefined;

export const rootBefore = ({ before }: Edge): RequestContext | undefined =>
  requestOf(before.cells.get(before.root));

/** How an actor ended on this edge. */
export const endOf = ({ ended }: Edge, actor: string): Ending | undefined =>
  ended.find((one) => one.actor === actor)?.ending;

/** True where some timer runs: what it belongs to will not wait for ever. */
export function isSomethingTimed({ cells }: StateView): boolean {
  const asking = [...cells].filter(([, cell]) => isAsking(cell)).map(([path]) => path);
  for (const [path, { effects, timers }] of cells) {
    if (effects.some(({ isTimed }) => isTimed)) return true;
    const isHeld = asking.some((asker) => asker === path || asker.startsWith(`${path}/`));
    if (timers.some(({ work }) => !work || !isHeld)) return true;
  }
  return false;
}

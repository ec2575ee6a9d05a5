import { parentOf } from '../space/cell.ts';
import { everyEdge, always, type Edge, type Property } from '../space/properties.ts';
import { planOf, requestOf, rootBefore } from './seen.ts';

const isSaid = ({ move }: Edge, type: string): boolean =>
  move.kind === 'external' && move.offer.event.type === type;

/** True where a team stands at or above the path. */
function isInTeam(edge: Edge, path: string | undefined): boolean {
  if (path === undefined) return false;
  const { machine = '' } = edge.before.cells.get(path) ?? edge.after.cells.get(path) ?? {};
  return !['request', 'plan'].includes(machine) || isInTeam(edge, parentOf(path));
}

/** Law 8: stop stops, and a pause begins nothing. */
export const stopStops: readonly Property[] = [
  everyEdge(
    '8 after the end nothing begins and nothing ends',
    ['begun', 'handed', 'ended'],
    ({ before }) => before.ended === undefined,
  ),
  everyEdge(
    '8 a stop ends everything in its own step',
    ['said'],
    (edge) =>
      !isSaid(edge, 'run.stopped') ||
      edge.before.ended !== undefined ||
      edge.before.queued + edge.after.queued > 0 ||
      (edge.after.ended?.outcome === 'cancelled' && edge.begun.length === 0),
  ),
  everyEdge(
    '8 a paused request hands nothing over, nor does its plan',
    ['handed'],
    (edge) =>
      isSaid(edge, 'run.resumed') ||
      edge.before.queued > 0 ||
      rootBefore(edge)?.isPaused !== true ||
      // What has begun goes on: a team within it too.
      edge.handed.every((actor) => isInTeam(edge, parentOf(actor))),
  ),
  always('8 a plan is paused where its request is', ({ cells, root, queued }) => {
    const request = requestOf(cells.get(root));
    const plan = planOf(cells.get(`${root}/plan`));
    return (
      queued > 0 ||
      request === undefined ||
      plan === undefined ||
      plan.isPaused === request.isPaused
    );
  }),
];

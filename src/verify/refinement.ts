import { COMMON_OUTCOMES } from '../../machines/protocol/outcomes.ts';
import type { World } from '../kernel/system.ts';
import { isWithin } from '../kernel/timers.ts';
import { isAsking } from './space/cell.ts';
import type { Environment } from './space/environment.ts';
import { explore, type Limit } from './space/explore.ts';
import { everyEdge, type Edge, type StateView } from './space/properties.ts';

/** What a parent can tell of a node that it has handed work to: it works, or waits for a person while deadlines stand still. */
type Stand = 'works' | 'asks';

function standOf({ cells }: StateView, actor: string): Stand | undefined {
  const cell = cells.get(actor);
  if (cell === undefined || cell.ended !== undefined) return undefined;
  const asks = [...cells].some(([path, below]) => isWithin(path, actor) && isAsking(below));
  return asks ? 'asks' : 'works';
}

const isStop = ({ move }: Edge): boolean =>
  move.kind === 'external' && move.offer.event.type === 'run.stopped';

/** What of an edge the parent of an actor can tell; nothing where it sees no difference. */
function visible(edge: Edge, actor: string): string | undefined {
  const before = standOf(edge.before, actor);
  const ends = edge.ended.filter((one) => one.actor === actor);
  if (before === undefined)
    return edge.handed.includes(actor)
      ? `is offered: ${standOf(edge.after, actor) ?? 'ends'}`
      : undefined;
  if (ends.length > 1) return `${before}, ends ${ends.length} times`;
  const [end] = ends;
  // Its parent may stop it too, when its own time is up or its own end has come.
  if (end?.ending.outcome === 'cancelled') return `${before}, is stopped: ends`;
  if (isStop(edge)) return `${before}, is stopped: ${end === undefined ? 'goes on' : 'ends'}`;
  if (end !== undefined) return `${before}, ends: ${end.ending.outcome}`;
  const after = standOf(edge.after, actor);
  return after === before ? undefined : `${before}, then ${after ?? 'is gone'}`;
}

/** Everything that the parent of an actor may see of it, in a whole space. @throws RangeError where the space is not seen whole. */
export function behaviourOf(
  world: World,
  environment: Environment,
  actor: string,
  limit: Limit = {},
): Set<string> {
  const seen = new Set<string>();
  const noted = everyEdge('what its parent sees is noted', [], (edge) => {
    const what = visible(edge, actor);
    if (what !== undefined) seen.add(what);
    return true;
  });
  const { complete, why } = explore(world, { environment, properties: [noted], limit });
  if (!complete) throw new RangeError(why);
  return seen;
}

/**
 * What any node keeps to: it is offered work, may ask people in between, and ends once, in an outcome that it declares or
 * that every node has; a stop ends it at once.
 * @param asks true for one that may ask a person.
 */
export function nodeSpec(outcomes: readonly string[], asks: boolean): Set<string> {
  const ends = [...outcomes, ...COMMON_OUTCOMES.filter((outcome) => outcome !== 'cancelled')];
  const asking = ['works, then asks', 'asks, then works', 'asks, is stopped: ends'];
  return new Set([
    'is offered: works',
    'works, is stopped: ends',
    ...ends.map((outcome) => `works, ends: ${outcome}`),
    ...(asks ? asking : []),
  ]);
}

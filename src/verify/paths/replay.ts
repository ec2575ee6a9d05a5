import { asksPerson } from '../../../machines/protocol/effects.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import { step, type Stepped } from '../../kernel/step.ts';
import type { Incoming, System, World } from '../../kernel/system.ts';
import { partOf, type Parts } from './part.ts';
import type { Edge, Graph } from './graph.ts';
import { REQUESTER } from './hints.ts';
import { incomingOf } from './incoming.ts';
import { begun, MACHINE, nothingYet } from './puppets.ts';
import { isAsking, type Ended, type Stand } from './stand.ts';

/** A way to run a system beside the pure step: live actors, or what a test puts in their place. */
export type Runner = (world: World, from: System) => { submit(incoming: Incoming): Stepped };

export interface Stage {
  readonly world: World;
  readonly values: Readonly<Record<string, Json>>;
  readonly beside: Runner;
}

/** Where a replay left its path: after so many events, and how. */
export interface Difference {
  readonly afterEvents: number;
  readonly what: string;
}

/** What the run holds of the machine, in the words of a stand. */
function standing(system: System): Parts {
  const { state, ended } = system.actors.get(MACHINE) ?? { state: undefined, ended: undefined };
  const own = <T extends { readonly actor: string }>(
    table: Readonly<Record<string, T>>,
    entryOf: (key: string, item: T) => readonly [string, boolean],
  ) =>
    Object.fromEntries(
      Object.entries(table)
        .filter(([, { actor }]) => actor === MACHINE)
        .map(([key, item]) => entryOf(key, item)),
    );
  const children = [...system.actors.keys()]
    .filter((path) => path.startsWith(`${MACHINE}/`))
    .map((path) => [path.slice(MACHINE.length + 1), system.actors.get(path)?.ended === undefined]);
  const prefix = `${MACHINE}:`;
  // By what it bounds: an effect's own timer stands under the id of the effect.
  const timers = own(system.timers, (key, { effectId, leftMs }) => [
    effectId === undefined ? key.slice(prefix.length) : `effect ${system.effects[effectId]?.id}`,
    leftMs === undefined,
  ]);
  return {
    ...(ended ? { ended: endedBy(ended) } : { value: state?.value, context: state?.context }),
    ...(ended === undefined && {
      history: state?.history ?? {},
      effects: own(system.effects, (_, { id, kind }) => [id, asksPerson(kind)]),
      children: Object.fromEntries(children),
      timers,
    }),
  };
}

const endedBy = ({ outcome, reason, note }: Ended) => ({
  outcome,
  ...(reason !== undefined && { reason }),
  // What a defect says of itself is a value that only the run has.
  ...(note !== undefined && reason !== 'defect' && { note }),
});

function expected({ value, context, history, open, ended }: Stand): Parts {
  if (ended !== undefined) return { ended: endedBy(ended) };
  const { effects, children } = open;
  const timers = {
    ...Object.fromEntries(Object.keys(effects).map((id) => [`effect ${id}`, true])),
    ...Object.fromEntries(
      Object.entries(open.timers).map(([id, { work }]) => [id, !(work && isAsking(open))]),
    ),
  };
  return { value, context, history, effects, children, timers };
}

/** How many events to the machine have become dead letters. */
export const buriedIn = ({ dead }: System): number =>
  dead.filter(({ to }) => to === MACHINE).length;

/** How a run differs from the path it was taken along by one event; undefined where it does not. */
export function differenceOf(
  before: System,
  after: System,
  stand: Stand,
  isTaken: boolean,
): string | undefined {
  const part = partOf(standing(after), expected(stand));
  if (part !== undefined) return `the run is not where the machine alone is, in ${part}`;
  const isBuried = buriedIn(after) > buriedIn(before);
  if (isBuried === isTaken)
    return isTaken
      ? 'the run buried an event that the machine takes'
      : 'the run took a dead letter';
  return undefined;
}

/** All of a step but the values, which no machine sees, and the letters that were dead before. */
function bodyOf({ system, outgoing }: Stepped): Parts {
  const { values: _, dead, actors, ...rest } = system;
  const each = [...actors].map(([path, actor]) => [`actor ${path}`, actor] as const);
  return {
    ...rest,
    ...Object.fromEntries(each),
    deadLetters: [dead.length, dead.at(-1) ?? null],
    outgoing,
  };
}

/** One event of the last walk, and where the pure step was after it; the first is the beginning. */
interface Mark {
  readonly edge: Edge | undefined;
  readonly incoming: Incoming;
  readonly system: System;
}
/** The last walk: what the next one has in common with it was stepped and compared then. */
export type Trail = Mark[];

/**
 * Takes a path through the pure step and through live actors at once: they, and the path, must agree at each event.
 * @param trail of the walk before, in the same graph; it is this walk's afterwards, as far as that agreed.
 */
export function replay(
  { world, values, beside }: Stage,
  { input, beginning }: Graph,
  edges: readonly Edge[],
  trail: Trail = [],
): Difference | undefined {
  const other = beside(world, nothingYet());
  const way = [undefined, ...edges];
  const parting = way.findIndex((edge, at) => at >= trail.length || trail[at]?.edge !== edge);
  trail.splice(parting < 0 ? way.length : parting);
  for (const { incoming } of trail) other.submit(incoming);
  let system = trail.at(-1)?.system ?? nothingYet();
  let now = trail.at(-1)?.incoming.at ?? 0;
  const put = (incoming: Incoming, stand: Stand, isTaken: boolean): string | undefined => {
    const before = system;
    const pure = step(world, before, incoming);
    const live = other.submit(incoming);
    system = pure.system;
    now = incoming.at;
    const differs = differenceOf(before, system, stand, isTaken);
    if (differs !== undefined) return differs;
    const part = partOf(bodyOf(pure), bodyOf(live));
    return part && `the pure step is not where live actors are, in ${part}`;
  };
  for (const [at, edge] of [...way.entries()].slice(trail.length)) {
    const { to, isTaken } = edge ?? { ...beginning, isTaken: true };
    const incoming = edge ? incomingOf(system, edge.offer, now) : begun(input, values);
    const what = put(incoming, to, isTaken);
    if (what !== undefined) return { afterEvents: at, what };
    trail.push({ edge, incoming, system });
  }
  const last = edges.at(-1)?.to ?? beginning.to;
  const what = last.ended && put(afterTheEnd(now), last, false);
  return what === undefined ? undefined : { afterEvents: edges.length, what };
}

/** What comes after the end is a dead letter, whatever it is. */
const afterTheEnd = (at: number): Incoming => ({
  kind: 'external',
  to: MACHINE,
  event: { type: 'end.outlived' },
  principal: { id: REQUESTER, proof: 'embedder' },
  at,
});

import * as z from 'zod';
import type { ValueRef } from '../../machines/protocol/values.ts';
import type { Incoming, System, World } from '../kernel/system.ts';
import { parse } from '../team/contract.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { checkableIn } from './check-module.ts';
import { advance, beforeAll, brokenOn, canStillEnd, type Course } from './course.ts';
import { laws } from './laws.ts';
import { moveOf } from './move-of.ts';
import type { Beginning } from './space/environment.ts';
import { faults } from './space/faults.ts';
import type { Property } from './space/properties.ts';
import { checkedWorld, promisesOf, spacesOf, wholeWorld } from './spaces.ts';

const KINDS = ['started', 'external', 'answer', 'timer', 'told', 'arrived', 'restored'] as const;

/** A way to where something does not hold: what `nova check` writes, `nova show` goes along and a generated test keeps. */
export const WrittenWay = z.strictObject({
  /** What was walked through: "a request", "team support". */
  name: z.string(),
  /** The property that is broken, by its name. */
  fault: z.string(),
  /** The module that was checked; null for the organisation that stands where `nova check` was called. */
  module: z.string().nullable(),
  organisation: z.string(),
  run: z.string(),
  /** True: any number of faults on a path, as with `nova check --full`. */
  full: z.boolean().default(false),
  /** True: whole tasks, with their turns, tools and gates, as in a simulation; else each agent by its contract. */
  whole: z.boolean().default(false),
  /** What happened after the first event, in words. */
  moves: z.array(z.string()),
  /** The events as `step` folds them, the first included. */
  events: z.array(z.looseObject({ kind: z.enum(KINDS) })).min(1),
});
export type WrittenWay = z.input<typeof WrittenWay>;

/** The organisations among what a module exports, or the organisation itself. */
const organisationsOf = (checked: object): readonly Organisation[] =>
  'kind' in checked && checked.kind === 'organisation'
    ? [checked as Organisation]
    : checkableIn(checked).organisations;

/** The world in which the events of a way are folded. */
export const worldOfWay = (organisation: Organisation, { whole = false }: WrittenWay): World =>
  whole ? wholeWorld(organisation) : checkedWorld(organisation);

/** @throws RangeError where what was walked through is not there any more. */
function courseOf(organisation: Organisation, way: WrittenWay): Course {
  const { name, full = false, whole = false, run, events } = way;
  if (whole) {
    const world = wholeWorld(organisation);
    const promises = promisesOf(organisation);
    const started = events[0] as unknown as Beginning['started'];
    const system = { run, scope: run.slice(0, run.lastIndexOf('/')), started };
    return { world, environment: faults(world, { system, says: {}, plans: [], promises }) };
  }
  const space = spacesOf(organisation, { full }).find((one) => one.name === name);
  if (space?.environment === undefined)
    throw new RangeError([`there is no ${name} any more`, ...(space?.lacking ?? [])].join('; '));
  return { world: space.world, environment: space.environment };
}

/** A property that an event of a way breaks: which event, counted from 0, and what was so then. */
export interface BrokenAt {
  readonly property: string;
  readonly at: number;
}

type Answered = { readonly outcome?: string; readonly value?: ValueRef; readonly meets?: boolean };

/** True for an answer that would not come over the border any more: its agent's contract does not take it. */
function isTurnedAway({ byId }: Organisation, { effects }: System, incoming: Incoming): boolean {
  if (incoming.kind !== 'answer') return false;
  const { node } = (effects[incoming.effectId]?.params ?? {}) as { readonly node?: string };
  const { outcome, value, meets } = incoming.event as Answered;
  const agent = byId.get(node ?? '');
  if (agent === undefined || outcome === undefined || !meets || outcome === 'refused') return false;
  const contract = agent.outcomes[outcome];
  return contract === undefined || !parse(contract, incoming.values?.[value?.hash ?? '']).ok;
}

/**
 * The first event after which one of the properties does not hold; `sometimes` is not asked.
 * @param isTaken false leaves an event out.
 */
export function brokenAlong(
  course: Course,
  properties: readonly Property[],
  events: readonly Incoming[],
  isTaken: (system: System, incoming: Incoming) => boolean = () => true,
): BrokenAt | undefined {
  let stand = beforeAll(course);
  for (const [at, incoming] of events.entries()) {
    if (!isTaken(stand.system, incoming)) continue;
    const move = moveOf(course.environment, stand, incoming);
    const { stand: next, edge } = advance(course, stand, incoming, move);
    const broken =
      brokenOn(properties, edge) ??
      properties.find((one) => one.kind === 'ends' && !canStillEnd(course, next, one.by));
    if (broken !== undefined) return { property: broken.name, at };
    stand = next;
  }
  return undefined;
}

/**
 * Goes along a way by the same `step`, and asks after each event whether the property that it broke holds.
 * An event that cannot happen any more is a dead letter; an answer that breaks its agent's contract now is left out, as
 * the host would turn it away.
 * @param checked the organisation, or the module that was checked.
 * @param own properties beside the laws, where the way breaks one of those.
 * @throws RangeError where the organisation, what was walked through, or the property is not there any more; or where
 *   whether the run can still end cannot be told within 20,000 states.
 */
export function judgeWay(
  checked: object,
  way: WrittenWay,
  own: readonly Property[] = [],
): BrokenAt | undefined {
  const organisation = organisationsOf(checked).find(({ id }) => id === way.organisation);
  if (organisation === undefined)
    throw new RangeError(`there is no organisation ${way.organisation} any more`);
  const course = courseOf(organisation, way);
  const all = [...laws(course.world, course.environment), ...own];
  const property = all.find(({ name }) => name === way.fault);
  if (property === undefined) throw new RangeError(`there is no property ${way.fault}`);
  return brokenAlong(
    course,
    [property],
    way.events as unknown as Incoming[],
    (system, incoming) => !isTurnedAway(organisation, system, incoming),
  );
}

import type { Incoming, System } from '../kernel/system.ts';
import { advance, beforeAll, brokenOn, enabledIn, type Course } from '../verify/course.ts';
import type { Move } from '../verify/space/environment.ts';
import type { Property } from '../verify/space/properties.ts';
import { incomingOf, nameOf } from '../verify/space/trace.ts';
import type { BrokenAt } from '../verify/way.ts';
import { Arbitrary, fc, Stream, Value, type Random } from './fast-check.ts';

/** One concrete run under a schedule. */
export interface Run {
  /** The events as `step` folds them, the first included; it ends with the event that broke a property. */
  readonly events: readonly Incoming[];
  /** What happened after the first event, in words. */
  readonly moves: readonly string[];
  /** Where it came to. */
  readonly system: System;
  readonly broken: BrokenAt | undefined;
}

/** What runs go by: the course that is made of what was drawn for one run, and what has to hold after each event. */
export interface Schedules<G> {
  readonly given: Arbitrary<G>;
  readonly courseOf: (given: G) => Course;
  readonly propertiesOf: (course: Course) => readonly Property[];
  /** Events after the first, at most. */
  readonly events: number;
}

/** Events that are still sent to a run that has ended. */
const AFTER_THE_END = 8;

const kinds = ['answers', 'faults', 'late', 'said', 'time', 'crash', 'stop'] as const;
type Kind = (typeof kinds)[number];
/** How often a kind comes up in one run: some runs are all late answers, some know no crash. */
const moods: Readonly<Record<Kind, readonly number[]>> = {
  answers: [0.3, 1, 8],
  faults: [0, 0.1, 2],
  late: [0, 4, 32],
  said: [0, 4, 32],
  time: [0, 0, 0.1, 2],
  crash: [0, 0.1, 2],
  stop: [0, 0, 0.1],
};

function kindOf(move: Move): Kind {
  switch (move.kind) {
    case 'answer':
      return move.isLate ? 'late' : move.offer.cost === 0 ? 'answers' : 'faults';
    case 'external':
      return move.offer.event.type === 'run.stopped' ? 'stop' : 'said';
    case 'expiry':
      return 'time';
    case 'timer':
      // By a delay of its own a machine goes on; what bounds work ends it.
      return move.work ? 'time' : 'answers';
    case 'told':
      return 'said';
    case 'restored':
    case 'delivered':
      return 'crash';
  }
}

type Choose = (moves: readonly Move[]) => Move | undefined;

/**
 * Random schedules of one system, and smaller ones of those: by leaving events out. A schedule is kept by the names of its
 * events, so that what follows one that was left out happens all the same, or falls away where it cannot.
 * How kinds are weighed anew for each run: swarm testing (Groce et al., ISSTA 2012); how events are left out: delta
 * debugging (Zeller and Hildebrandt, TSE 2002).
 */
export class ScheduleArbitrary<G> extends Arbitrary<Run> {
  readonly #schedules: Schedules<G>;

  constructor(schedules: Schedules<G>) {
    super();
    this.#schedules = schedules;
  }

  generate(random: Random, bias: number | undefined): Value<Run> {
    const given = this.#schedules.given.generate(random, bias);
    const weights = new Map(
      kinds.map((kind) => {
        const some = moods[kind];
        return [kind, some[random.nextInt(0, some.length - 1)] as number];
      }),
    );
    return this.#valued(given, (moves) => {
      const present = Map.groupBy(moves, kindOf);
      const weightOf = (kind: Kind): number => weights.get(kind) ?? 0;
      let left =
        random.nextDouble() * [...present.keys()].reduce((sum, kind) => sum + weightOf(kind), 0);
      const kind = [...present.keys()].find((one) => (left -= weightOf(one)) < 0);
      const some = present.get(kind ?? 'answers') ?? moves;
      return some[random.nextInt(0, some.length - 1)];
    });
  }

  canShrinkWithoutContext(_: unknown): _ is Run {
    return false;
  }

  shrink(run: Run, context?: unknown): Stream<Value<Run>> {
    return context === undefined
      ? Stream.nil()
      : fc.stream(this.#smaller(run, context as Value<G>));
  }

  *#smaller(run: Run, given: Value<G>): Generator<Value<Run>> {
    const { moves } = run;
    for (let size = moves.length + 1; size > 1;) {
      size = Math.ceil(size / 2);
      for (let end = moves.length; end > 0; end -= size) {
        const names = [...moves.slice(0, Math.max(0, end - size)), ...moves.slice(end)];
        yield this.#along(given, names);
      }
    }
    for (const less of this.#schedules.given.shrink(given.value_, given.context))
      yield this.#along(less, moves);
  }

  /** Takes the moves of those names, one after the other, where they can be taken. */
  #along(given: Value<G>, names: readonly string[]): Value<Run> {
    let at = 0;
    return this.#valued(given, (moves) => {
      while (at < names.length) {
        const name = names[at] as string;
        at += 1;
        const found = moves.find((move) => nameOf(move) === name);
        if (found !== undefined) return found;
      }
      return undefined;
    });
  }

  #valued(given: Value<G>, choose: Choose): Value<Run> {
    const { courseOf, propertiesOf, events } = this.#schedules;
    const course = courseOf(given.value_);
    return new Value(runOf(course, propertiesOf(course), choose, events), given);
  }
}

/** Takes one event after the other, until a property is broken, nothing is chosen, or there were enough. */
function runOf(
  course: Course,
  properties: readonly Property[],
  choose: Choose,
  most: number,
): Run & fc.WithToStringMethod {
  const events: Incoming[] = [];
  const moves: string[] = [];
  let stand = beforeAll(course);
  let broken: BrokenAt | undefined;
  let incoming = course.environment.systems[0]?.started as Incoming;
  let move: Move | undefined = { kind: 'restored' };
  for (let afterEnd = 0; move !== undefined;) {
    const { stand: next, edge } = advance(course, stand, incoming, move);
    const property = brokenOn(properties, edge);
    if (property !== undefined) broken = { property: property.name, at: events.length };
    events.push(incoming);
    stand = next;
    if (stand.system.ended !== undefined) afterEnd += 1;
    const isEnough = moves.length >= most || afterEnd > AFTER_THE_END || broken !== undefined;
    move = isEnough ? undefined : choose(enabledIn(course.environment, stand));
    if (move === undefined) break;
    moves.push(nameOf(move));
    incoming = incomingOf(stand.system, move, stand.at);
  }
  const shown = (): string => moves.map((name, at) => `\n${at + 1}. ${name}`).join('');
  return { events, moves, system: stand.system, broken, [fc.toStringMethod]: shown };
}

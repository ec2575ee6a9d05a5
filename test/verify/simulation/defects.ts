// Sown defects looked for by chance: a long random run that breaks a law, and what it shrinks to.
import fc from 'fast-check';
import { laws } from 'nova-agents/verify';
import { ScheduleArbitrary } from '../../../src/testing/schedule.ts';
import { simulated, type Simulated } from '../../../src/testing/runs.ts';
import type { Course } from '../../../src/verify/course.ts';
import { brokenAlong } from '../../../src/verify/way.ts';
import { mutants } from '../mutants/all.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { space } from '../small-space.ts';

/** Events of the random run that shrinks; before that a failure is no feat. */
export const LONG = 60;
export const SHORT = 20;
const MAX_EVENTS = 200;
const MAX_SEEDS = 3_000;

/** Breaks no state and no event: only that an end can still be reached, which one run does not tell. */
const ONLY_IN_A_SPACE = 'a deadline passes in a pause as if the run went on';

/** Those that one run of whole steps can show. */
export const sown = mutants.filter(
  ({ name, deliveries, walk }) =>
    deliveries !== true && walk === undefined && name !== ONLY_IN_A_SPACE,
);

export interface Hunted {
  readonly seed: number;
  readonly failure: NonNullable<Simulated['failure']>;
  /** True where the short way breaks the same property by its last event, and none without the defect. */
  readonly reproduces: boolean;
}

/**
 * Draws one random run a seed, until one breaks a law after at least 60 events, and shrinks it; the first that breaks one
 * at all where none is so long.
 */
export function huntByChance({ in: options, world: mutate, step }: Mutant): Hunted | undefined {
  const { world, environment } = space(options);
  const course: Course = { world: mutate?.(world) ?? world, environment, ...(step && { step }) };
  const properties = laws(world, environment);
  const drawn = new ScheduleArbitrary({
    given: fc.constant(course),
    courseOf: (same) => same,
    propertiesOf: () => properties,
    events: MAX_EVENTS,
  });
  const seeds = Array.from({ length: MAX_SEEDS }, (_, at) => at + 1);
  const lengthOf = (seed: number): number => {
    const [run] = fc.sample(drawn, { seed, numRuns: 1 });
    return run?.broken === undefined ? 0 : run.events.length;
  };
  const seed = seeds.find((one) => lengthOf(one) >= LONG) ?? seeds.find((one) => lengthOf(one) > 0);
  if (seed === undefined) return undefined;
  const { failure } = simulated(drawn, { seed, runs: 1 });
  if (failure === undefined) throw new Error(`seed ${seed} is not drawn again`);
  const { events } = failure.run;
  const broken = properties.filter(({ name }) => name === failure.property);
  const again = brokenAlong(course, broken, events);
  const without = brokenAlong({ world, environment }, properties, events);
  return { seed, failure, reproduces: again?.at === events.length - 1 && without === undefined };
}

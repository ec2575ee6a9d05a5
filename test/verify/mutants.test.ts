// Goal: the checks are checked: a sown defect breaks the law that it should, by a short way, and quickly.
// Method: a tenth of the mutants, another one for another NOVA_SEED; `npm run check:mutants` hunts them all.
import { expect, test } from 'vitest';
import { mutants } from './mutants/all.ts';
import { hunt, hunted, type Mutant } from './mutants/mutant.ts';

const MAX_EVENTS = 8;
const seed = Number(process.env['NOVA_SEED'] ?? 3);
const tenth = mutants.filter((_, at) => at % 10 === seed % 10);

const eventsOf = (moves: readonly string[]): number =>
  moves.filter((move) => move !== 'one delivery').length + 1;

test.each(tenth)(`"$name" is found (seed ${seed})`, (mutant: Mutant) => {
  const [found] = hunted(mutant).counterexamples;
  expect(found).toBeDefined();
  expect(mutant.breaks).toContain(Number.parseInt(found?.property ?? '', 10));
  expect(eventsOf(found?.moves ?? [])).toBeLessThanOrEqual(MAX_EVENTS);
});

test('a race is seen only where every delivery is a step of its own', () => {
  const race = mutants.find(({ deliveries }) => deliveries) as Mutant;
  expect(hunt(race).counterexamples).toHaveLength(1);
  expect(hunt({ ...race, deliveries: false })).toMatchObject({
    complete: true,
    counterexamples: [],
  });
});

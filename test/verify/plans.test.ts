// Goal: the machine that interprets plans keeps the laws whatever the plan's edges are.
// Method: every shape of up to three parts is walked through with every fault (of up to four in `nova check --full`); the
// shapes are counted against the number of graphs without a cycle in a given order, 2 to the n(n - 1)/2.
import { expect, test } from 'vitest';
import { explore, laws, sometimes } from 'nova-agents/verify';
import { planSpace, shapesOf } from '../../src/verify/plan-space.ts';
import { planOf } from '../../src/verify/laws/seen.ts';

test('every shape is there once', () => {
  for (const parts of [1, 2, 3, 4]) {
    const shapes = shapesOf(parts).map((shape) => JSON.stringify(shape));
    expect(new Set(shapes).size).toBe(2 ** ((parts * (parts - 1)) / 2));
    expect(shapes).toHaveLength(new Set(shapes).size);
  }
});

test.each([1, 2, 3])('1, 2, 3, 5, 7, 8, 9, 10 plans of up to three parts, %i at once', (most) => {
  const { world, environment } = planSpace(3, most);
  if (environment === undefined) throw new Error('no environment');
  const isSkipped = sometimes('a part is skipped while another runs', ({ cells }) => {
    const states = planOf(cells.get('request/plan'))?.parts.map(({ state }) => state) ?? [];
    return states.includes('skipped') && states.includes('running');
  });
  const properties = [...laws(world, environment), isSkipped];
  const { complete, counterexamples, verdicts } = explore(world, { environment, properties });
  expect(complete).toBe(true);
  expect(counterexamples).toEqual([]);
  expect([...verdicts.values()]).toEqual(properties.map(() => 'holds'));
});

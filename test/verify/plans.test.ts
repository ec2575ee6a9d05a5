// Goal: the machine that interprets plans keeps the laws whatever the plan's edges are.
// Method: every shape of up to three parts is walked through with every fault (of up to four in `nova check --full`); the
// shapes are counted against the number of graphs without a cycle in a given order, 2 to the n(n - 1)/2.
import { expect, test } from 'vitest';
import { explore, laws, sometimes } from 'nova-agents/verify';
import { planSpace, shapesOf } from '../../src/verify/plan-space.ts';
import type { CellEffect } from '../../src/verify/space/cell.ts';
import type { Offer } from '../../src/verify/space/environment.ts';
import { everyEdge } from '../../src/verify/space/properties.ts';
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

test('2 plans that take different keys, or are given different inputs, are told apart', () => {
  const { world, environment } = planSpace(2, 1);
  if (environment === undefined) throw new Error('no environment');
  const never = everyEdge('no part is refused for its contract', ['ended'], ({ ended }) =>
    ended.every(({ ending }) => ending.reason !== 'contract' || ending.outcome !== 'refused'),
  );
  const plans = (keys: readonly string[]) => ({
    ...environment,
    answers: (effect: CellEffect, actor: string) =>
      effect.kind === 'plan.check'
        ? keys.map((key) => accepting(environment.answers(effect, actor), key))
        : environment.answers(effect, actor),
  });
  for (const keys of [['s'], ['n', 's'], ['s', 'n']]) {
    const found = explore(world, { environment: plans(keys), properties: [never] });
    expect([keys, found.verdicts.get(never.name)]).toEqual([keys, 'broken']);
  }
  expect(
    explore(world, { environment: plans(['n']), properties: [never] }).verdicts.get(never.name),
  ).toBe('holds');
});

/** The plan in which the second part takes a key of the first: `n` is a number, as it needs, `s` is a text. */
function accepting(offers: readonly Offer[], key: string): Offer {
  type Accepted = { type: string; parts: { takes?: { from: object }[] }[] };
  const offer = offers.find(({ event }) => (event as Accepted).parts?.[1]?.takes !== undefined);
  if (offer === undefined) throw new Error('no plan with an edge');
  const event = structuredClone(offer.event) as Accepted;
  for (const part of event.parts)
    for (const { from } of part.takes ?? []) Object.assign(from, { key });
  return { ...offer, name: `takes ${key}`, event };
}

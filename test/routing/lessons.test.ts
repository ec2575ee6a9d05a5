// Goal: what was said of a request moves those that are like it, and nothing else; it is named where it did.
// Method: random requests and lessons over described agents, by words and by what was learned; labelled requests of the 34.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lessonsFor, nearestOf, retrievalOf, takersOf, type Lesson } from 'nova-agents/routing';
import learned from '../../agents/learned.json' with { type: 'json' };
import { organisation } from '../../agents/index.ts';
import requests from '../../agents/requests.json' with { type: 'json' };
import { named } from '../../src/routing/knowing.ts';
import { described } from '../../src/team/catalogue.ts';
import { bakery, bakeryRequests } from '../agents/coordination/bakery.ts';

const team = organisation.agents.map((agent) => ({ ...described(agent), learned: named(learned) }));
const teamTexts = Object.values(requests).flatMap((texts) => texts.slice(0, 20));
const worlds = [
  { name: 'by words', catalogue: bakery, texts: Object.values(bakeryRequests).flat(), numRuns: 30 },
  { name: 'by what was learned', catalogue: team, texts: teamTexts, numRuns: 6 },
];

describe.each(worlds)('$name', ({ catalogue, texts, numRuns }) => {
  const untaught = retrievalOf(catalogue);
  const text = fc.constantFrom(...texts);
  const lesson = fc.record({
    text,
    who: fc.option(fc.constantFrom(...catalogue.map(({ id }) => id)), { nil: null }),
  });
  const lessons = fc.uniqueArray(lesson, { maxLength: 4, selector: (one) => one.text });

  test('6.10 the very same request goes where was said, and one that is near to none as before', () => {
    fc.assert(
      fc.property(lessons, text, (all, asked) => {
        const rank = retrievalOf(catalogue, all);
        for (const one of all)
          expect(
            takersOf(rank(` ${one.text.toUpperCase()} `)).map(({ entry }) => entry.id),
          ).toEqual(one.who === null ? [] : [one.who]);
        const isFar = nearestOf(all)(asked) === undefined;
        expect(!isFar || isDeepStrictEqual(rank(asked), untaught(asked))).toBe(true);
      }),
      { numRuns, seed: 11 },
    );
  });

  test('6.10 those that a run is told of move it as all would, and who shares no word changes nothing', () => {
    fc.assert(
      fc.property(lessons, text, (all, asked) => {
        const stranger: Lesson = { text: 'zyx wvu tsr', who: catalogue[0]?.id ?? null };
        const told = lessonsFor([stranger, ...all], `${asked} Zyx.`, 9);
        expect(told).not.toContain(stranger);
        expect(retrievalOf(catalogue, told)(asked)).toEqual(retrievalOf(catalogue, all)(asked));
      }),
      { numRuns, seed: 12 },
    );
  });
});

test('6.10 one that is like it is moved, the more the nearer, and says by what', () => {
  const who = 'store-room';
  const [said, like] = ['Which cake is for the hotel?', 'Which large cake is for the hotel?'];
  const rank = retrievalOf(bakery, [{ text: said, who }]);
  const scoreOf = (text: string, by = rank) =>
    by(text).find(({ entry }) => entry.id === who)?.score ?? 0;
  expect(rank(said)[0]).toMatchObject({ score: 1, because: { kind: 'lesson', text: said } });
  const weight = nearestOf([{ text: said, who }])(like)?.weight ?? 0;
  expect(weight).toBeGreaterThan(0);
  expect(weight).toBeLessThan(1);
  expect(scoreOf(like)).toBeGreaterThan(scoreOf(like, retrievalOf(bakery)));
  expect(scoreOf(like)).toBeLessThan(1);
});

test('6.10 whom nobody knows any more takes nothing, and of two that are alike the first counts', () => {
  const text = 'Which orders are for Saturday?';
  const untaught = retrievalOf(bakery)(text);
  expect(retrievalOf(bakery, [{ text, who: 'gone' }])(text)).toEqual(untaught);
  const both = [
    { text, who: 'oven-plan' },
    { text: `${text}!`, who: 'store-room' },
  ];
  expect(takersOf(retrievalOf(bakery, both)(text))[0]?.entry.id).toBe('oven-plan');
  expect(takersOf(retrievalOf(bakery, both.toReversed())(text))[0]?.entry.id).toBe('store-room');
});

// Goal: a passage reaches the agent that takes it, a foreign one nobody, over any catalogue.
// Method: a labelled table over two invented catalogues, in halves; the figures are printed and held.
import { describe, expect, test } from 'vitest';
import { retrievalOf, THRESHOLD } from 'nova-agents/routing';
import { bakery, bakeryRequests } from '../agents/coordination/bakery.ts';
import { foreignRequests } from '../agents/coordination/foreign.ts';
import { HALVES, halfOf, labelled, shareOf } from '../agents/coordination/measure.ts';
import { projectRequests, projectWork } from '../agents/coordination/project-work.ts';

/** At least so much, a little under what was measured. */
const LEAST = {
  seen: { rightFirst: 0.97, taken: 0.94, foreignRefused: 0.82, otherRefused: 0.97 },
  'held out': { rightFirst: 0.88, taken: 0.88, foreignRefused: 0.77, otherRefused: 0.94 },
} as const;

const worlds = [
  { name: 'project work', catalogue: projectWork, own: projectRequests, other: bakeryRequests },
  { name: 'bakery', catalogue: bakery, own: bakeryRequests, other: projectRequests },
];

describe.each(worlds)('$name', ({ name, catalogue, own, other }) => {
  const rank = retrievalOf(catalogue);
  const best = (text: string) => rank(text)[0];
  const isRefused = (text: string) => (best(text)?.score ?? 0) < THRESHOLD;

  test.each(HALVES)('the %s half', (half) => {
    const requests = labelled(own, half);
    const isRight = ({ text, node }: { text: string; node: string }) =>
      best(text)?.entry.id === node;
    const figures = {
      rightFirst: shareOf(requests, isRight),
      taken: shareOf(requests, (one) => isRight(one) && !isRefused(one.text)),
      foreignRefused: shareOf(halfOf(foreignRequests, half), isRefused),
      otherRefused: shareOf(labelled(other, half), ({ text }) => isRefused(text)),
    };
    for (const [what, { share, missed }] of Object.entries(figures)) {
      process.stdout.write(
        `${name}, ${half}, ${what}: ${share.toFixed(3)} (${missed.length} missed)\n`,
      );
    }
    const least: Readonly<Record<string, number>> = LEAST[half];
    expect(
      Object.entries(figures).filter(([what, { share }]) => share < (least[what] ?? 1)),
    ).toEqual([]);
  });

  test('holds twelve requests for each of its agents', () => {
    for (const { id } of catalogue) expect(own[id]?.length).toBeGreaterThanOrEqual(12);
  });

  test('an example of its own is a perfect enough match, whoever else is there', () => {
    const wrong = catalogue.flatMap(({ id, examples }) =>
      examples.filter((example) => best(example)?.entry.id !== id),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a score', () => {
  const passages = labelled(projectRequests, 'seen').map(({ text }) => text);
  const scores = (catalogue: typeof projectWork) => {
    const rank = retrievalOf(catalogue);
    return passages.map((text) => rank(text).map(({ entry, score }) => [entry.id, score]));
  };
  const strangers = 'abcdefghijklmnopqrstuvwxyz'.split('').map((letter) => ({
    id: `xylophone-${letter.repeat(9)}`,
    does: `Qwertz ${letter.repeat(8)}.`,
    doesNot: {},
    examples: [`Zzyzx ${letter.repeat(7)}`],
    ready: true,
  }));

  test('does not depend on how many agents are described, nor on their order', () => {
    expect(scores([...strangers, ...projectWork.toReversed()])).toEqual(scores(projectWork));
  });

  test('lies between 0 and 1 and falls', () => {
    for (const ranked of scores(projectWork)) {
      const numbers = ranked.map(([, score]) => Number(score));
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
      expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(1);
    }
  });

  test('is lowered by what an agent says it does not do', () => {
    const stock = {
      id: 'stock',
      does: 'Counts the flour.',
      doesNot: {},
      examples: [],
      ready: true,
    };
    const modest = { ...stock, doesNot: { 'sieving the flour for a cake': 'baker' } };
    const of = (entry: typeof stock) =>
      retrievalOf([entry])('Sieve the flour for the cake')[0]?.score ?? 0;
    expect(of(modest)).toBeLessThan(of(stock));
    expect(of(modest)).toBeLessThan(THRESHOLD);
    const baking = { ...modest, does: 'Counts the flour for the cake.' };
    expect(retrievalOf([baking])('Sieve the flour for the cake')[0]).toMatchObject({
      because: { kind: 'does', text: 'stock: Counts the flour for the cake.' },
      against: { text: 'sieving the flour for a cake', who: 'baker' },
    });
  });

  test('is nothing over an empty catalogue or for a text without words', () => {
    expect(retrievalOf([])('What is open?')).toEqual([]);
    expect(retrievalOf(projectWork)('… ?!')).toEqual([]);
  });
});

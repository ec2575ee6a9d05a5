// Goal: who cannot be told from somebody else by words is named before anybody asks.
// Method: agents whose examples are the same, nearly the same, or say nothing, beside those that come with Nova.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation } from 'nova-agents';
import { organisation } from 'nova-agents/agents';
import { confusionText } from '../../src/cli/confusion-view.ts';
import { toldApart } from '../../src/verify/told-apart.ts';

const agent = (id: string, does: string, ...asks: string[]) =>
  defineAgent({
    id,
    version: 1,
    does,
    input: Ask,
    outcomes: { done: z.null() },
    examples: [],
    asks,
    act: (_, say) => say.done(null),
  });
const told = (...agents: ReturnType<typeof agent>[]) =>
  toldApart(defineOrganisation({ id: 'some', agents }));

test('those that come with Nova are told apart', () => {
  const { requests, faults, confusion } = toldApart(organisation);
  expect(requests).toBeGreaterThan(40);
  expect(faults).toEqual([]);
  expect(confusion.filter(({ asked, first }) => asked !== first)).toEqual([]);
  expect(confusion.reduce((sum, cell) => sum + cell.requests, 0)).toBe(requests);
  const lines = confusionText(confusion, true).split('\n');
  expect(lines).toHaveLength(confusion.length + 2);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test.each([
  ['the same words', 'Water the roses', '"Water the roses" of other is taken by gardener as well'],
  ['no word that tells', '???', 'nobody takes "???" of other: it has no word that tells'],
])('%s are a fault', (_, words, fault) => {
  const gardener = agent('gardener', 'Waters plants.', 'Water the roses');
  expect(told(gardener, agent('other', 'Paints fences.', words)).faults).toContain(fault);
});

test('other words are none', () => {
  const gardener = agent('gardener', 'Waters plants.', 'Water the roses');
  expect(told(gardener, agent('painter', 'Paints fences.', 'Paint the fence blue')).faults).toEqual(
    [],
  );
});

test('who comes first for whose requests is a table; of those with nobody near only their number is told', () => {
  const { confusion } = told(
    agent('painter', 'Paints fences.', 'Paint the fence blue', 'Water the roses', '???'),
    agent('gardener', 'Waters plants.', 'Water the roses', 'Water all the roses'),
    agent('baker', 'Bakes bread.', 'Bake two loaves of bread'),
  );
  const cells = confusion.map(({ asked, first, requests }) => [asked, first, requests]);
  expect(cells).toEqual([
    ['baker', 'baker', 1],
    ['gardener', 'gardener', 2],
    ['painter', 'painter', 1],
    ['painter', 'gardener', 1],
    ['painter', null, 1],
  ]);
  const text = confusionText(confusion, false);
  expect(text).toMatch(/^gardener +2 +gardener +0\.\d\d +painter$/m);
  expect(text).toMatch(/^painter +1 +nobody +0\.00$/m);
  expect(text).toMatch(/\nTold apart, with nobody near: 1 of 3 \(--full has all\)\.$/);
  expect(text).not.toContain('baker');
});

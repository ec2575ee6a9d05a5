// Goal: who cannot be told from somebody else by words is named before anybody asks.
// Method: agents whose examples are the same, nearly the same, or say nothing, beside those that come with Nova.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation } from 'nova-agents';
import { organisation } from 'nova-agents/agents';
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
const faultsOf = (...agents: ReturnType<typeof agent>[]) =>
  toldApart(defineOrganisation({ id: 'some', agents })).faults;

test('those that come with Nova are told apart', () => {
  const { requests, faults } = toldApart(organisation);
  expect(requests).toBeGreaterThan(40);
  expect(faults).toEqual([]);
});

test.each([
  ['the same words', 'Water the roses', '"Water the roses" of other is taken by gardener as well'],
  ['no word that tells', '???', 'nobody takes "???" of other: it has no word that tells'],
])('%s are a fault', (_, words, fault) => {
  const gardener = agent('gardener', 'Waters plants.', 'Water the roses');
  expect(faultsOf(gardener, agent('other', 'Paints fences.', words))).toContain(fault);
});

test('other words are none', () => {
  const gardener = agent('gardener', 'Waters plants.', 'Water the roses');
  expect(faultsOf(gardener, agent('painter', 'Paints fences.', 'Paint the fence blue'))).toEqual(
    [],
  );
});

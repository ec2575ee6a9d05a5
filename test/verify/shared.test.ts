// Goal: work that two runs share is done by one owner at a time, is taken over when that one is gone, and a late result is refused.
// Method: two runs and the ledger of their node, each a system of its own, walked through exhaustively over late, doubled and
// early messages, crashes, stops and passing leases; and defects sown into ledger and lease.
import { expect, test } from 'vitest';
import { explore } from 'nova-agents/verify';
import type { World } from '../../src/kernel/system.ts';
import { sharedLaws, sharedSystems, sharedWorld } from '../../src/verify/shared-space.ts';
import { machineChanged, part, remove, set } from './mutants/mutant.ts';

const look = (of: World) =>
  explore(of, {
    environment: sharedSystems,
    properties: sharedLaws,
    maxUnderWay: 4,
    first: true,
    limit: { states: 400_000 },
  });

test('3.6 work that two runs share holds, whatever is late, comes twice, crashes, is stopped or silent', () => {
  const explored = look(sharedWorld);
  expect(explored.why).toBeUndefined();
  expect(explored.counterexamples.map(({ property, moves }) => [property, moves])).toEqual([]);
  expect([...explored.verdicts.values()]).toEqual(sharedLaws.map(() => 'holds'));
  expect(explored.states).toBeGreaterThan(1_000);
});

const ever = () => true;
test.each<[string, RegExp, (of: World) => World]>([
  [
    'a lease without a fence: a late result counts',
    /^3 a result/,
    machineChanged('ledger', (_, { guards }) => void (guards['isOwner'] = ever)),
  ],
  [
    'the work of the silent is never taken over',
    /^one whose lease has passed/,
    machineChanged('ledger', (config) =>
      remove(part(config, 'states', 'serving', 'on'), 'lease.passed'),
    ),
  ],
  [
    'who waits works without being granted it',
    /^3 who works/,
    machineChanged('lease', (config) =>
      set(part(config, 'states', 'asking'), 'always', {
        target: 'working',
        actions: { type: 'hold', params: { isPaused: false } },
      }),
    ),
  ],
])('%s: it is found', (_, law, change) => {
  const [found] = look(change(sharedWorld)).counterexamples;
  expect(found?.property).toMatch(law);
  expect(found?.moves.length).toBeLessThan(14);
});

// Goal: decisions hold to the laws by every rule, and everything that can become of one is walked through.
// Method: the spaces of `nova check --full` with two faults on a path; by whom and why is noted on the way.
import { expect, test } from 'vitest';
import type { ArbitrationContext } from '../../machines/arbitration/schemas.ts';
import { laws } from '../../src/verify/laws.ts';
import { decisionSpaces } from '../../src/verify/panel.ts';
import type { Environment } from '../../src/verify/space/environment.ts';
import { explore } from '../../src/verify/space/explore.ts';
import { everyEdge } from '../../src/verify/space/properties.ts';

const seen = new Set<string>();
const noting = everyEdge('how it is decided is noted', [], ({ after, ended }) => {
  for (const { machine, state } of after.cells.values()) {
    const context = machine === 'arbitration' ? state.context : null;
    const { why, by } = (context ?? {}) as Partial<ArbitrationContext>;
    seen.add(`why ${why}`).add(`by ${by}`);
  }
  for (const { actor, ending } of ended) if (actor.endsWith('decide-1')) seen.add(ending.outcome);
  return true;
});

test.each(decisionSpaces())('4.3 $name holds', ({ world, environment }) => {
  const few = { ...(environment as Environment), faultsPerPath: 2 };
  const properties = [...laws(world, few), noting];
  const { complete, counterexamples } = explore(world, { environment: few, properties });
  expect(counterexamples.map(({ property, moves }) => [property, moves])).toEqual([]);
  expect(complete).toBe(true);
});

test('4.5 every way to decide is among them, and every reason to ask a person', () => {
  const ends = ['yes', 'no', 'undecided', 'expired', 'cancelled'];
  const whys = ['author', 'too_few', 'margin', 'veto', 'owner', 'no_ruling', 'unanswered'];
  const bys = ['vote', 'owner', 'judge', 'person'];
  const all = [...ends, ...whys.map((why) => `why ${why}`), ...bys.map((by) => `by ${by}`)];
  expect(all.filter((one) => !seen.has(one))).toEqual([]);
});

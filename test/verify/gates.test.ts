// Goal: whatever several people may say at a gate, in whatever order, late, twice or never, the laws hold.
// Method: a quorum of 2 of 3 with delegation, escalation and expiry, in a team and before a write, each space walked whole.
import { expect, test } from 'vitest';
import type { Approval } from 'nova-agents';
import { laws } from '../../src/verify/laws.ts';
import { explore } from '../../src/verify/space/explore.ts';
import { everyEdge } from '../../src/verify/space/properties.ts';
import { space, type SpaceOptions } from './small-space.ts';

const two: Approval = { by: ['ann', 'bob', 'cy'], quorum: 2, withinMs: 800 };
const soon: Approval = { ...two, expires: 'rejected' };
const all: Approval = {
  ...two,
  rejects: 'unreachable',
  edits: 1,
  delegation: { max: 1, to: ['dan'] },
  escalation: [{ to: ['boss'], withinMs: 900 }],
  expires: 'rejected',
};
const lean: SpaceOptions = { roles: ['router'], tools: [], maxTurns: 1, maxRepairs: 0 };
const writing: SpaceOptions = { ...lean, tools: ['mail'], maxTurns: 2 };

/** Every way in which a gate can end here: a space in which it does not would show nothing. */
const ENDS = ['approved', 'edited', 'rejected rejected', 'cancelled cancelled'];

test.each([
  ['a quorum in a team', { ...lean, team: true, gate: two }],
  ['all of it in a team', { ...lean, team: true, gate: all }],
  ['all of it before a write', { ...writing, approval: all }],
  [
    'both, with few faults a path',
    { ...writing, team: true, gate: soon, approval: soon, troubles: { perPath: 2 } },
  ],
  [
    'two parts that wait at once, with few faults a path',
    { ...lean, tasks: 2, team: true, gate: two, troubles: { perPath: 2 } },
  ],
] as const)('5, 7 %s: the laws hold of every state', (_, options: SpaceOptions) => {
  const { world, environment } = space(options);
  const seen = new Set<string>();
  const noting = everyEdge('how gates end is noted', ['ended'], ({ ended, before }) => {
    for (const { actor, ending } of ended)
      if (before.cells.get(actor)?.machine === 'gate')
        seen.add([ending.outcome, ending.reason ?? ''].join(' ').trim());
    return true;
  });
  const found = explore(world, { environment, properties: [...laws(world, environment), noting] });
  expect(found.counterexamples.map(({ property, moves }) => [property, moves])).toEqual([]);
  expect(found.complete).toBe(true);
  const { expires = 'expired' } = options.gate ?? options.approval ?? {};
  expect([...seen].toSorted()).toEqual([...ENDS, `${expires} deadline`].toSorted());
});

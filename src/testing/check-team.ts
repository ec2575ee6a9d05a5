import assert from 'node:assert/strict';
import { gathered } from '../team/gathered.ts';
import type { AnyTeam } from '../team/team.ts';

import { checkOrganisation } from '../verify/check.ts';
import type { CheckOptions } from '../verify/spaces.ts';

/**
 * Holds a team to everything that `nova check` would: its machine by lint, then all that can happen to a request over it.
 * @throws AssertionError naming what does not hold, with the shortest way there.
 */
export function checkTeam(team: AnyTeam, options: CheckOptions = {}): void {
  for (const { name, faults, counterexample } of checkOrganisation(
    gathered(team.id, [team]),
    options,
  )) {
    const way = counterexample?.moves.map((move, at) => `${at + 1}. ${move}`) ?? [];
    assert.deepEqual(faults, [], [`${name} does not hold:`, ...faults, ...way].join('\n  '));
  }
}

// Goal: a generated team of 34 agents, of which some are wrong, late, silent, contradictory, looping or break their contract, loses nothing,
// writes nothing twice or unapproved, ends as it is, and blames who it was.
// Method: a tenth of the seeds over the whole host with a clock by hand; `npm run check:sim` runs 1,000.
import { expect, test } from 'vitest';
import { crewOf } from './simulation/crew.ts';
import { season } from './simulation/season.ts';

const RUNS = 100;
const seed = Number(process.env['NOVA_SEED'] ?? 3);

test('a team has 34 agents', () => {
  expect(crewOf(seed).organisation.agents).toHaveLength(34);
});

test(
  `1.1, 5.1, 8.3, 9.4, 10.7 ${RUNS} runs of generated teams (seed ${seed})`,
  { timeout: 60_000 },
  async () => {
    const { wrong, blamed, ...counted } = await season(seed * RUNS, RUNS);
    expect(wrong).toEqual([]);
    expect(counted.runs).toBe(RUNS);
    // Most runs have exactly one fault that came to something.
    expect(blamed).toBeGreaterThan(RUNS / 2);
  },
);

// Simulates whole organisations for long, then looks for every sown defect by chance: `npm run check:sim`.
import { organisation } from 'nova-agents/agents';
import { simulate } from 'nova-agents/testing/arbitraries';
import { organisation as bank } from '../../../docs/credit.ts';
import { mischief } from '../../fixtures/mischief.ts';
import { organisation as shop } from '../../team/support.ts';
import { huntByChance, LONG, SHORT, sown } from './defects.ts';
import { season } from './season.ts';

const RUNS = 2_000;
/** Runs of generated teams over the whole host. */
const CREW_RUNS = 1_000;
/** Defects that have to be found by a long run. */
const MIN_LONG = 6;

const print = (...cells: readonly (string | number)[]): void =>
  void process.stdout.write(`${cells.join('  ')}\n`);

const seed = Number(process.env['NOVA_SEED'] ?? Date.now() % 1_000_000);
let isGood = true;
for (const one of [organisation, shop, mischief, bank]) {
  const begin = performance.now();
  const { runs, events, failure, way } = simulate(one, { seed, runs: RUNS, events: 200 });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  print(
    one.id.padEnd(10),
    `seed ${seed}`,
    `${runs} runs`,
    `${events} events`,
    `${seconds} s`,
    failure?.property ?? 'holds',
  );
  if (failure !== undefined) {
    isGood = false;
    print(
      `  ${failure.drawn} events, shrunk to ${failure.shrunk}:\n    ${way?.moves.join('\n    ')}`,
    );
  }
}

const begun = performance.now();
const { wrong, events: crewEvents, blamed, outcomes } = await season(seed * CREW_RUNS, CREW_RUNS);
if (wrong.length > 0) isGood = false;
print(
  'crew'.padEnd(10),
  `seed ${seed}`,
  `${CREW_RUNS} runs`,
  `${crewEvents} events`,
  `${((performance.now() - begun) / 1000).toFixed(1)} s`,
  `${wrong.length} wrong, of ${blamed} with exactly one fault blame names whose it was`,
  JSON.stringify(outcomes),
);
for (const one of wrong) print(`  ${JSON.stringify(one)}`);

let [found, long] = [0, 0];
for (const mutant of sown) {
  const begin = performance.now();
  const hunted = huntByChance(mutant);
  const ms = Math.round(performance.now() - begin);
  const { seed: by = 0, reproduces = false, failure } = hunted ?? {};
  const { drawn = 0, shrunk = 0, property = '' } = failure ?? {};
  const isFound = reproduces && shrunk < SHORT;
  if (isFound) found += 1;
  else isGood = false;
  if (isFound && drawn >= LONG) long += 1;
  print(
    isFound ? 'found' : 'NOT FOUND',
    mutant.name.padEnd(58),
    `seed ${by}`,
    `${drawn} events`,
    `shrunk to ${shrunk}`,
    `${ms} ms`,
    property,
  );
}
print(
  `${found} of ${sown.length} found by chance, shrunk to less than ${SHORT} events; ${long} of them from ${LONG} to 200`,
);
process.exitCode = isGood && long >= MIN_LONG ? 0 : 1;

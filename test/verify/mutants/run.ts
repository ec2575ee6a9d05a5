// Hunts every mutant and prints what was found: `npm run check:mutants`.
import { hunted, isJudgedAlike, type Mutant } from './mutant.ts';
import { mutants } from './all.ts';

/** A counterexample has at most so many events, and is found within so many milliseconds. */
const MAX_EVENTS = 8;
const MAX_MS = 10_000;

/** Deliveries inside of the system are no events of a trace. */
const eventsIn = ({ moves }: { readonly moves: readonly string[] }): number =>
  moves.filter((move) => move !== 'one delivery').length + 1;

const only = process.argv[2] ?? '';

function report(mutant: Mutant): boolean {
  const begin = performance.now();
  const { counterexamples, states } = hunted(mutant);
  const ms = performance.now() - begin;
  const [found] = counterexamples;
  const events = found === undefined ? 0 : eventsIn(found);
  const isByLaw = mutant.breaks.includes(Number.parseInt(found?.property ?? '', 10));
  const isFound = found !== undefined && isByLaw && events <= MAX_EVENTS && ms <= MAX_MS;
  // A race shows in no list of events, and a walk of its own has its own ways.
  const isWay = mutant.deliveries !== true && mutant.walk === undefined;
  const isGood = isFound && (!isWay || isJudgedAlike(mutant));
  const row = [
    isGood ? 'found' : 'NOT FOUND',
    mutant.name.padEnd(58),
    `${events} events`,
    `${states} states`,
    `${Math.round(ms)} ms`,
    found?.property ?? '',
  ];
  process.stdout.write(`${row.join('  ')}\n`);
  if (!isGood && found) process.stdout.write(`          ${found.moves.join('\n          ')}\n`);
  return isGood;
}

const sown = mutants.filter(({ name }) => name.includes(only));
const missed = sown.filter((mutant) => !report(mutant));
process.stdout.write(`${sown.length - missed.length} of ${sown.length} found\n`);
process.exitCode = missed.length === 0 ? 0 : 1;

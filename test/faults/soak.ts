// A million events over a thousand runs, on a disk that fails and in processes that die now and then, in a heap that does not grow.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { inFolder, type Found, type Part, type Scale } from './part.ts';

/** Runs at work at once in each wave; each is pushed so often, and a push brings 1.3 events. */
interface Size {
  readonly runs: number;
  readonly pushes: number;
  readonly waves: number;
  /** One call of the disk in so many fails; at one push in so many the process dies. */
  readonly odds: readonly [disk: number, death: number];
  /** What the heap may grow by: a short one is over before the compiler has come to rest. */
  readonly growth: number;
}
const SIZES: Readonly<Record<Scale['form'], Size>> = {
  whole: { runs: 1_000, pushes: 800, waves: 20, odds: [100, 4_000], growth: 0.05 },
  short: { runs: 40, pushes: 14, waves: 2, odds: [50, 200], growth: 0.5 },
  // What leaks a little at each run shows after many, however short.
  sown: { runs: 1_000, pushes: 11, waves: 20, odds: [100, 500], growth: 0.1 },
};
const HEAP_MB = 192;
const MB = 1024 * 1024;

interface Soaked {
  readonly events: number;
  readonly ended: number;
  readonly unaccounted: number;
  /** Runs whose journal was folded anew. */
  readonly refolded: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
  /** After each wave, when no run is at work and the garbage is gone. */
  readonly heaps: readonly number[];
  readonly rss: number;
}

/** How far one of them lies above the lowest before it, as a part of that one. */
function growthOf(heaps: readonly number[]): number {
  let lowest = Infinity;
  let most = 0;
  for (const heap of heaps) {
    lowest = Math.min(lowest, heap);
    most = Math.max(most, heap / lowest - 1);
  }
  return most;
}

const soaked = (seed: number, size: Size): Promise<Found> =>
  inFolder(async (folder) => {
    const { runs, pushes, waves, odds } = size;
    const flags = ['--conditions=nova-source', '--expose-gc', `--max-old-space-size=${HEAP_MB}`];
    // Code that is thrown away and compiled again would be four megabytes of noise.
    flags.push('--no-flush-bytecode');
    const entry = join(import.meta.dirname, 'soak-process.ts');
    const args = [...flags, entry, folder, ...[seed, runs, pushes, waves, ...odds].map(String)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (said.out += String(chunk)));
    child.stderr.on('data', (chunk) => (said.err += String(chunk)));
    await new Promise((gone) => child.once('close', gone));
    if (said.out === '') return { figures: 'none', wrong: [said.err.slice(0, 2_000)] };
    const { events, ended, unaccounted, refolded, faults, heaps, rss, ...told } = JSON.parse(
      said.out,
    ) as Soaked;
    const wrong = [...told.wrong];
    if (ended !== runs) wrong.push(`${ended} of ${runs} runs have ended`);
    if (unaccounted > 0) wrong.push(`${unaccounted} events are unaccounted for`);
    const later = heaps.slice(Math.ceil(heaps.length / 10) - 1);
    const [first = 0] = later;
    const growth = growthOf(later);
    const inMb = (bytes: number): string => (bytes / MB).toFixed(1);
    if (growth > size.growth) wrong.push(`the heap grew: ${heaps.map(inMb).join()}`);
    const met = Object.entries(faults).map(([name, count]) => `${count} ${name}`);
    const heap = `heap ${inMb(first)} MB after a tenth, ${inMb(later.at(-1) ?? 0)} at the end, at most ${(growth * 100).toFixed(1)} % above the lowest before`;
    const figures = `${events} events, ${runs} runs, ${unaccounted} unaccounted, ${refolded} folded anew; ${heap}, rss ${inMb(rss)} MB; ${met.join(', ')}`;
    return { figures, wrong };
  });

export const soak: Part = {
  name: 'soak',
  run: ({ seed, form }: Scale) => soaked(seed, SIZES[form]),
};

// A million events over a thousand runs, on a disk that fails and in processes that die now and then, in a heap that does not grow.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { inFolder, type Found, type Part, type Scale } from './part.ts';

/** Runs at work at once in each wave; each is pushed so often, and a push brings 1.3 events. */
interface Size {
  readonly runs: number;
  readonly pushes: number;
  readonly waves: number;
}
const LONG: Size = { runs: 1_000, pushes: 800, waves: 20 };
const SHORT: Size = { runs: 40, pushes: 25, waves: 2 };
const HEAP_MB = 192;
const MAX_GROWTH = 0.05;
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

/** How much a straight line through them rises, as a part of the first. */
function growthOf(heaps: readonly number[]): number {
  const middle = (heaps.length - 1) / 2;
  const mean = heaps.reduce((sum, heap) => sum + heap, 0) / heaps.length;
  let [up, along] = [0, 0];
  for (const [at, heap] of heaps.entries()) {
    up += (at - middle) * (heap - mean);
    along += (at - middle) ** 2;
  }
  return ((up / along) * (heaps.length - 1)) / (heaps[0] ?? 1);
}

/** @param judgesHeap false where it is over before the compiler has come to rest. */
export const soaked = (seed: number, size: Size, judgesHeap: boolean): Promise<Found> =>
  inFolder(async (folder) => {
    const { runs, pushes, waves } = size;
    const flags = ['--conditions=nova-source', '--expose-gc', `--max-old-space-size=${HEAP_MB}`];
    const entry = join(import.meta.dirname, 'soak-process.ts');
    const args = [...flags, entry, folder, ...[seed, runs, pushes, waves].map(String)];
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
    const last = later.at(-1) ?? 0;
    const growth = Math.max(growthOf(later), last / first - 1);
    const inMb = (bytes: number): string => (bytes / MB).toFixed(1);
    if (judgesHeap && growth > MAX_GROWTH) wrong.push(`the heap grew: ${heaps.map(inMb).join()}`);
    const met = Object.entries(faults).map(([name, count]) => `${count} ${name}`);
    const heap = `heap ${inMb(first)} MB after a tenth, ${inMb(last)} at the end (${(growth * 100).toFixed(1)} %)`;
    const figures = `${events} events, ${runs} runs, ${unaccounted} unaccounted, ${refolded} folded anew; ${heap}, rss ${inMb(rss)} MB; ${met.join(', ')}`;
    return { figures, wrong };
  });

export const soak: Part = {
  name: 'soak',
  run: ({ seed, isShort }: Scale) => soaked(seed, isShort ? SHORT : LONG, !isShort),
};

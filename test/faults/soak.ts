// A million events over a thousand runs, on a disk that fails now and then, in a heap that does not grow.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { inFolder, type Part, type Scale } from './part.ts';

const RUNS = 1_000;
const EVENTS = 1_000;
const SHORT = { runs: 40, events: 30 };
const HEAP_MB = 192;
const MAX_GROWTH = 0.05;
const MB = 1024 * 1024;

interface Soaked {
  readonly events: number;
  readonly faults: number;
  readonly ended: number;
  readonly unaccounted: number;
  readonly wrong: readonly string[];
  /** After each tenth of the runs, when the garbage is gone. */
  readonly heaps: readonly number[];
  readonly rss: number;
}

export const soak: Part = {
  name: 'soak',
  run: ({ seed, isShort }: Scale) =>
    inFolder(async (folder) => {
      const { runs, events } = isShort ? SHORT : { runs: RUNS, events: EVENTS };
      const flags = ['--conditions=nova-source', '--expose-gc', `--max-old-space-size=${HEAP_MB}`];
      const entry = join(import.meta.dirname, 'soak-process.ts');
      const args = [...flags, entry, folder, ...[seed, runs, events].map(String)];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { out: '', err: '' };
      child.stdout.on('data', (chunk) => (said.out += String(chunk)));
      child.stderr.on('data', (chunk) => (said.err += String(chunk)));
      await new Promise((gone) => child.once('close', gone));
      if (said.out === '') return { figures: 'none', wrong: [said.err.slice(0, 2_000)] };
      const soaked = JSON.parse(said.out) as Soaked;
      const wrong = [...soaked.wrong];
      // The largest of all later ones: the last is taken when hardly any run is at work.
      const [first = 0, ...later] = soaked.heaps;
      const most = Math.max(...later);
      const growth = most / first - 1;
      if (soaked.ended !== runs) wrong.push(`${soaked.ended} of ${runs} runs have ended`);
      if (soaked.unaccounted > 0) wrong.push(`${soaked.unaccounted} events are unaccounted for`);
      // A short one is over before the compiler has come to rest.
      if (!isShort && growth > MAX_GROWTH)
        wrong.push(`the heap grew: ${soaked.heaps.map((heap) => (heap / MB).toFixed(1)).join()}`);
      const heap = `heap ${(first / MB).toFixed(1)}, then at most ${(most / MB).toFixed(1)} MB (${(growth * 100).toFixed(1)} %)`;
      const figures = `${soaked.events} events, ${runs} runs, ${soaked.faults} faults, ${heap}, rss ${(soaked.rss / MB).toFixed(0)} MB`;
      return { figures, wrong };
    }),
};

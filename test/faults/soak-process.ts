// Runs of many handoffs, some at once, on a disk that fails now and then, in a heap that its parent has bounded.
import { setImmediate as turn } from 'node:timers/promises';
import { LocalEngine } from '../../src/engine/local.ts';
import { StoreUnavailableError } from '../../src/errors/store-unavailable-error.ts';
import { beginsAlone } from '../../src/host/asks.ts';
import { systemClock } from '../../src/host/clock.ts';
import { Host } from '../../src/host/host.ts';
import { inlineActors } from '../../src/host/threads.ts';
import { localTools } from '../../src/host/tool-calls.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { worldOf } from '../../src/team/world.ts';
import { organisation } from '../bench/relay.ts';
import { failingFiles, type Fault } from '../store/failing-files.ts';
import { randomBy } from './part.ts';

const AT_ONCE = 16;
const LOAD_CHARS = 64;
const LIMITS = { limits: { deadlineMs: 86_400_000 } };
/** One call of the disk in so many fails. */
const ODDS = 500;
const BREAKABLE = new Set<Fault>(['write', 'datasync', 'rename', 'sync']);

const [folder = '', seed = '', runs = '', events = ''] = process.argv.slice(2);
const random = randomBy(Number(seed));
const told = { events: 0, faults: 0, ended: 0, unaccounted: 0, wrong: [] as string[] };
const files = failingFiles({
  has(fault) {
    const isHit = BREAKABLE.has(fault) && random() * ODDS < 1;
    if (isHit) told.faults += 1;
    return isHit;
  },
});
const world = worldOf(organisation, { hasModel: false });
const journal = fileJournal(folder, { files });
const engine = new LocalEngine(world, journal, fileStore(folder, { files }));
/** Who waits for the end of a run. */
const waiting = new Map<string, () => void>();
engine.onCommit(({ run, system }) => {
  told.events += 1;
  if (system.ended === undefined || !waiting.has(run)) return;
  const { accounts, dead } = system;
  told.ended += 1;
  told.unaccounted += Math.abs(accounts.in - accounts.handled - dead.length);
  if (system.ended.outcome !== 'arrived') told.wrong.push(`${run} ends as ${system.ended.outcome}`);
  waiting.get(run)?.();
  waiting.delete(run);
});
const host = new Host({
  organisation,
  world,
  engine,
  journal,
  clock: systemClock,
  tools: localTools(organisation),
  actors: inlineActors(organisation),
  model: undefined,
  onTrouble: (run, error) => {
    if (!(error instanceof StoreUnavailableError)) told.wrong.push(`${run}: ${String(error)}`);
    void insist(() => host.resume(run));
  },
});

/** Asks again until the disk takes it. */
async function insist(work: () => Promise<unknown>): Promise<void> {
  for (;;)
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await turn();
    }
}

async function chain(count: number): Promise<void> {
  const run = `local/soak-${count}`;
  const load = `${count} `.padEnd(LOAD_CHARS, 'x');
  const input = { left: Number(events) - 2, load };
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.set(run, resolve);
  const begins = beginsAlone('relay', input, 'local', systemClock.now(), LIMITS, { project: '.' });
  await insist(() => engine.submit(run, begins));
  await promise;
}

const heaps: number[] = [];
let next = 0;
async function worker(): Promise<void> {
  while (next < Number(runs)) {
    const count = next;
    next += 1;
    await chain(count);
    if ((told.ended * 10) % Number(runs) !== 0) continue;
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, worker));
await host.close();
await insist(() => journal.close());
process.stdout.write(JSON.stringify({ ...told, heaps, rss: process.memoryUsage().rss }));

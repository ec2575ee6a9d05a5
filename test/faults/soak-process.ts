// Runs that are pushed, rest and pay, some at once, while their disk fails and their process dies, in a heap that its parent has bounded.
import { setImmediate as turn } from 'node:timers/promises';
import { LocalEngine } from '../../src/engine/local.ts';
import { fold, recordedOf } from '../../src/engine/fold.ts';
import { StoreUnavailableError } from '../../src/errors/store-unavailable-error.ts';
import { beginsAlone, EMBEDDER } from '../../src/host/asks.ts';
import { Breakers } from '../../src/host/breakers.ts';
import { Host } from '../../src/host/host.ts';
import { inlineActors } from '../../src/host/threads.ts';
import { localTools } from '../../src/host/tool-calls.ts';
import { hashOf } from '../../src/kernel/canonical.ts';
import type { Incoming, System } from '../../src/kernel/system.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { worldOf } from '../../src/team/world.ts';
import { failingFiles, type Fault } from '../store/failing-files.ts';
import { JumpingClock } from './jumping-clock.ts';
import { mortalFiles } from './mortal-files.ts';
import { randomBy } from './part.ts';
import { PAY_WITHIN_MS, REST_MS, till, turnstiles } from './turnstile.ts';

/** One payment in so many fails, or hangs; one push in so many is followed by a stale answer. */
const ODDS = { unpaid: 10, hangs: 20, stale: 50 };
const BREAKABLE: ReadonlySet<Fault> = new Set([
  'open',
  'write',
  'short write',
  'datasync',
  'sync',
  'folder sync',
  'truncate',
  'rename',
  'read',
] as const);
const YEARS_MS = 10 * 365 * 86_400_000;

const [folder = '', ...numbers] = process.argv.slice(2);
/** The last two are odds as well: of calls of the disk that fail, and of pushes at which the process dies. */
const [seed = 1, runs = 0, pushes = 0, waves = 1, disk = 0, death = 0] = numbers.map(Number);
const random = randomBy(seed);
const isHit = (odds: number): boolean => random() * odds < 1;

const told = {
  events: 0,
  ended: 0,
  unaccounted: 0,
  refolded: 0,
  faults: {} as Record<string, number>,
  wrong: [] as string[],
  heaps: [] as number[],
};
const count = (fault: string): true => {
  told.faults[fault] = (told.faults[fault] ?? 0) + 1;
  return true;
};
const clock = new JumpingClock(0, random);
const world = worldOf(turnstiles, { hasModel: false });

/** How a run that is at work was last heard of, and what is owed to it. */
interface Course {
  system: System | undefined;
  /** Stale answers that were acknowledged. */
  stale: number;
  /** Wakes whoever waits for its next event. */
  wake: () => void;
  /** Lets go of whoever submits at the moment. */
  drop: (why: Died) => void;
}
const atWork = new Map<string, Course>();
class Died extends Error {}

/** What a process is made of; it dies by `die`, and another one is begun in the same folder. */
function begin() {
  const failing = failingFiles({
    has: (fault) => BREAKABLE.has(fault) && isHit(disk) && count(fault),
  });
  const { files, die } = mortalFiles(failing);
  const journal = fileJournal(folder, { files });
  const engine = new LocalEngine(world, journal, fileStore(folder, { files }));
  engine.onCommit(({ run, system }) => {
    const course = atWork.get(run);
    told.events += 1;
    if (course === undefined) return;
    const before = course.system?.seq ?? 0;
    if (system.seq !== before + 1) told.wrong.push(`${run}: event ${system.seq} after ${before}`);
    course.system = system;
    course.wake();
  });
  const host = new Host({
    organisation: turnstiles,
    world,
    engine,
    journal,
    clock,
    breakers: new Breakers(clock),
    tools: localTools(turnstiles),
    actors: inlineActors(turnstiles),
    model: undefined,
    onTrouble: (run, error) => {
      if (!(error instanceof StoreUnavailableError)) told.wrong.push(`${run}: ${String(error)}`);
      void insist(() => host.resume(run));
    },
  });
  return { journal, engine, host, die };
}
let life = begin();
let living: Promise<void> = Promise.resolve();

/** Asks again until the disk takes it. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await turn();
    }
}

/** The process dies in the middle of everything, and the next one takes up what it finds. */
async function dies(): Promise<void> {
  count('death');
  const dead = life;
  clock.forget();
  await dead.die();
  life = begin();
  for (const [run, course] of atWork) {
    const found = await insist(() => life.engine.load(run));
    const lost = (course.system?.seq ?? 0) - (found?.seq ?? 0);
    // What it had not acknowledged may be there, or not; what it had is.
    if (lost > 0) told.unaccounted += lost;
    course.system = found;
    course.drop(new Died());
    if (found !== undefined) await insist(() => life.host.resume(run));
    course.wake();
  }
}

/** Until it is acknowledged, by whichever process. */
async function submit(run: string, course: Course, incoming: Incoming): Promise<void> {
  for (;;) {
    await living;
    const { promise: dropped, reject } = Promise.withResolvers<never>();
    course.drop = reject;
    try {
      await Promise.race([insist(() => life.engine.submit(run, incoming)), dropped]);
      return;
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      // A start that came to the disk is none a second time.
      if (incoming.kind === 'started' && course.system !== undefined) return;
    }
  }
}

const passes = (ms: number): void => {
  clock.jump(ms);
  while (clock.ring());
};

till.pay = async (signal) => {
  if (isHit(ODDS.unpaid) && count('unpaid')) throw new Error('the till is stuck');
  if (!isHit(ODDS.hangs)) return 1;
  count('hangs');
  await turn();
  setImmediate(() => passes(PAY_WITHIN_MS));
  return new Promise((_, refuse) =>
    signal.addEventListener('abort', () => refuse(new Error('too late'))),
  );
};

const push = (): Incoming => ({
  kind: 'external',
  to: 'solo/node',
  event: { type: 'PUSH' },
  principal: EMBEDDER,
  at: clock.now(),
});
/** An answer to the first payment, which is over, or was never asked for. */
const stale = (run: string): Incoming => ({
  kind: 'answer',
  effectId: `${run}#solo/node:promise-a2.1`,
  event: { type: 'promise.done', id: 'promise-a2' } as { type: string },
  at: clock.now(),
});
const isPaying = ({ effects }: System): boolean => Object.keys(effects).length > 0;
const isResting = ({ timers }: System): boolean =>
  Object.values(timers).some(({ event }) => event.type !== 'deadline.passed');

async function drive(run: string, mayDie: boolean): Promise<void> {
  const course: Course = { system: undefined, stale: 0, wake: () => {}, drop: () => {} };
  atWork.set(run, course);
  const know = { limits: { deadlineMs: YEARS_MS } };
  const begins = beginsAlone('turnstile', { pushes }, 'local', clock.now(), know, { project: '.' });
  await submit(run, course, begins);
  for (;;) {
    await living;
    const { system } = course;
    if (system === undefined || system.ended !== undefined) break;
    if (isPaying(system) || isResting(system)) {
      const heard = new Promise<void>((wake) => (course.wake = wake));
      if (!isPaying(system)) passes(REST_MS);
      await heard;
      continue;
    }
    await submit(run, course, push());
    const isDue = course.system !== undefined && !isPaying(course.system);
    if (isDue && isHit(ODDS.stale) && count('stale answer')) {
      await submit(run, course, stale(run));
      course.stale += 1;
    }
    if (mayDie && isHit(death)) await (living = living.then(dies));
  }
  atWork.delete(run);
  judge(run, course);
}

function judge(run: string, { system, stale: sent }: Course): void {
  if (system?.ended === undefined) return void told.wrong.push(`${run} has not ended`);
  const { accounts, dead, ended } = system;
  told.ended += 1;
  told.unaccounted += Math.abs(accounts.in - accounts.handled - dead.length);
  told.unaccounted += Math.max(0, sent - dead.length);
  if (ended.outcome !== 'done') told.wrong.push(`${run} ends as ${ended.outcome} ${ended.reason}`);
}

/** The journal alone, folded from its first event, comes to what was heard last. */
async function refolds(run: string, heard: System): Promise<void> {
  const records = await insist(() => life.journal.read(run));
  const { system } = fold(world, run, recordedOf(records));
  told.refolded += 1;
  if (hashOf(system as never) !== hashOf(heard as never))
    told.wrong.push(`${run} folds to another end`);
}

const atOnce = runs / waves;
for (let wave = 0; wave < waves; wave += 1) {
  const names = Array.from({ length: atOnce }, (_, at) => `local/soak-${wave * atOnce + at}`);
  // In the second half one process lives to the end, so that what it keeps adds up.
  await Promise.all(names.map((run) => drive(run, wave < waves / 2)));
  const [run = ''] = names;
  const heard = await insist(() => life.engine.load(run));
  if (heard !== undefined) await refolds(run, heard);
  await turn();
  globalThis.gc?.();
  told.heaps.push(process.memoryUsage().heapUsed);
}
await life.host.close();
await insist(() => life.journal.close());
process.stdout.write(JSON.stringify({ ...told, rss: process.memoryUsage().rss }));

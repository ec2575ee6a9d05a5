// Goal: what durability costs, against a bare loop that appends as much and syncs as often: `npm run bench:journal [rounds]`.
// Method: chains of 100 handoffs with a kilobyte in hand, one handoff one commit; floor and Nova take turns, and what counts
// is the median of the rounds' ratios. The floor makes the handoff's JSON, its length and checksum, and nothing else. Then what a step costs late in a long chain, and how soon a killed run is taken up.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bare, recordedOf, restored } from '../../src/engine/fold.ts';
import { step } from '../../src/kernel/step.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { frame } from '../../src/store/framing.ts';
import { worldOf } from '../../src/team/world.ts';
import { openRelay, organisation, PAYLOAD_BYTES, runChain, stepTimes } from './relay.ts';

const ROUNDS = Number(process.argv[2] ?? 10);
const HANDOFFS = 100;
/** One after the other, so that a round is longer than the clock's unrest. */
const SINGLE_CHAINS = 5;
const CHAINS = 1_000;
const ALONE_CHAINS = 20;
const LONG = 5_000;
const LONG_CHAINS = 5;
const TARGETS = { single: 0.8, many: 0.3, late: 1.2, resumeMs: 1_000 };

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const verdict = (isMet: boolean, target: string): string =>
  `${isMet ? 'meets' : 'MISSES'} ${target}`;

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'nova-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Appends whatever waits in one write and syncs it: the least that group commit can cost. */
class Floor {
  readonly #handle: FileHandle;
  #end = 0;
  #waiting: { readonly bytes: Buffer; readonly done: () => void }[] = [];
  #isWriting = false;
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }
  append(bytes: Buffer): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ bytes, done });
      if (!this.#isWriting) void this.#write();
    });
  }
  async #write(): Promise<void> {
    this.#isWriting = true;
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      const bytes = Buffer.concat(group.map((one) => one.bytes));
      await this.#handle.write(bytes, 0, bytes.length, this.#end);
      await this.#handle.datasync();
      this.#end += bytes.length;
      for (const { done } of group) done();
    }
    this.#isWriting = false;
  }
}

const perSecond = (steps: number, begin: number): number =>
  (steps * 1000) / (performance.now() - begin);

/** Chains of bare appends, `atOnce` side by side. */
const floor = (chains: number, atOnce: boolean): Promise<number> =>
  inFolder(async (folder) => {
    const handle = await open(join(folder, 'floor.log'), 'w');
    const log = new Floor(handle);
    const load = ''.padEnd(PAYLOAD_BYTES, 'x');
    const chain = async (): Promise<void> => {
      for (let left = HANDOFFS; left > 0; left -= 1)
        await log.append(frame(JSON.stringify({ run: 'chain', seq: left, baton: { left, load } })));
    };
    const begin = performance.now();
    if (atOnce) await Promise.all(Array.from({ length: chains }, chain));
    else for (let count = 0; count < chains; count += 1) await chain();
    const rate = perSecond(chains * HANDOFFS, begin);
    await handle.close();
    return rate;
  });

const nova = (chains: number, atOnce: boolean): Promise<number> =>
  inFolder(async (folder) => {
    const relay = openRelay(folder);
    await runChain(relay, 'warm', HANDOFFS);
    const names = Array.from({ length: chains }, (_, at) => `chain-${at}`);
    const begin = performance.now();
    if (atOnce) await Promise.all(names.map((name) => runChain(relay, name, HANDOFFS)));
    else for (const name of names) await runChain(relay, name, HANDOFFS);
    const rate = perSecond(chains * HANDOFFS, begin);
    await relay.close();
    return rate;
  });

/** The floor's rate. */
async function compare(
  name: string,
  chains: number,
  atOnce: boolean,
  target: number,
): Promise<number> {
  const rounds: { readonly floor: number; readonly nova: number }[] = [];
  // Alternating also in who is first.
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 2 === 0)
      rounds.push({ floor: await floor(chains, atOnce), nova: await nova(chains, atOnce) });
    else {
      const own = await nova(chains, atOnce);
      rounds.push({ floor: await floor(chains, atOnce), nova: own });
    }
  }
  const ratio = median(rounds.map((round) => round.nova / round.floor));
  const [base, own] = [median(rounds.map((r) => r.floor)), median(rounds.map((r) => r.nova))];
  const met = verdict(ratio >= target, `${target}x`);
  say(
    `${name.padEnd(28)}${own.toFixed(0)} durable steps/s, floor ${base.toFixed(0)}: ${ratio.toFixed(2)}x, ${met}`,
  );
  return base;
}

/** What no journal can be faster than: the pure steps of such chains, taken once more from memory, with nothing written. */
async function alone(floorRate: number): Promise<void> {
  await inFolder(async (folder) => {
    const relay = openRelay(folder);
    const names = Array.from({ length: ALONE_CHAINS }, (_, at) => `chain-${at}`);
    for (const name of names) await runChain(relay, name, HANDOFFS);
    await relay.close();
    const journal = fileJournal(folder);
    const runs = (await journal.runs()).filter((run) => /chain-\d+$/.test(run));
    const recorded = await Promise.all(
      runs.map(async (run) => recordedOf(await journal.read(run))),
    );
    const world = worldOf(organisation);
    const begin = performance.now();
    for (const [at, { events, blobs }] of recorded.entries()) {
      let { system } = bare(runs[at] ?? '');
      for (const event of events)
        system = step(world, system, restored(event.incoming, blobs)).system;
    }
    const rate = perSecond(ALONE_CHAINS * HANDOFFS, begin);
    await journal.close();
    say(
      `the step alone              ${rate.toFixed(0)} steps/s: ${(rate / floorRate).toFixed(2)}x of the last floor`,
    );
  });
}

/** A step's time is from commit to commit; early and late ones of the same chain are compared, over several chains. */
async function late(): Promise<void> {
  const ratios: number[] = [];
  let shown = '';
  for (let chain = 0; chain < Math.min(ROUNDS, LONG_CHAINS); chain += 1) {
    const times = await inFolder(async (folder) => stepTimes(folder, LONG));
    const around = (at: number): number => median(times.slice(Math.max(0, at - 50), at + 50));
    const [early, end] = [around(60), around(LONG - 60)];
    ratios.push(end / early);
    shown = `${end.toFixed(3)} ms, ${early.toFixed(3)} ms`;
  }
  const ratio = median(ratios);
  const met = verdict(ratio <= TARGETS.late, `${TARGETS.late}x`);
  say(`step ${LONG} against step 10      ${shown}: ${ratio.toFixed(2)}x, ${met}`);
}

/** From the start of a new process to the end of the run that another left behind half-way. */
async function resumed(): Promise<void> {
  await inFolder(async (folder) => {
    const entry = join(import.meta.dirname, 'relay-process.ts');
    const begun = (): ReturnType<typeof spawn> =>
      spawn(process.execPath, ['--conditions=nova-source', entry, folder, String(HANDOFFS)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const first = begun();
    await new Promise((half) => first.stdout?.once('data', half));
    first.kill('SIGKILL');
    await new Promise((gone) => first.once('close', gone));
    const begin = performance.now();
    const second = begun();
    let said = '';
    second.stdout?.on('data', (chunk) => (said += String(chunk)));
    await new Promise((gone) => second.once('close', gone));
    const ms = performance.now() - begin;
    if (!said.includes('arrived')) throw new Error(`the run was not taken up: ${said}`);
    const met = verdict(ms <= TARGETS.resumeMs, `${TARGETS.resumeMs} ms`);
    say(`killed and taken up         ${ms.toFixed(0)} ms in a new process to the end, ${met}`);
  });
}

await compare('one chain', SINGLE_CHAINS, false, TARGETS.single);
await alone(await compare(`${CHAINS} chains at once`, CHAINS, true, TARGETS.many));
await late();
await resumed();

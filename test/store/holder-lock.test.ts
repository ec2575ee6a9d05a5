// Goal: at each moment at most one process holds a data folder, and a dead one holds nothing.
// Method: real processes that race for it, are killed with it, and folders that cannot be taken.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { acquire } from '../../src/store/holder-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const me = { startedAt: '2026-01-01T00:00:00Z', socket: 'here' };
/** One in ten rounds went wrong with the lock that looks right; see there. */
const ROUNDS = 50;

/** Another process; `say` gives the line that it answers with. */
async function another(folder: string) {
  const file = fileURLToPath(new URL('holder-process.ts', import.meta.url));
  const child = spawn(process.execPath, [file, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let warned = '';
  child.stderr.on('data', (chunk) => (warned += String(chunk)));
  onTestFinished(() => void child.kill('SIGKILL'));
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe('ready');
  return {
    pid: child.pid,
    warned: () => warned,
    say(word: 'take' | 'release'): Promise<string> {
      child.stdin.write(`${word}\n`);
      return next();
    },
    kill(): Promise<unknown> {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

test('3.3 of two processes that race for it, exactly one holds the folder, in each round', async () => {
  const folder = join(temporaryFolder(), 'made', 'on', 'the', 'way');
  const racers = [await another(folder), await another(folder)];
  for (let round = 0; round < ROUNDS; round += 1) {
    const said = await Promise.all(racers.map((racer) => racer.say('take')));
    const results = said.map((line) => JSON.parse(line) as { held: boolean });
    expect(results.filter(({ held }) => held)).toHaveLength(1);
    await racers[results.findIndex(({ held }) => held)]?.say('release');
  }
  expect(racers.map((racer) => racer.warned())).toEqual(['', '']);
});

test('who does not get it is told who has it, and at once', async () => {
  const folder = temporaryFolder();
  const other = await another(folder);
  expect(JSON.parse(await other.say('take'))).toMatchObject({ held: true });
  const started = performance.now();
  const holder = { pid: other.pid, host: hostname(), startedAt: me.startedAt, socket: 'nowhere' };
  expect(await acquire(folder, me)).toEqual({ held: false, holder });
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(JSON.parse(readFileSync(join(folder, 'holder.json'), 'utf8'))).toEqual(holder);
});

test('3.3 a killed holder frees it at once, and its name is not taken for a living one', async () => {
  const folder = temporaryFolder();
  const other = await another(folder);
  await other.say('take');
  await other.kill();
  const lock = await acquire(folder, me);
  expect(lock).toMatchObject({ held: true, isHeld: true, folder });
  if (!lock.held) return;
  writeFileSync(
    join(folder, 'holder.json'),
    JSON.stringify({ ...me, pid: other.pid, host: hostname() }),
  );
  expect(await acquire(folder, me)).toEqual({ held: false, holder: undefined });
  lock.release();
});

test('within one process it is held once, and free again after the release', async () => {
  const folder = temporaryFolder();
  const lock = await acquire(folder, me);
  expect(await acquire(folder, me)).toMatchObject({ held: false, holder: { pid: process.pid } });
  if (!lock.held) throw new Error('somebody holds a new folder');
  lock.release();
  lock.release();
  expect(lock.isHeld).toBe(false);
  expect(readdirSync(folder)).toEqual(['holder.lock']);
  const again = await acquire(folder, me);
  lock.release();
  expect(again).toMatchObject({ held: true, isHeld: true });
  expect(await acquire(folder, me)).toMatchObject({ held: false, holder: { pid: process.pid } });
  if (again.held) again.release();
});

test('a holder.json that nobody can read only hides who the holder is', async () => {
  const folder = temporaryFolder();
  const lock = await acquire(folder, me);
  writeFileSync(join(folder, 'holder.json'), '{"pid":');
  expect(await acquire(folder, me)).toEqual({ held: false, holder: undefined });
  if (lock.held) lock.release();
});

test('a file instead of the folder, or above it, is a plain error', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, 'mine');
  await expect(acquire(file, me)).rejects.toMatchObject({ code: 'store_unavailable', where: file });
  await expect(acquire(file, me)).rejects.toThrow(/a file lies where a folder is needed/);
  await expect(acquire(join(file, 'below'), me)).rejects.toThrow(/a part of its path is a file/);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test("another program's holder.lock is not touched", async () => {
  const folder = temporaryFolder();
  const words = 'not a lock of ours, '.repeat(100);
  writeFileSync(join(folder, 'holder.lock'), words);
  await expect(acquire(folder, me)).rejects.toMatchObject({ code: 'corrupt_file' });
  expect(readFileSync(join(folder, 'holder.lock'), 'utf8')).toBe(words);
});

test('a folder that may not be written, or cannot be made, is a plain error', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'shut'));
  chmodSync(join(folder, 'shut'), 0o500);
  chmodSync(folder, 0o755);
  await asNobody(async () => {
    for (const path of [join(folder, 'shut'), join(folder, 'shut', 'new')]) {
      await expect(acquire(path, me)).rejects.toMatchObject({ code: 'store_unavailable' });
    }
    await expect(acquire(join(folder, 'shut', 'new'), me)).rejects.toThrow(/this user may not/);
  });
});

test('a folder in which the name cannot be written is not held', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'holder.json.new'));
  await expect(acquire(folder, me)).rejects.toMatchObject({ code: 'store_unavailable' });
  rmdirSync(join(folder, 'holder.json.new'));
  const other = await another(folder);
  expect(JSON.parse(await other.say('take'))).toMatchObject({ held: true });
});

test('SQLite is loaded without a word on stderr', async () => {
  const warned = vi.spyOn(process.stderr, 'write');
  const lock = await acquire(temporaryFolder(), me);
  expect(warned).not.toHaveBeenCalled();
  if (lock.held) lock.release();
});

/** File rights do not bind the superuser, so it steps aside for the while. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

// Goal: a folder of very many runs opens and is listed fast: `npm run bench:runs [runs]`.
// Method: small runs are appended as the engine writes them, each with a request of its own; then the folder is opened with its
// index, without it, and listed by the command line in a process of its own; the median of five.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as turn } from 'node:timers/promises';
import type { Json } from '../../machines/protocol/values.ts';
import { hashOf } from '../../src/kernel/canonical.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import type { JournalRecord } from '../../src/store/ports.ts';

const RUNS = Number(process.argv[2] ?? 100_000);
const AT_ONCE = 1_000;
const ROUNDS = 5;
const TARGETS = { openMs: 300, listMs: 500 };
const MIB = 1024 * 1024;

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const verdict = (ms: number, target: number): string =>
  `${ms.toFixed(0)} ms, ${ms <= target ? 'meets' : 'MISSES'} ${target} ms`;

/** A run of three events that was answered; of the last hundredth some wait on a person. */
function small(n: number): JournalRecord[] {
  const run = `local/project-${n % 7}/main/${n.toString(36).padStart(6, '0')}`;
  const scope = run.slice(0, run.lastIndexOf('/'));
  const request = { text: `Which invoices of month ${n} do not add up?`, project: '/work' };
  const answer = { text: `None of ${n} is wrong. `.repeat(8) };
  const blob = (value: Json): JournalRecord => ({ kind: 'blob', run, hash: hashOf(value), value });
  const refTo = (value: Json, contract: string) => ({ hash: hashOf(value), scope, contract });
  const committed = (seq: number, incoming: Json, outbox: Json): JournalRecord => {
    return { kind: 'committed', run, seq, incoming, outbox, digest: hashOf([n, seq]) };
  };
  const effectId = `${run}#request/agent-1:turn-1.1`;
  const effect = { actor: 'request/agent-1', id: 'turn-1', kind: 'agent.turn', attempt: 1 };
  const started = {
    kind: 'started',
    machine: 'request',
    principal: { id: 'ada', proof: 'os-user' },
    input: { request: refTo(request, 'request') },
    at: n * 1_000,
    values: [hashOf(request)],
  };
  const asked = { ...effect, id: 'person', kind: 'person.ask' };
  const ending = { outcome: 'answered', value: refTo(answer, 'answer') };
  const answered = {
    kind: 'answer',
    effectId,
    event: { type: 'agent.answered', outcome: 'composed', meets: true, value: ending.value },
    at: n * 1_000 + 250,
    values: [hashOf(answer)],
  };
  const begins = [blob(request), committed(1, started, [{ kind: 'effect', effectId, effect }])];
  if (n > RUNS * 0.99 && n % 100 === 0)
    return [...begins, committed(2, answered, [{ kind: 'effect', effectId: 'x', effect: asked }])];
  const ended = [{ kind: 'ended', actor: 'request', ending }];
  return [...begins, blob(answer), committed(2, answered, ended as unknown as Json)];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Opens the folder, asks for a page of runs and closes it: how long the first two take. */
async function opened(folder: string): Promise<number> {
  const journal = fileJournal(folder, { archive: false });
  const ms = await timed(async () => {
    const { total } = await journal.list({ limit: 20 });
    if (total !== RUNS) throw new Error(`${total} runs are listed`);
  });
  await journal.close();
  return ms;
}

async function repeated(work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await work());
  return median(times);
}

const sizeOf = (path: string): number =>
  readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
const dropIndex = (folder: string): void => {
  for (const name of readdirSync(folder)) if (name.startsWith('index.')) rmSync(join(folder, name));
};

function listed(folder: string, ...args: string[]): { readonly ms: number; readonly kb: number } {
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  // Said at its end, beside what it says itself.
  const peak =
    'process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))';
  const line = [
    '--import',
    `data:text/javascript,${peak}`,
    '--conditions=nova-source',
    main,
    '--store',
    folder,
    'runs',
    ...args,
  ];
  const begin = performance.now();
  const { stdout, status, stderr } = spawnSync(process.execPath, line, {
    encoding: 'utf8',
    maxBuffer: 1024 * MIB,
  });
  const ms = performance.now() - begin;
  if (status !== 0 || !stdout.includes('add up?')) throw new Error(`${status} ${stderr}`);
  return { ms, kb: Number(stderr) };
}

/** Until no full segment is left to be archived. */
async function archived(folder: string): Promise<void> {
  const journal = fileJournal(folder);
  await journal.list({ limit: 0 });
  const count = (ending: string): number =>
    readdirSync(join(folder, 'journal')).filter((name) => name.endsWith(ending)).length;
  while (count('.log') > 1) await turn(5);
  await journal.close();
}

const folder = mkdtempSync(join(tmpdir(), 'nova-bench-'));
try {
  const journal = fileJournal(folder, { archive: false });
  const written = await timed(async () => {
    for (let n = 0; n < RUNS; n += AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, RUNS - n) }, (_, at) =>
          journal.append(small(n + at), { sync: true }),
        ),
      );
    await journal.close();
  });
  const [bytes, index] = [sizeOf(join(folder, 'journal')), sizeOf(folder)];
  say(
    `${RUNS} runs in ${(bytes / MIB).toFixed(0)} MiB, written in ${(written / 1000).toFixed(1)} s; index ${(index / MIB).toFixed(0)} MiB`,
  );
  const withIndex = await repeated(() => opened(folder));
  say(`open, with its index         ${verdict(withIndex, TARGETS.openMs)}`);
  const without = await repeated(() => {
    dropIndex(folder);
    return opened(folder);
  });
  say(`open, the index built anew   ${without.toFixed(0)} ms`);
  const list = await repeated(async () => listed(folder).ms);
  say(`nova runs, whole process     ${verdict(list, TARGETS.listMs)}`);
  const waiting = await repeated(async () => listed(folder, '--state', 'waiting').ms);
  say(`nova runs --state waiting    ${waiting.toFixed(0)} ms`);
  say(`nova runs --json, all        ${listed(folder, '--json').ms.toFixed(0)} ms`);
  say(`memory of nova runs          ${(listed(folder).kb / 1024).toFixed(0)} MiB resident at most`);
  const full = readdirSync(join(folder, 'journal')).length - 1;
  const archiving = await timed(() => archived(folder));
  const packed = sizeOf(join(folder, 'journal'));
  say(
    `${full} full segments archived   ${archiving.toFixed(0)} ms; the journal is ${(packed / MIB).toFixed(0)} MiB`,
  );
  say(
    `nova runs, archived          ${(await repeated(async () => listed(folder).ms)).toFixed(0)} ms`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// A run is killed at every journal append, every rename and every call of the outside world, and taken up again.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../src/kernel/canonical.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { JournalTail } from '../../src/store/journal-tail.ts';
import type { JournalRecord } from '../../src/store/ports.ts';
import { END, IN_DOUBT, openErrand, Outside, RUN } from './errand.ts';
import { WAYS, type Point } from './killing-files.ts';
import { inFolder, randomBy, some, type Part, type Scale } from './part.ts';

const SHORT_POINTS = 10;
/** Runs that are killed three times, at points drawn by chance. */
const REPEATED = 40;
const AT_ONCE = 2;
const ENTRY = join(import.meta.dirname, 'errand-process.ts');

interface Ended {
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** The errand in a process of its own, until its end or its point; `before` stands before the command. */
function errandProcess(folder: string, point?: Point, before: readonly string[] = []) {
  const command = [...before, process.execPath, '--conditions=nova-source', ENTRY, folder];
  const [program = '', ...args] = [...command, ...(point ? [JSON.stringify(point)] : [])];
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/nova-cli'),
    // One thread for all files, so that strace counts their calls.
    ...(before.length > 0 && { UV_THREADPOOL_SIZE: '1' }),
  };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  return new Promise<Ended>((settle) => {
    child.on('close', (_, signal) => settle({ signal, ...said }));
  });
}

const idOf = (effectId: string): string => effectId.slice(0, effectId.lastIndexOf('.'));

/** Effects whose answer is in the journal, and whether the letter is in doubt though it was sent again. */
function onRecord(records: readonly JournalRecord[]) {
  const begun = new Set<string>();
  const answered = new Set<string>();
  for (const record of records) {
    if (record.kind === 'begun') begun.add(idOf(record.effectId));
    if (record.kind !== 'committed') continue;
    const { kind, effectId = '' } = record.incoming as { kind: string; effectId?: string };
    if (kind === 'answer') answered.add(idOf(effectId));
  }
  const isDoubtful = [...begun].some(
    (id) => id.includes('mailer') && id.endsWith('-again') && !answered.has(id),
  );
  return { answered, isDoubtful };
}

/** Takes up what a killed process left in a folder, and says what is wrong with how it ends. */
async function takenUp(folder: string, wasDoubtful = false): Promise<string[]> {
  const wrong: string[] = [];
  const outside = new Outside(folder);
  const journal = fileJournal(folder);
  const before = await journal.read(RUN);
  const { answered, isDoubtful: isNowDoubtful } = onRecord(before);
  const isDoubtful = wasDoubtful || isNowDoubtful;
  const file = join(folder, 'acknowledged.log');
  const acknowledged = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const kept = new Set(before.map((record) => hashOf(record as never)));
  const lost = acknowledged.filter((hash) => !kept.has(hash)).length;
  if (lost > 0) wrong.push(`${lost} acknowledged records are gone`);
  const seen = outside.lines().length;
  const { nova, end } = openErrand(folder, journal, fileStore(folder));
  const { outcome, value, deadLetters } = await end();
  await nova.close();
  const { text } = (value ?? {}) as { text?: string };
  if (outcome !== 'done' || text !== (isDoubtful ? IN_DOUBT : END))
    wrong.push(`it ends as ${outcome}: ${text}`);
  for (const line of outside.lines().slice(seen)) {
    const [what, , key = ''] = line.split(' ');
    if (what === 'begins' && answered.has(key)) wrong.push(`${key} is recorded and runs again`);
  }
  const mails = outside.count('mail');
  if (outside.count('pay') !== 1 || outside.count('book') !== 1)
    wrong.push(`${outside.count('pay')} payments, ${outside.count('book')} bookings`);
  if (mails > 1 || (mails === 0 && !isDoubtful)) wrong.push(`${mails} letters`);
  if (deadLetters.length > 0) wrong.push(`dead letters: ${JSON.stringify(deadLetters)}`);
  // The fold of all of it is what the run ended as.
  const again = openErrand(folder, fileJournal(folder), fileStore(folder));
  const shown = await again.nova.show(RUN);
  if (shown.outcome !== outcome) wrong.push(`it folds to ${shown.outcome}`);
  await again.nova.close();
  return wrong;
}

/** Kills one process after the other in the same folder, then takes the run up; how often one was killed. */
async function killedAt(points: readonly Point[]) {
  const name = points.map(({ at, n, when }) => `${when} ${at} ${n}`).join(', then ');
  return inFolder(async (folder) => {
    let kills = 0;
    let isDoubtful = false;
    for (const point of points) {
      // Appends of one moment are one: a run may come to its end before a point that another one had.
      const { signal, err } = await errandProcess(folder, point);
      if (signal === 'SIGKILL') kills += 1;
      else if (err !== '') return { kills, wrong: [`${name}: ${err}`] };
      isDoubtful ||= onRecord(await new JournalTail(folder).read(RUN)).isDoubtful;
    }
    const wrong = (await takenUp(folder, isDoubtful)).map((problem) => `${name}: ${problem}`);
    return { kills, wrong };
  });
}

/** Works through a list, two at once. */
async function each<T, R>(list: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const rest = [...list];
  const results: R[] = [];
  const worker = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift())
      results.push(await work(one));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** Every system call that writes, killed by strace where it enters the kernel. */
async function killedByKernel(): Promise<{ readonly kills: number; readonly wrong: string[] }> {
  const wrong: string[] = [];
  let kills = 0;
  for (const call of ['pwrite64', 'fdatasync', 'fsync', 'rename'])
    for (let n = 1; ; n += 1) {
      const inject = `inject=${call}:signal=KILL:when=${n}`;
      const strace = [
        'strace',
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        '-e',
        `trace=${call}`,
        '-e',
        inject,
      ];
      const broken = await inFolder(async (folder) => {
        const { out } = await errandProcess(folder, undefined, strace);
        return out === '' ? takenUp(folder) : undefined;
      });
      if (broken === undefined) break;
      kills += 1;
      wrong.push(...broken.map((problem) => `${call} ${n}: ${problem}`));
    }
  return { kills, wrong };
}

export const kill: Part = {
  name: 'kill at every step',
  async run({ seed, isShort }: Scale) {
    const random = randomBy(seed);
    const { out, err } = await inFolder((folder) => errandProcess(folder));
    if (out === '') return { figures: 'none', wrong: [`it does not end by itself: ${err}`] };
    const { counts } = JSON.parse(out) as { counts: Record<Point['at'], number> };
    const points = (['append', 'rename', 'call'] as const).flatMap((at) =>
      Array.from({ length: counts[at] }, (_, n) => n + 1).flatMap((n) =>
        WAYS[at].map((when): Point => ({ at, n, when })),
      ),
    );
    const once = (isShort ? some(points, SHORT_POINTS, random) : points).map((point) => [point]);
    const thrice = Array.from({ length: isShort ? 2 : REPEATED }, () => some(points, 3, random));
    const killed = await each([...once, ...thrice], killedAt);
    const kills = killed.reduce((sum, one) => sum + one.kills, 0);
    const wrong = killed.flatMap((one) => one.wrong);
    // Most points of one run are points of the next.
    if (kills < once.length * 0.8) wrong.push(`only ${kills} of ${once.length} points were met`);
    const hasStrace = spawnSync('strace', ['-V']).status === 0;
    const kernel = isShort || !hasStrace ? undefined : await killedByKernel();
    const why = hasStrace ? 'strace only in the long form' : 'no strace here';
    const byKernel = kernel === undefined ? why : `${kernel.kills} system calls by strace`;
    return {
      figures: `${once.length} of ${points.length} points, ${thrice.length} runs at up to 3 of them: ${kills} kills; ${byKernel}`,
      wrong: [...wrong, ...(kernel?.wrong ?? [])],
    };
  },
};

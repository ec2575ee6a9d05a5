// A run is killed at every write, sync, rename and every call of the outside world that it comes to, and taken up again.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { END, IN_DOUBT, openErrand, Outside, RUN } from './errand.ts';
import { Killer, killingFiles, WAYS, type Counts, type Point } from './killing-files.ts';
import { inFolder, randomBy, some, swept, type Met, type Part, type Scale } from './part.ts';
import { hashOfRecord, onRecord } from './records.ts';

const SOME = { short: { points: 5, repeated: 1 }, sown: { points: 50, repeated: 0 } };
/** Runs that are killed three times, at points drawn by chance. */
const REPEATED = 40;
const AT_ONCE = 2;
const ENTRY = join(import.meta.dirname, 'errand-process.ts');

interface Ended {
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** The errand in a process of its own, until its end or its point; a line of the shell may stand before it. */
function errandProcess(folder: string, point?: Point, before = '') {
  const words = [process.execPath, '--conditions=nova-source', ENTRY, folder];
  const args = ['-c', `exec ${before} "$0" "$@"`, ...words];
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/compiled'),
    // One thread for all files, so that strace counts their calls.
    ...(before !== '' && { UV_THREADPOOL_SIZE: '1' }),
  };
  const child = spawn('sh', point === undefined ? args : [...args, JSON.stringify(point)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  return new Promise<Ended>((settle) => {
    child.on('close', (_, signal) => settle({ signal, ...said }));
  });
}

/** Takes up what a killed process left in a folder, and says what is wrong with how it ends. */
async function takenUp(folder: string): Promise<string[]> {
  const wrong: string[] = [];
  const outside = new Outside(folder);
  const journal = fileJournal(folder);
  const before = await journal.read(RUN);
  const { answered } = onRecord(before);
  const file = join(folder, 'acknowledged.log');
  const acknowledged = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const kept = new Set(before.map(hashOfRecord));
  const lost = acknowledged.filter((hash) => !kept.has(hash)).length;
  if (lost > 0) wrong.push(`${lost} acknowledged records are gone`);
  const seen = outside.lines().length;
  const { nova, end } = openErrand(folder, journal, fileStore(folder));
  const { outcome, value, deadLetters } = await end();
  const { isDoubtful } = onRecord(await journal.read(RUN));
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

/** Kills one process after the other in the same folder, then takes the run up. */
async function killedAt(points: readonly Point[]): Promise<Met> {
  const name = points.map(({ at, n, when }) => `${when} ${at} ${n}`).join(', then ');
  return inFolder(async (folder) => {
    let met = 0;
    for (const point of points) {
      const { signal, out, err } = await errandProcess(folder, point);
      if (signal === 'SIGKILL') met += 1;
      else if (out === '') return { met, wrong: [`${name}: it does not end: ${err}`] };
      // Appends of one moment are one: a run may come to its end before a point that another one had.
      else if ((JSON.parse(out) as { counts: Counts }).counts[point.at] >= point.n)
        return { met, wrong: [`${name}: it lives on`] };
    }
    const wrong = (await takenUp(folder)).map((problem) => `${name}: ${problem}`);
    return { met, wrong };
  });
}

/** Does one piece of work after the other, two at once. */
async function all(works: readonly (() => Promise<Met>)[]): Promise<Met> {
  const rest = [...works];
  let met = 0;
  const wrong: string[] = [];
  const worker = async (): Promise<void> => {
    for (let work = rest.shift(); work !== undefined; work = rest.shift()) {
      const killed = await work();
      met += killed.met;
      wrong.push(...killed.wrong);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { met, wrong };
}

/** Of a file's bytes, of a journal's, of syncs and of names; a pipe's write is none of ours. */
const SYSTEM_CALLS = ['write', 'pwrite64', 'ftruncate', 'fdatasync', 'fsync', 'rename'];
/** No process of these writes more documents. */
const MAX_DRAFTS = 8;

/** Every system call that writes, killed by strace where it enters the kernel. */
const killedByKernel = (call: string) => (): Promise<Met> =>
  swept(call, (n) =>
    inFolder(async (folder) => {
      const drafts = Array.from({ length: MAX_DRAFTS }, (_, at) => `drafts/$$-${at + 1}`);
      const paths = ['journal/00000001.log.new', ...drafts].map((path) => `-P "$3/${path}"`);
      // With -D it is a child of what it traces, so that the shell's number is the number of the process.
      const strace = [
        'strace -D -f -qq -o /dev/null',
        `-e trace=${call} -e inject=${call}:signal=KILL:when=${n}`,
        ...(call === 'write' ? paths : []),
      ];
      const { signal, out } = await errandProcess(folder, undefined, strace.join(' '));
      if (signal !== 'SIGKILL')
        return { met: 0, wrong: out === '' ? [`${call} ${n}: it does not end`] : [] };
      const wrong = await takenUp(folder);
      return { met: 1, wrong: wrong.map((problem) => `${call} ${n}: ${problem}`) };
    }),
  );

/** Some of the points that a run comes to. */
const drawn = (random: () => number): Promise<Point[]> =>
  inFolder(async (folder) => {
    const killer = new Killer(undefined);
    const files = killingFiles(killer);
    const store = fileStore(folder, { files });
    const { nova, end } = openErrand(folder, fileJournal(folder, { files }), store, (_, __, call) =>
      killer.around('call', call),
    );
    await end();
    await nova.close();
    const points = KINDS.flatMap(({ at, when }) =>
      Array.from({ length: killer.counts[at] }, (_, n): Point => ({ at, n: n + 1, when })),
    );
    return some(points, points.length, random);
  });

const KINDS = (Object.keys(WAYS) as Point['at'][]).flatMap((at) =>
  WAYS[at].map((when) => ({ at, when })),
);

export const kill: Part = {
  name: 'kill at every step',
  async run({ seed, form }: Scale) {
    const random = randomBy(seed);
    const points = await drawn(random);
    const times = form === 'whole' ? REPEATED : SOME[form].repeated;
    const thrice = Array.from({ length: times }, () => () => killedAt(some(points, 3, random)));
    if (form !== 'whole') {
      const once = points.slice(0, SOME[form].points).map((point) => () => killedAt([point]));
      const { met, wrong } = await all([...once, ...thrice]);
      const figures = `${once.length} of ${points.length} points, ${times} runs at 3 of them: ${met} kills; strace only in the long form`;
      return { figures, wrong };
    }
    const sweeps = KINDS.map(
      ({ at, when }) =>
        () =>
          swept(`${when} ${at}`, (n) => killedAt([{ at, n, when }])),
    );
    const hasStrace = spawnSync('strace', ['-V']).status === 0;
    const every = await all(sweeps);
    const repeated = await all(thrice);
    const kernel = hasStrace ? await all(SYSTEM_CALLS.map(killedByKernel)) : undefined;
    const byKernel =
      kernel === undefined ? 'no strace here' : `${kernel.met} system calls by strace`;
    return {
      figures: `all ${every.met} points that a run comes to; ${times} runs at 3 of them: ${repeated.met} kills; ${byKernel}`,
      wrong: [...every.wrong, ...repeated.wrong, ...(kernel?.wrong ?? [])],
    };
  },
};

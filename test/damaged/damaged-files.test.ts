// Goal: whatever lies in the place of a file that Nova reads, it is refused by name, place and exit code, or what is good is taken
// instead; nothing is written over, and no more memory is used than a file of ours may need.
// Method: a table of each file and each damage, read by one process; once more by a user without rights.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Nova } from '../../src/host/nova.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { frame, HEADER } from '../../src/store/framing.ts';
import { acquire } from '../../src/store/holder-lock.ts';
import { CAN_BE_NOBODY, NOBODY } from '../cli/nova-process.ts';
import { inline } from '../fixtures/mischief.ts';
import { DAMAGES, HUGE_BYTES, kinds, RUN, type Kind, type Row, type Told } from './kinds.ts';

const ENTRY = join(import.meta.dirname, 'reader-process.ts');
/** Less than one file of 100 MB: what is loaded on use, and a journal's end. */
const MAX_GROWN_KB = 80_000;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'nova-damaged-')));
chmodSync(root, 0o755);
const onEnd = [() => rmSync(root, { recursive: true, force: true })];
afterAll(() => onEnd.toReversed().forEach((end) => end()));

/** A data folder with one run that has ended. */
const whole = join(root, 'whole');
beforeAll(async () => {
  const nova = new Nova({
    organisation: inline,
    journal: fileJournal(whole),
    store: fileStore(whole),
  });
  await nova.run('honest', { text: 'a' }, { id: 'one', project: '.' });
  await nova.close();
});

const ME = { startedAt: '', socket: '' };
let folders = 0;
/** Beside good ones; all others lie alone. */
const ON_A_WHOLE_ONE = ['a snapshot', 'the index', "the index's seal"];

/** Puts a damaged file in its place, in a folder of its own. */
function put(kind: string, damage: string): Row {
  const { file, texts, wrap } = kinds[kind] as Kind;
  folders += 1;
  const folder = join(root, String(folders));
  const path = join(folder, file);
  if (ON_A_WHOLE_ONE.includes(kind)) cpSync(whole, folder, { recursive: true });
  rmSync(path, { force: true });
  mkdirSync(damage === 'a folder' ? path : dirname(path), { recursive: true });
  if (damage === "another program's") copyFileSync('/bin/true', path);
  else if (damage === 'empty' || damage === '100 MB') writeFileSync(path, '');
  else if (damage !== 'a folder') writeFileSync(path, wrap(texts[damage] ?? ''));
  if (damage === '100 MB') truncateSync(path, HUGE_BYTES);
  return { kind, folder, file };
}

/** What lies there. */
function lying({ folder, file }: Row): string {
  const path = join(folder, file);
  const found = statSync(path);
  if (found.isDirectory()) return 'a folder';
  return found.size === HUGE_BYTES ? '100 MB' : readFileSync(path, 'latin1');
}

function read(rows: readonly Row[], uid?: number): { told: Told[]; grownKb: number } {
  const args = ['--conditions=nova-source', ENTRY, JSON.stringify(rows)];
  const options = { cwd: root, encoding: 'utf8', ...(uid !== undefined && { uid }) } as const;
  const { stdout, stderr } = spawnSync(process.execPath, args, options);
  const line = stdout.split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(stderr);
  return JSON.parse(line) as { told: Told[]; grownKb: number };
}

const textOf = (told: Told | undefined): string =>
  told === undefined ? '' : 'value' in told ? told.value : told.line;

const names = Object.keys(kinds);
const all = new Map<string, { readonly row: Row; readonly was: string; told?: Told }>();
let grownKb = 0;
beforeAll(async () => {
  for (const kind of names)
    for (const damage of DAMAGES) {
      // Somebody holds the folder, and has written who it is.
      const held = kind === 'holder.json' && (await acquire(join(root, `${folders + 1}`), ME));
      if (held && held.held) onEnd.push(() => held.release());
      const row = put(kind, damage);
      all.set(`${kind}, ${damage}`, { row, was: lying(row) });
    }
  const entries = [...all.values()];
  const found = read(entries.map(({ row }) => row));
  ({ grownKb } = found);
  for (const [at, entry] of entries.entries()) entry.told = found.told[at] as Told;
});

test.each(names)('9.5 %s: refused by name and place, or what is good is taken instead', (name) => {
  const { says, refused, unavailable } = kinds[name] as Kind;
  for (const damage of DAMAGES) {
    const { row, was, told } = all.get(`${name}, ${damage}`) ?? {};
    const expected = says instanceof RegExp ? says : says[damage];
    expect.soft(textOf(told), damage).toMatch(expected);
    if (told === undefined || row === undefined || 'value' in told) continue;
    const code = (damage === 'a folder' && unavailable) || refused?.code;
    expect.soft(told, damage).toMatchObject({ ...refused, code });
    expect.soft(told.line, damage).toContain(row.file);
    expect.soft(told.line, damage).not.toContain('\n');
    expect.soft(lying(row), damage).toBe(was);
  }
});

test('7 ten files of 100 MB do not take the memory of one', () => {
  expect(grownKb).toBeLessThan(MAX_GROWN_KB);
});

test(
  '9.5 a file that this user may not read is named, with the reason',
  { skip: !CAN_BE_NOBODY },
  () => {
    const rows = names.filter((kind) => kinds[kind]?.refused).map((kind) => put(kind, 'null'));
    for (const { folder, file } of rows) chmodSync(join(folder, file), 0o000);
    for (const [at, told] of read(rows, NOBODY).told.entries()) {
      const { kind, file } = rows[at] as Row;
      expect.soft(told, kind).toMatchObject({ exit: kinds[kind]?.refused?.exit });
      expect.soft(textOf(told), kind).toContain(file);
      expect.soft(textOf(told), kind).toMatch(/this user may not read|cannot be opened and locked/);
    }
  },
);

const NO_EVENTS = [null, [], {}, { kind: 'answer', at: 1 }, { kind: 'started', at: 1 }];
test('9.5 a counterexample whose events are none is refused where the first of them stands', () => {
  const rows = NO_EVENTS.map((event) => {
    const row = put('a counterexample, to be gone along', 'null');
    const about = { name: 'a request', fault: 'x', module: null, organisation: 'inline' };
    const way = { ...about, run: RUN, moves: [], events: [event] };
    writeFileSync(join(row.folder, row.file), JSON.stringify(way));
    return row;
  });
  for (const told of read(rows).told) {
    expect.soft(told).toMatchObject({ code: 'bad_request', exit: 64 });
    expect.soft(textOf(told)).toMatch(/way\.json, at events\[0\]/);
  }
});

test.each(NO_EVENTS.map((incoming) => ({ incoming })))(
  '11.2 a journal with the event $incoming is refused by run and event, not half taken',
  async ({ incoming }) => {
    const folder = join(root, `${(folders += 1)}`);
    const record = { digest: '', incoming, kind: 'committed', outbox: [], run: RUN, seq: 1 };
    mkdirSync(join(folder, 'journal'), { recursive: true });
    const bytes = Buffer.concat([HEADER, frame(JSON.stringify(record))]);
    writeFileSync(join(folder, 'journal', '00000001.log'), bytes);
    const nova = new Nova({ organisation: inline, journal: fileJournal(folder) });
    await expect(nova.show(RUN)).rejects.toMatchObject({
      code: 'replay_mismatch',
      run: RUN,
      seq: 1,
    });
    await nova.close();
  },
);

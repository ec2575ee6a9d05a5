// Each write, sync, rename, open of a run fails once, and from then on; then there is space again. And folders that cannot be used.
import { spawn } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeOf } from '../../src/store/files.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { failingFiles, type Fault } from '../store/failing-files.ts';
import { END, IN_DOUBT, openErrand, Outside, RUN, type Errand } from './errand.ts';
import { inFolder, randomBy, some, swept, type Met, type Part, type Scale } from './part.ts';
import { hashOfRecord, noting, onRecord } from './records.ts';

const SHORT = 8;
const KINDS: readonly Fault[] = [
  'write',
  'short write',
  'truncate',
  'datasync',
  'sync',
  'folder sync',
  'rename',
  'open',
  'mkdir',
  'read',
];
/** A full disk comes to an end sometimes: so often a run is taken up, with space again after the first time. */
const MAX_TRIES = 3;

/** The disk of one run: the n-th call of a kind fails, or all from it on, until there is space. */
class Disk {
  readonly counts = new Map<Fault, number>();
  hasFailed = false;
  #kind: Fault | undefined;
  readonly #n: number;
  readonly #isOnce: boolean;
  constructor(kind?: Fault, n = 0, isOnce = true) {
    this.#kind = kind;
    this.#n = n;
    this.#isOnce = isOnce;
  }
  has(fault: Fault): boolean {
    const count = (this.counts.get(fault) ?? 0) + 1;
    this.counts.set(fault, count);
    const isHit = fault === this.#kind && (this.#isOnce ? count === this.#n : count >= this.#n);
    this.hasFailed ||= isHit;
    return isHit;
  }
  heal(): void {
    this.#kind = undefined;
  }
}

function open(folder: string, disk?: Disk, code?: string, acknowledged: Set<string> = new Set()) {
  const files = disk && failingFiles(disk, code);
  const options = files === undefined ? {} : { files };
  const journal = noting(fileJournal(folder, options), (hashes) => {
    for (const hash of hashes) acknowledged.add(hash);
  });
  return openErrand(folder, journal, fileStore(folder, options));
}

/** How the run stands; the code of the refusal where it does not. */
const standing = async ({ nova }: Errand): Promise<string> =>
  JSON.stringify(await nova.show(RUN).catch((error: unknown) => codeOf(error)));

interface Spot {
  readonly kind: Fault;
  readonly n: number;
  readonly isOnce: boolean;
}

async function failedAt({ kind, n, isOnce }: Spot): Promise<Met> {
  return inFolder(async (folder) => {
    const wrong: string[] = [];
    const acknowledged = new Set<string>();
    const disk = new Disk(kind, n, isOnce);
    const code = n % 2 === 0 ? 'ENOSPC' : 'EIO';
    const errand = open(folder, disk, code, acknowledged);
    let text: string | undefined;
    for (let count = 0; text === undefined && count < MAX_TRIES; count += 1) {
      try {
        const { value } = await errand.end();
        ({ text } = value as { text: string });
      } catch (error) {
        if (codeOf(error) !== 'store_unavailable') wrong.push(`it rejects with ${String(error)}`);
        disk.heal();
        wrong.push(...(await compared(folder, errand)));
      }
    }
    await errand.nova.close().catch((error: unknown) => {
      if (codeOf(error) !== 'store_unavailable')
        wrong.push(`closing rejects with ${String(error)}`);
    });
    wrong.push(...(await misdone(folder, text, acknowledged)));
    const where = `${kind} ${n} ${isOnce ? 'once' : 'from then on'} (${code})`;
    return {
      met: disk.hasFailed ? 1 : 0,
      wrong: wrong.map((problem) => `${where}: ${problem}`),
    };
  });
}

/** What one run comes to; the next may come to one more or less. */
const spotsOfOne = (kinds: readonly Pick<Spot, 'kind' | 'isOnce'>[]): Promise<Spot[]> =>
  inFolder(async (folder) => {
    const disk = new Disk();
    const errand = open(folder, disk);
    await errand.end();
    await errand.nova.close();
    return kinds.flatMap((one) =>
      Array.from({ length: disk.counts.get(one.kind) ?? 0 }, (_, n) => ({ ...one, n: n + 1 })),
    );
  });

/** What is wrong with how it ended, with what was done outside, and with what is kept. */
async function misdone(folder: string, text: string | undefined, acknowledged: Set<string>) {
  const wrong: string[] = [];
  const journal = fileJournal(folder);
  const records = await journal.read(RUN);
  await journal.close();
  const again = open(folder);
  const { value } = await again.nova.show(RUN);
  await again.nova.close();
  const there = (value as { text: string } | undefined)?.text;
  if (there !== text) wrong.push(`it says ${text}, and on the disk is ${there}`);
  const kept = new Set(records.map(hashOfRecord));
  const lost = [...acknowledged].filter((hash) => !kept.has(hash)).length;
  if (lost > 0) wrong.push(`${lost} acknowledged records are gone`);
  if (text !== END && (text !== IN_DOUBT || !onRecord(records).isDoubtful))
    wrong.push(`it ends as ${text}`);
  const outside = new Outside(folder);
  const [pays, books, mails = 0] = ['pay', 'book', 'mail'].map((tool) => outside.count(tool));
  const isMailed = mails === 1 || (mails === 0 && text === IN_DOUBT);
  if (pays !== 1 || books !== 1 || !isMailed)
    wrong.push(`${pays} payments, ${books} bookings, ${mails} letters`);
  return wrong;
}

/** What the process has in memory is what another one would read from the disk. */
async function compared(folder: string, errand: Errand): Promise<string[]> {
  const here = await standing(errand);
  return inFolder(async (copy) => {
    cpSync(folder, copy, { recursive: true });
    const other = open(copy);
    const there = await standing(other);
    await other.nova.close();
    // Another event may have come to the disk meanwhile.
    return here === there || here !== (await standing(errand))
      ? []
      : [`in memory ${here.slice(0, 300)}, on the disk ${there.slice(0, 300)}`];
  });
}

/** A process that cannot use its folder says so, and goes on when it can. */
async function refusedThenFine(folder: string, how: 'read-only' | 'files', mend: () => void) {
  const entry = join(import.meta.dirname, 'refused-process.ts');
  const command = `${how === 'files' ? 'ulimit -n 200; ' : ''}exec "$0" "$@"`;
  const args = ['-c', command, process.execPath, '--conditions=nova-source', entry, folder, how];
  const isRoot = process.getuid?.() === 0;
  const child = spawn('sh', args, {
    ...(isRoot && how === 'read-only' && { uid: 54_321 }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = String((await lines.next()).value);
  mend();
  child.stdin.end('go\n');
  const then = String((await lines.next()).value);
  const expected = `store_unavailable, ${END}`;
  return `${first}, ${then}` === expected ? [] : [`${how}: ${first}, ${then}`];
}

export const disk: Part = {
  name: 'disk full and I/O errors',
  async run({ seed, form }: Scale) {
    const random = randomBy(seed);
    const kinds = KINDS.flatMap((kind) => [true, false].map((isOnce) => ({ kind, isOnce })));
    const found: Met[] = [];
    if (form === 'short')
      for (const spot of some(await spotsOfOne(kinds), SHORT, random))
        found.push(await failedAt(spot));
    else
      for (const { kind, isOnce } of kinds) {
        const name = `${kind} ${isOnce ? 'once' : 'from then on'}`;
        found.push(await swept(name, (n) => failedAt({ kind, isOnce, n })));
      }
    const met = found.reduce((sum, one) => sum + one.met, 0);
    const wrong = found.flatMap((one) => one.wrong);
    for (const how of ['read-only', 'files'] as const)
      wrong.push(
        ...(await inFolder(async (folder) => {
          if (how === 'read-only') chmodSync(folder, 0o555);
          return refusedThenFine(folder, how, () => chmodSync(folder, 0o777));
        })),
      );
    const faults = form === 'short' ? `${met} faults` : `all ${met} faults that a run comes to`;
    const figures = `${faults}; a read-only folder, no file left to open`;
    return { figures, wrong };
  },
};

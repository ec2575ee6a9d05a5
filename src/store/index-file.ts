import * as fs from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { codeOf, FILE_MODE } from './files.ts';
import { sqlite } from './sqlite.ts';
import { turnOfTheLoop } from './system-timer.ts';

/** Raised with every change of the tables: an older index is built anew. */
const FORMAT = 3;
/** `Nova`, where SQLite has room for whose file it is. */
const APPLICATION = 0x4e6f_7661;
const APPLICATION_OFFSET = 68;
const PIECE_BYTES = 1024 * 1024;
const MAX_SEAL_BYTES = 1_000;

/** Lies beside the index: it counts only as long as its file has this checksum. */
const Seal = z.strictObject({ generation: z.int(), bytes: z.int(), crc: z.int() });
type Seal = z.infer<typeof Seal>;

/** Of runs that are nobody's systems: the last part of their name says so, as `sharedIn` reads it. */
export const OWN = "substr(run, length(rtrim(run, replace(run, '/', ''))) + 1, 1) <> '~'";

const TABLES = `
  BEGIN;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${FORMAT};
  CREATE TABLE meta (generation INTEGER NOT NULL, flushes INTEGER NOT NULL);
  INSERT INTO meta VALUES (0, 0);
  CREATE TABLE segments (number INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, crc INTEGER NOT NULL, file TEXT);
  CREATE TABLE pieces (id INTEGER, segment INTEGER, at INTEGER, places BLOB NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (id, segment, at)) WITHOUT ROWID;
  CREATE TABLE runs (id INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, events INTEGER NOT NULL, state TEXT NOT NULL,
    isOpen INTEGER NOT NULL, facts TEXT NOT NULL);
  CREATE INDEX runs_by_first ON runs (first);
  CREATE INDEX open_runs ON runs (first) WHERE isOpen;
  CREATE INDEX own_runs ON runs (run, first) WHERE events > 0 AND ${OWN};
  COMMIT;
`;

/**
 * The database of a data folder's index: `index.sqlite`, or in memory where that cannot be had.
 * What is written goes into SQLite's own log, whose frames have checksums; the file itself changes only in `settle`,
 * which leaves its checksum in `index.seal`. So a file that was torn or changed by anybody does not count, and no sync is
 * needed: what a power cut takes is built anew from the journal.
 */
export class IndexFile {
  readonly database: DatabaseSync;
  /** Undefined in memory. */
  readonly #file: string | undefined;
  #generation: number;
  #isChanged: boolean;

  private constructor(
    database: DatabaseSync,
    file: string | undefined,
    generation: number,
    isChanged: boolean,
  ) {
    this.database = database;
    this.#file = file;
    this.#generation = generation;
    this.#isChanged = isChanged;
  }

  /** The index that lies in a folder; undefined where there is none. @throws Error saying why it does not count. */
  static async open(folder: string): Promise<IndexFile | undefined> {
    const file = join(folder, 'index.sqlite');
    const found = await checksumOf(file);
    if (found === undefined) return undefined;
    const seal = readSeal(sealOf(file));
    if (seal?.bytes !== found.bytes || seal.crc !== found.crc)
      throw new Error('it is not as it was left');
    const database = connect(file);
    try {
      // Its log may be another one's: each writing of it names the generation.
      const { generation } = database.prepare('SELECT generation FROM meta').get() ?? {};
      const { user_version: format } = database.prepare('PRAGMA user_version').get() ?? {};
      if (generation !== seal.generation || format !== FORMAT)
        throw new Error('it is of another time or version');
      const hasLog = (fs.statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
      return new IndexFile(database, file, seal.generation, hasLog);
    } catch (cause) {
      database.close();
      throw cause;
    }
  }

  /** A new one, empty, in the place of whatever lay there. @throws Error where it is another program's, or cannot be made. */
  static async create(folder: string): Promise<IndexFile> {
    const file = join(folder, 'index.sqlite');
    if (!isOurs(file)) throw new Error("it is another program's file");
    for (const ending of ['', '-wal', '-shm']) fs.rmSync(`${file}${ending}`, { force: true });
    fs.writeFileSync(file, '', { mode: FILE_MODE });
    const database = connect(file);
    database.exec(TABLES);
    const index = new IndexFile(database, file, 0, true);
    await index.settle();
    return index;
  }

  static inMemory(): IndexFile {
    const database = new (sqlite().DatabaseSync)(':memory:');
    database.exec(TABLES);
    return new IndexFile(database, undefined, 0, false);
  }

  /** Writes all of it or nothing. */
  transact(work: (database: DatabaseSync) => void): void {
    const { database } = this;
    database.exec('BEGIN');
    try {
      work(database);
      database.exec('UPDATE meta SET flushes = flushes + 1');
      database.exec('COMMIT');
      this.#isChanged = true;
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw cause;
    }
  }

  /** Brings what was written into the file itself, and seals it. */
  async settle(): Promise<void> {
    const file = this.#file;
    if (file === undefined || !this.#isChanged) return;
    this.#generation += 1;
    this.transact((database) => database.exec(`UPDATE meta SET generation = ${this.#generation}`));
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const { bytes, crc } = (await checksumOf(file)) ?? { bytes: 0, crc: 0 };
    const seal: Seal = { generation: this.#generation, bytes, crc };
    // Not synced, as nothing of the index is: what does not fit together after a power cut does not count.
    fs.writeFileSync(`${sealOf(file)}.new`, JSON.stringify(seal), { mode: FILE_MODE });
    fs.renameSync(`${sealOf(file)}.new`, sealOf(file));
    this.#isChanged = false;
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }
}

const sealOf = (file: string): string => file.replace(/\.sqlite$/, '.seal');

/** Alone, so that nobody else's reading brings the log into the file. */
function connect(file: string): DatabaseSync {
  const database = new (sqlite().DatabaseSync)(file, { timeout: 0 });
  try {
    database.exec(`
      PRAGMA synchronous = OFF;
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA wal_autocheckpoint = 0;
    `);
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** Length and checksum of a file, a piece at a time while others go on; undefined where there is none. */
async function checksumOf(
  path: string,
): Promise<{ readonly bytes: number; readonly crc: number } | undefined> {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let bytes = 0, crc = 0; ;) {
      const read = fs.readSync(file, piece, 0, piece.length, bytes);
      crc = crc32(piece.subarray(0, read), crc);
      bytes += read;
      if (read < piece.length) return { bytes, crc };
      await turnOfTheLoop();
    }
  } finally {
    fs.closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return fs.openSync(path, 'r');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

function readSeal(path: string): Seal | undefined {
  try {
    if (fs.statSync(path).size > MAX_SEAL_BYTES) return undefined;
    return Seal.parse(JSON.parse(fs.readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** True for what we may write over: nothing, an empty file, or one that says that it is ours. */
function isOurs(path: string): boolean {
  const file = openIfThere(path);
  if (file === undefined) return true;
  try {
    const head = Buffer.alloc(APPLICATION_OFFSET + 4);
    const read = fs.readSync(file, head, 0, head.length, 0);
    return read === 0 || head.readUInt32BE(APPLICATION_OFFSET) === APPLICATION;
  } finally {
    fs.closeSync(file);
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { IndexFile, OWN } from './index-file.ts';
import { Places, unpack, type Place } from './places.ts';
import type { RunQuery } from './ports.ts';
import {
  addFacts,
  fromBeginning,
  isOpen,
  noFacts,
  placed,
  stateOf,
  type Facts,
} from './run-facts.ts';

/** Runs are ordered by their first record: its segment, then its offset. */
const MAX_OFFSET = 2 ** 32;

/** How far the index knows a segment, and the checksum of that. */
export interface Coverage {
  readonly bytes: number;
  readonly crc: number;
  /** Length and time of the file when all of it was known; else its beginning is read and held against the checksum. */
  readonly file?: string;
}

/** What has come to one run in one segment and is not in the database yet. */
interface Piece {
  readonly at: number;
  readonly places: Places;
  readonly facts: Facts;
}

/**
 * Which runs there are, how they stand, and where their records lie; built from the journal, and never believed where it does
 * not fit to it. What is noted is kept in memory until `flush`.
 */
export class RunIndex {
  readonly #folder: string;
  #index: IndexFile | undefined;
  #pending = new Map<number, Map<string, Piece>>();

  private constructor(folder: string, index: IndexFile | undefined) {
    this.#folder = folder;
    this.#index = index;
  }

  /** @param onWrong hears why the one that lies there does not count. */
  static async open(folder: string, onWrong: (why: string) => void): Promise<RunIndex> {
    try {
      return new RunIndex(folder, await IndexFile.open(folder));
    } catch (cause) {
      onWrong(cause instanceof Error ? cause.message : String(cause));
      return new RunIndex(folder, undefined);
    }
  }

  /** An empty one that writes no file. */
  static inMemory(folder: string): RunIndex {
    return new RunIndex(folder, IndexFile.inMemory());
  }

  /** Notes a record that lies behind all that was noted of its segment. */
  note(run: string, place: Place, facts: Facts): void {
    const { segment, offset, bytes } = place;
    const runs = this.#pending.get(segment) ?? new Map<string, Piece>();
    this.#pending.set(segment, runs);
    const piece = runs.get(run) ?? { at: offset, places: new Places(), facts: noFacts() };
    runs.set(run, piece);
    piece.places.add(offset, bytes);
    addFacts(piece.facts, placed(facts, place));
  }

  /** How far a segment is known; undefined where it is not. */
  known(segment: number): Coverage | undefined {
    const row = this.#index?.database
      .prepare('SELECT bytes, crc, file FROM segments WHERE number = ?')
      .get(segment) as (Omit<Coverage, 'file'> & { file: string | null }) | undefined;
    if (row === undefined) return undefined;
    const { bytes, crc, file } = row;
    return { bytes, crc, ...(file !== null && { file }) };
  }

  /** Writes what is pending, and how far that segment is known now. @throws Error where it cannot be: then it stays pending. */
  async flush(segment: number, { bytes, crc, file }: Coverage): Promise<void> {
    this.#index ??= await IndexFile.create(this.#folder).catch(() => IndexFile.inMemory());
    const pending = this.#pending;
    this.#index.transact((database) => {
      const write = writer(database);
      for (const [number, runs] of pending)
        for (const [run, piece] of runs) write(run, number, piece);
      database
        .prepare('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?)')
        .run(segment, bytes, crc, file ?? null);
    });
    this.#pending = new Map();
  }

  /** Forgets all that came from the segments from one on, or from that one alone. */
  drop(from: number, to = from): void {
    for (const segment of this.#pending.keys())
      if (segment >= from && segment <= to) this.#pending.delete(segment);
    this.#index?.transact((database) => {
      const runs = database
        .prepare('SELECT DISTINCT id FROM pieces WHERE segment BETWEEN ? AND ?')
        .all(from, to) as { id: number }[];
      database.prepare('DELETE FROM pieces WHERE segment BETWEEN ? AND ?').run(from, to);
      database.prepare('DELETE FROM segments WHERE number BETWEEN ? AND ?').run(from, to);
      for (const { id } of runs) refold(database, id);
    });
  }

  /** The pieces to read for a run, in the order in which they were written. */
  stretches(run: string): Place[] {
    const rows = (this.#index?.database
      .prepare(
        'SELECT segment, places FROM pieces JOIN runs USING (id) WHERE run = ? ORDER BY segment, at',
      )
      .all(run) ?? []) as { segment: number; places: Uint8Array }[];
    const kept = rows.flatMap(({ segment, places }) => unpack(segment, places));
    const pending = [...this.#pending].flatMap(([segment, runs]) => {
      const piece = runs.get(run);
      return piece === undefined ? [] : unpack(segment, piece.places.pack());
    });
    return [...kept, ...pending];
  }

  /** Every run, in order of its first record; what is pending has to be flushed before. */
  runs(): string[] {
    const rows = this.#index?.database.prepare('SELECT run FROM runs ORDER BY first').all() ?? [];
    return (rows as { run: string }[]).map(({ run }) => run);
  }

  /** What is known of runs, newest first, and how many there are; what is pending has to be flushed before. */
  list({
    scope,
    state,
    isOpen: open,
    hasLetters = false,
    withShared = false,
    limit = -1,
  }: RunQuery): {
    readonly runs: readonly { readonly run: string; readonly facts: Facts }[];
    readonly total: number;
  } {
    if (this.#index === undefined) return { runs: [], total: 0 };
    const conditions = ['events > 0'];
    const values: (string | number)[] = [];
    if (open === true) conditions.push('isOpen');
    if (!withShared) conditions.push(OWN);
    if (hasLetters) conditions.push("json_extract(facts, '$.letters') > 0");
    if (state !== undefined) {
      conditions.push('state = ?');
      values.push(state);
    }
    if (scope !== undefined) {
      // Whatever begins so, as text is compared byte by byte: `0` follows `/`.
      conditions.push('run > ? AND run < ?');
      values.push(`${scope}/`, `${scope}0`);
    }
    const where = `FROM runs WHERE ${conditions.join(' AND ')}`;
    const { database } = this.#index;
    const { total } = database.prepare(`SELECT count(*) AS total ${where}`).get(...values) as {
      total: number;
    };
    const rows = database
      .prepare(`SELECT run, facts ${where} ORDER BY first DESC LIMIT ?`)
      .all(...values, limit) as { run: string; facts: string }[];
    const runs = rows.map(({ run, facts }) => ({ run, facts: factsIn(facts) }));
    return { runs, total };
  }

  /** Segments with records of runs that have something left to do; what is pending has to be flushed before. */
  openSegments(): ReadonlySet<number> {
    const rows = this.#index?.database
      .prepare('SELECT DISTINCT segment FROM pieces WHERE id IN (SELECT id FROM runs WHERE isOpen)')
      .all() as { segment: number }[] | undefined;
    return new Set(rows?.map(({ segment }) => segment));
  }

  /** Seals what was flushed, so that it counts the next time. */
  async settle(): Promise<void> {
    await this.#index?.settle();
  }

  async close(): Promise<void> {
    // What could not be sealed is built anew.
    await this.settle().catch(() => undefined);
    this.#index?.close();
  }
}

/** Writes pieces, and what their runs come to with them. */
function writer(database: DatabaseSync) {
  const piece = database.prepare('INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?, ?)');
  const find = database.prepare('SELECT id, facts FROM runs WHERE run = ?');
  const insert = database.prepare(
    'INSERT INTO runs (run, first, events, state, isOpen, facts) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE runs SET events = ?, state = ?, isOpen = ?, facts = ? WHERE id = ?',
  );
  const later = database.prepare(
    'SELECT 1 FROM pieces WHERE id = ? AND (segment, at) > (?, ?) LIMIT 1',
  );
  return (run: string, segment: number, { at, places, facts }: Piece): void => {
    const known = find.get(run) as { id: number; facts: string } | undefined;
    const first = segment * MAX_OFFSET + at;
    const id =
      known?.id ?? Number(insert.run(run, first, ...columns(fromBeginning(facts))).lastInsertRowid);
    piece.run(id, segment, at, places.pack(), textOf(facts));
    if (known === undefined) return;
    // A segment that was read anew comes before what is known already.
    if (later.get(id, segment, at) !== undefined) return refold(database, id);
    const all = factsIn(known.facts);
    addFacts(all, facts);
    update.run(...columns(fromBeginning(all)), id);
  };
}

/** What a run comes to by all of its pieces. */
function refold(database: DatabaseSync, id: number): void {
  const rows = database
    .prepare('SELECT segment, at, facts FROM pieces WHERE id = ? ORDER BY segment, at')
    .all(id) as { segment: number; at: number; facts: string }[];
  const [begin] = rows;
  if (begin === undefined) return void database.prepare('DELETE FROM runs WHERE id = ?').run(id);
  const all = noFacts();
  for (const { facts } of rows) addFacts(all, factsIn(facts));
  database
    .prepare('UPDATE runs SET first = ?, events = ?, state = ?, isOpen = ?, facts = ? WHERE id = ?')
    .run(begin.segment * MAX_OFFSET + begin.at, ...columns(fromBeginning(all)), id);
}

const columns = (facts: Facts) =>
  [facts.events, stateOf(facts), isOpen(facts) ? 1 : 0, textOf(facts)] as const;

/** Most lists are empty, for ever. */
const textOf = (facts: Facts): string =>
  JSON.stringify(facts, (_, value: unknown) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );
const factsIn = (text: string): Facts => ({ ...noFacts(), ...(JSON.parse(text) as Facts) });

import * as z from 'zod';
import { MEMORY, MOST_RECORDS } from '../../machines/memory.ts';
import type { Lesson } from '../../machines/protocol/roles.ts';
import type { Fact } from '../../machines/protocol/effects.ts';
import { mayRead, scopeOfRun } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { LocalEngine } from '../engine/local.ts';
import { Told } from '../engine/told.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import type { Clock } from '../host/ports.ts';
import type { Journal } from '../store/ports.ts';
import { canonical, hashOfText } from '../kernel/canonical.ts';
import { lessonsFor } from '../routing/lessons.ts';
import { spelt } from '../store/spelt.ts';
import type { Knowing } from './knowing.ts';
import type { Recalled } from './recall.ts';
import { strikeOut, type Striking } from './traces.ts';
import {
  isTaught,
  Note,
  recordsOf,
  Taught,
  type MemoryRecord,
  type TaughtRecord,
} from './record.ts';

/** Of a record's hash, as its name. */
const ID_CHARS = 12;

/** A run is told of so many. */
const MOST_LESSONS = 16;

/** Who says something, and in which run. */
export interface Author {
  readonly author: string;
  readonly run?: string;
  /** True: nobody recalls it before somebody has accepted it. */
  readonly isHeld: boolean;
}

/** A scope and those above it, nearest first. */
function chain(scope: string): string[] {
  const parts = scope.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

function parsed<S extends z.ZodType>(contract: S, note: z.input<S>): z.output<S> {
  const { success, data, error } = contract.safeParse(note);
  if (!success) throw new BadRequestError(`the note: ${z.prettifyError(error)}`);
  return data;
}

/** Where a record has come to: of a lesson what was told of it, since others ask the same in words of their own. */
function standing({ kind, text }: MemoryRecord): (written: string) => boolean {
  if (kind !== 'lesson') return spelt(text);
  // Whoever it was for then.
  const told = `"text":${JSON.stringify(text)},"who":`;
  const isWithin = spelt(told);
  return (written) => written.includes(told) || isWithin(written);
}

/** What may be settled. */
const SETTLED: readonly MemoryRecord['kind'][] = ['decision', 'promise', 'lesson'];
const keyOf = ({ scope, id }: MemoryRecord): string => `${scope}#${id}`;

/** What is known from one day to the next, scope by scope: each has a system of its own, whose journal is the truth. */
export class Memory {
  readonly #engine: LocalEngine;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #line: Told;
  readonly #unshare: Striking['unshare'];
  /** Memories of which this process knows that nothing is left in them that a killed one was forgetting. */
  readonly #swept = new Set<string>();
  readonly #knowing: Knowing;

  constructor(
    engine: LocalEngine,
    journal: Journal,
    clock: Clock,
    knowing: Knowing,
    unshare: Striking['unshare'] = async () => {},
  ) {
    this.#knowing = knowing;
    this.#engine = engine;
    this.#journal = journal;
    this.#clock = clock;
    this.#unshare = unshare;
    this.#line = new Told(engine, 'memory', () => clock.now());
  }

  /** All records of a scope, those that are held and settled among them, oldest first. */
  async list(scope: string): Promise<MemoryRecord[]> {
    const run = `${scope}/${MEMORY}`;
    const system = await this.#engine.load(run);
    if (system === undefined) return [];
    if (!this.#swept.has(run)) await this.#engine.shed(run);
    this.#swept.add(run);
    return recordsOf(system);
  }

  /**
   * What somebody in a scope may know about some words: of it and of the scopes above it.
   * @param by the run that is told.
   */
  async recall(scope: string, words: string, maxTokens: number, by?: string): Promise<Recalled> {
    // Its index is loaded by those alone who recall something.
    const { recalled } = await import('./recall.ts');
    const known = await this.#readIn(scope);
    const found = recalled(known, words, { at: this.#clock.now(), maxTokens });
    if (by !== undefined) this.#knowing.note(by, found.records.map(keyOf));
    return found;
  }

  /** What people have said in a scope and those above it of requests like some words, the best first: of two alike the nearer scope's. */
  async lessons(scope: string, words: string, by?: string): Promise<TaughtRecord[]> {
    const known = (await this.#readIn(scope)).filter(isTaught);
    const found = lessonsFor(known, words, MOST_LESSONS);
    if (by !== undefined) this.#knowing.note(by, found.map(keyOf));
    return found;
  }

  /** What may be known in a scope: its own and that of those above it, the nearest and newest first. */
  async #readIn(scope: string): Promise<MemoryRecord[]> {
    const since = this.#knowing.now();
    const lists = await Promise.all(chain(scope).map((one) => this.list(one)));
    const mayTell = (record: MemoryRecord) => this.#knowing.mayTell(keyOf(record), since);
    return lists
      .flatMap((list) => list.toReversed())
      .filter((record) => mayRead(scope, record.scope) && mayTell(record));
  }

  /**
   * Notes something; what is known already stays one record.
   * @throws BadRequestError for an empty or too long text, and where the scope has no room for more.
   */
  async note(scope: string, note: Note, author: Author): Promise<MemoryRecord> {
    const { kind, text, freshMs } = parsed(Note, note);
    const until = freshMs === undefined ? {} : { until: this.#clock.now() + freshMs };
    return this.#keep(scope, { kind, text, ...until }, author);
  }

  /** Says who takes a request: from now on, whatever was said of the very same before. @throws as `note`. */
  async teach(scope: string, lesson: Lesson, author: Author): Promise<MemoryRecord> {
    return this.#keep(scope, { kind: 'lesson', ...parsed(Taught, lesson) }, author);
  }

  async #keep(
    scope: string,
    { kind, ...words }: Pick<MemoryRecord, 'kind' | 'text' | 'until' | 'who'>,
    { isHeld, ...author }: Author,
  ): Promise<MemoryRecord> {
    const id = hashOfText(canonical({ kind, text: words.text })).slice(0, ID_CHARS);
    const value = { ...words, ...author, at: this.#clock.now() };
    const hash = hashOfText(canonical(value));
    const record = { hash, scope, contract: 'record' };
    const event = { type: 'record.noted', id, record, kind, isHeld } as Fact;
    const before = await this.list(scope);
    if (before.length >= MOST_RECORDS && !before.some((one) => one.id === id))
      throw new BadRequestError(`${scope} has ${MOST_RECORDS} records: forget some`);
    return this.#tell(scope, id, event, { [hash]: value as Json });
  }

  /** Lets a held record be recalled. @throws BadRequestError for one that is not there. */
  accept(scope: string, id: string): Promise<MemoryRecord> {
    return this.#change(scope, id, 'record.accepted');
  }

  /** An open decision or promise is no longer open, a lesson counts no more. @throws BadRequestError for one that is not there, or anything else. */
  async settle(scope: string, id: string): Promise<MemoryRecord> {
    const { kind } = await this.#known(scope, id);
    if (!SETTLED.includes(kind))
      throw new BadRequestError(
        `a ${kind} is not settled: forget it where it does not hold any more`,
      );
    return this.#change(scope, id, 'record.settled');
  }

  /**
   * Takes a record out, and its words off the disk, also out of the runs that have them from it.
   * @throws BadRequestError for one that is not there, and where a run that has not ended has its words, or was told of one that does.
   */
  async forget(scope: string, id: string): Promise<MemoryRecord> {
    try {
      return await this.#forget(await this.#known(scope, id));
    } catch (error) {
      if (!(error instanceof RunOpenError)) throw error;
      const problem = `${error.run} has not ended and has its words, or was told of a run that does: stop it first`;
      throw new BadRequestError(problem, { cause: error });
    }
  }

  #forget(record: MemoryRecord): Promise<MemoryRecord> {
    const { scope, id } = record;
    return this.#knowing.leave([keyOf(record)], async () => {
      const striking = {
        engine: this.#engine,
        journal: this.#journal,
        knowing: this.#knowing,
        unshare: this.#unshare,
      };
      await strikeOut(striking, scope, standing(record));
      await this.#line.tell(`${scope}/${MEMORY}`, { type: 'record.forgotten', id } as Fact);
      await this.#engine.shed(`${scope}/${MEMORY}`);
      return record;
    });
  }

  /** Forgets what a run has taught. @throws RunOpenError for a run that has not ended and was told of it; StoreUnavailableError. */
  async unteach(run: string): Promise<void> {
    for (const scope of chain(scopeOfRun(run)))
      for (const record of await this.list(scope))
        if (record.kind === 'lesson' && record.run === run) await this.#forget(record);
  }

  async #known(scope: string, id: string): Promise<MemoryRecord> {
    const found = (await this.list(scope)).find((one) => one.id === id);
    if (found === undefined) throw new BadRequestError(`${scope} has no record ${id}`);
    return found;
  }

  async #change(scope: string, id: string, type: string): Promise<MemoryRecord> {
    await this.#known(scope, id);
    return this.#tell(scope, id, { type, id } as Fact);
  }

  async #tell(
    scope: string,
    id: string,
    event: Fact,
    values: Readonly<Record<string, Json>> = {},
  ): Promise<MemoryRecord> {
    await this.#line.tell(`${scope}/${MEMORY}`, event, values);
    return this.#known(scope, id);
  }
}

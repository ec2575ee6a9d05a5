import * as z from 'zod';
import { MEMORY, MOST_RECORDS } from '../../machines/memory.ts';
import type { Fact } from '../../machines/protocol/effects.ts';
import { mayRead } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { LocalEngine } from '../engine/local.ts';
import { Told } from '../engine/told.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import type { Clock } from '../host/ports.ts';
import type { Journal } from '../store/ports.ts';
import { canonical, hashOfText } from '../kernel/canonical.ts';
import type { Knowing } from './knowing.ts';
import type { Recalled } from './recall.ts';
import { strikeOut, type Striking } from './traces.ts';
import { Note, recordsOf, type MemoryRecord } from './record.ts';

/** Of a record's hash, as its name. */
const ID_CHARS = 12;

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

const keyOf = ({ scope, id }: MemoryRecord): string => `${scope}#${id}`;

/** What is known from one day to the next, scope by scope: each has a system of its own, whose journal is the truth. */
export class Memory {
  readonly #engine: LocalEngine;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #told: Told;
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
    this.#told = new Told(engine, 'memory', () => clock.now());
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
    const since = this.#knowing.now();
    const lists = await Promise.all(chain(scope).map((one) => this.list(one)));
    // Its index is loaded by those alone who recall something.
    const { recalled } = await import('./recall.ts');
    const known = lists
      .flat()
      .filter(
        (record) => mayRead(scope, record.scope) && this.#knowing.mayTell(keyOf(record), since),
      );
    const found = recalled(known, words, { at: this.#clock.now(), maxTokens });
    if (by !== undefined) this.#knowing.note(by, found.records.map(keyOf));
    return found;
  }

  /**
   * Notes something; what is known already stays one record.
   * @throws BadRequestError for an empty or too long text, and where the scope has no room for more.
   */
  async note(scope: string, note: Note, { isHeld, ...author }: Author): Promise<MemoryRecord> {
    const parsed = Note.safeParse(note);
    if (!parsed.success) throw new BadRequestError(`the note: ${z.prettifyError(parsed.error)}`);
    const { kind, text, freshMs } = parsed.data;
    const id = hashOfText(canonical({ kind, text })).slice(0, ID_CHARS);
    const at = this.#clock.now();
    const value = { text, ...author, at, ...(freshMs !== undefined && { until: at + freshMs }) };
    const hash = hashOfText(canonical(value));
    const record = { hash, scope, contract: 'record' };
    const event = { type: 'record.noted', id, record, kind, isHeld } as Fact;
    const before = await this.list(scope);
    if (before.length >= MOST_RECORDS && !before.some((one) => one.id === id))
      throw new BadRequestError(`${scope} has ${MOST_RECORDS} records: forget some`);
    return this.#tell(scope, id, event, { [hash]: value });
  }

  /** Lets a held record be recalled. @throws BadRequestError for one that is not there. */
  accept(scope: string, id: string): Promise<MemoryRecord> {
    return this.#change(scope, id, 'record.accepted');
  }

  /** An open decision or promise is no longer open. @throws BadRequestError for one that is not there. */
  settle(scope: string, id: string): Promise<MemoryRecord> {
    return this.#change(scope, id, 'record.settled');
  }

  /**
   * Takes a record out, and its words off the disk, also out of the runs that have them from it.
   * @throws BadRequestError for one that is not there, and where a run that has not ended has its words.
   */
  async forget(scope: string, id: string): Promise<MemoryRecord> {
    const record = await this.#known(scope, id);
    try {
      return await this.#knowing.leave(keyOf(record), async () => {
        const striking = { engine: this.#engine, journal: this.#journal, unshare: this.#unshare };
        await strikeOut(striking, scope, record.text);
        await this.#told.tell(`${scope}/${MEMORY}`, { type: 'record.forgotten', id } as Fact);
        await this.#engine.shed(`${scope}/${MEMORY}`);
        return record;
      });
    } catch (error) {
      if (!(error instanceof RunOpenError)) throw error;
      const problem = `${error.run} has not ended and has its words: stop it first`;
      throw new BadRequestError(problem, { cause: error });
    }
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
    await this.#told.tell(`${scope}/${MEMORY}`, event, values);
    return this.#known(scope, id);
  }
}

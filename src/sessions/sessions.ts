import { SessionContext, sessionNamed } from '../../machines/session.ts';
import type { Fact } from '../../machines/protocol/effects.ts';
import { Answer, type KnownTurn } from '../../machines/protocol/roles.ts';
import type { LocalEngine } from '../engine/local.ts';
import { Told } from '../engine/told.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import type { Clock } from '../host/ports.ts';
import { rootOf, type System } from '../kernel/system.ts';
import type { Knowing } from '../memory/knowing.ts';
import { FORGOTTEN } from '../store/scrub.ts';
import type { DroppedTurn, Session, Turn } from './session.ts';
import type { Journal, JournalRecord } from '../store/ports.ts';
import { cut, inLine } from '../tools/text.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** What is told of earlier turns, word for word: about 750 tokens, and as much of the last turn as there is room for. */
const WHOLE_CHARS = 3_000;
/** What is told of those before them, a line each. */
const LINE_CHARS = 1_000;
const MAX_ASKED_CHARS = 80;
/** Turns to which a request may point back, one to the other. */
const MOST_SAID = 6;
/** A longer answer is nothing to point back to: it is a document. */
const MAX_SAID_CHARS = 20_000;
/** Dropped turns that are listed at once. */
const PAGE = 100;

/** What a person asked for, with what came beside it. */
export function requestOf({ actors, values }: System): {
  readonly text?: string;
  readonly session?: string;
} {
  const { request } = (actors.get(rootOf({ actors }))?.state.context ?? {}) as {
    readonly request?: { readonly hash: string };
  };
  return (values.get(request?.hash ?? '') ?? {}) as { readonly text?: string };
}

/** What a person asked for in a run. */
const askedIn = (system: System): string => requestOf(system).text ?? FORGOTTEN;

/** The conversation that a run goes on with. */
export const sessionOf = (system: System): string | undefined => requestOf(system).session;

function turnOf(system: System): Turn {
  const { run, values, ended } = system;
  const value = ended?.value && values.get(ended.value.hash);
  const answer = Answer.safeParse(value);
  const answered = answer.success ? answer.data.text : value === FORGOTTEN ? FORGOTTEN : '';
  return { run, asked: askedIn(system), outcome: ended?.outcome ?? 'open', answered };
}

/** The turn that was begun by an event of a session. */
function begunBy(record: JournalRecord): string[] {
  if (record.kind !== 'committed' || JSON.stringify(record.outbox).includes('"dead"')) return [];
  const { event } = record.incoming as { readonly event?: { readonly run?: string } };
  return event?.run === undefined ? [] : [event.run];
}

const lineOf = ({ run, asked, outcome }: Turn): DroppedTurn => {
  const { text, truncated } = cut(inLine(asked), MAX_ASKED_CHARS);
  return { run, asked: truncated ? `${text}…` : text, outcome };
};

/** A turn, cut where it alone is more than there is room for. */
function fitting(turn: Turn): Turn {
  const asked = cut(turn.asked, WHOLE_CHARS / 2).text;
  return { ...turn, asked, answered: cut(turn.answered, WHOLE_CHARS - asked.length).text };
}

/** Conversations that go on over days and restarts. */
export class Sessions {
  readonly #engine: LocalEngine;
  readonly #told: Told;

  readonly #journal: Journal;
  readonly #knowing: Knowing;

  constructor(engine: LocalEngine, journal: Journal, clock: Clock, knowing: Knowing) {
    this.#knowing = knowing;
    this.#engine = engine;
    this.#journal = journal;
    this.#told = new Told(engine, 'session', () => clock.now());
  }

  /** Makes a run the next turn; the same run is one turn. @throws BadRequestError for a name that is none. */
  async begin(scope: string, name: string, run: string): Promise<void> {
    if (!NAME.test(name))
      throw new BadRequestError('a session is named by a-z, 0-9 and -, 32 at most');
    await this.#told.tell(`${scope}/${sessionNamed(name)}`, { type: 'turn.begun', run } as Fact);
  }

  /**
   * What was said in a session so far, and what of it is dropped.
   * @param before a dropped turn: those before it are listed. @throws BadRequestError where it is none.
   */
  async show(scope: string, name: string, before?: string): Promise<Session> {
    const { turns: known } = await this.#known(scope, name);
    const { turns, left } = await this.#whole(known);
    const kept = new Set(known.slice(left));
    const all = (await this.#all(scope, name)).filter((run) => !kept.has(run));
    const until = before === undefined ? all.length : all.indexOf(before);
    if (until < 0) throw new BadRequestError(`${before} is no dropped turn of ${name}`);
    const from = Math.max(0, until - PAGE);
    const listed = await Promise.all(all.slice(from, until).map((run) => this.#turn(run)));
    const dropped = listed.flatMap((turn) => (turn === undefined ? [] : lineOf(turn)));
    return { turns, dropped, more: from };
  }

  /** The turns before a run, as it is told of them: the last ones whole, those before in a line, the rest counted; none that is forgotten. */
  async before(scope: string, name: string, run: string): Promise<Session> {
    const since = this.#knowing.now();
    const mayTell = (turn: Turn) =>
      turn.asked !== FORGOTTEN && this.#knowing.mayTell(turn.run, since);
    const { turns: all, dropped: gone } = await this.#known(scope, name);
    const runs = all.includes(run) ? all.slice(0, all.indexOf(run)) : all;
    const whole = await this.#whole(runs);
    const dropped: DroppedTurn[] = [];
    let { left } = whole;
    let room = LINE_CHARS;
    for (; left > 0; left -= 1) {
      const turn = await this.#turn(runs[left - 1] ?? '');
      if (turn === undefined || !mayTell(turn)) continue;
      const line = lineOf(turn);
      room -= JSON.stringify(line).length;
      if (room < 0) break;
      dropped.unshift(line);
    }
    // Both at once: whatever was forgotten while it was looked up is not told, and what is told is noted.
    const turns = whole.turns.filter(mayTell).map(fitting);
    const lines = dropped.filter((line) => this.#knowing.mayTell(line.run, since));
    const told = [...turns, ...lines].map((turn) => turn.run);
    this.#knowing.note(run, told);
    return { turns, dropped: lines, more: gone + left };
  }

  /** The turn before a run, whole, and what was asked before it; undefined where there is none, it said nothing, or it is forgotten. */
  async last(scope: string, name: string, run: string): Promise<KnownTurn | undefined> {
    const since = this.#knowing.now();
    const { turns } = await this.#known(scope, name);
    const at = turns.indexOf(run);
    const before = turns.slice(Math.max(0, at - MOST_SAID), Math.max(0, at));
    const all = await Promise.all(before.map((one) => this.#turn(one)));
    const turn = all.pop();
    if (turn === undefined || turn.answered === '' || turn.answered.length > MAX_SAID_CHARS)
      return undefined;
    const { answered } = turn;
    const mayTell = (one: Turn | undefined): one is Turn =>
      one !== undefined && one.asked !== FORGOTTEN && this.#knowing.mayTell(one.run, since);
    if (answered === FORGOTTEN || !mayTell(turn)) return undefined;
    const [said, ...earlier] = [turn, ...all.filter(mayTell)].map((one) => ({
      run: one.run,
      asked: one.asked,
    }));
    if (said === undefined) return undefined;
    const told = [said, ...earlier].map((one) => one.run);
    this.#knowing.note(run, told);
    return { ...said, answered, earlier };
  }

  /** A turn that has not ended may be told of those before it just now. @throws RunOpenError for one that comes after a run. */
  async requireOver(system: System): Promise<void> {
    const { run, scope } = system;
    const name = sessionOf(system);
    const turns = name === undefined ? [] : await this.#all(scope, name);
    for (const later of turns.slice(turns.indexOf(run) + 1))
      if ((await this.#engine.load(later))?.ended === undefined) throw new RunOpenError(later);
  }

  async #known(scope: string, name: string): Promise<SessionContext> {
    const system = await this.#engine.load(`${scope}/${sessionNamed(name)}`);
    const context = SessionContext.safeParse(system?.actors.get('session')?.state.context);
    return context.success ? context.data : { turns: [], dropped: 0 };
  }

  /** All its runs, oldest first, also those that its machine has let go. */
  async #all(scope: string, name: string): Promise<string[]> {
    const records = await this.#journal.read(`${scope}/${sessionNamed(name)}`);
    return [...new Set(records.flatMap(begunBy))];
  }

  /** The last of some turns, oldest first, for which there is room, and always the very last; how many are left before them. */
  async #whole(
    runs: readonly string[],
  ): Promise<{ readonly turns: Turn[]; readonly left: number }> {
    const turns: Turn[] = [];
    let room = WHOLE_CHARS;
    let left = runs.length;
    // Only those are read for which there is room.
    for (; left > 0; left -= 1) {
      const turn = await this.#turn(runs[left - 1] ?? '');
      if (turn === undefined) continue;
      room -= turn.asked === FORGOTTEN ? 0 : turn.asked.length + turn.answered.length;
      if (room < 0 && turns.length > 0) break;
      turns.unshift(turn);
    }
    return { turns, left };
  }

  /** Undefined for one that never began. */
  async #turn(run: string): Promise<Turn | undefined> {
    const system = await this.#engine.load(run);
    return system && turnOf(system);
  }
}

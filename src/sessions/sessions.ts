import { SessionContext, sessionNamed } from '../../machines/session.ts';
import type { Fact } from '../../machines/protocol/effects.ts';
import { Answer } from '../../machines/protocol/roles.ts';
import type { LocalEngine } from '../engine/local.ts';
import { Told } from '../engine/told.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import type { Clock } from '../host/ports.ts';
import { rootOf, type System } from '../kernel/system.ts';
import { FORGOTTEN, promptsOf } from '../store/scrub.ts';
import { spelt } from '../store/spelt.ts';
import type { Journal } from '../store/ports.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** About four characters a token. */
const CHARS_A_TOKEN = 4;

/** One turn of a conversation, as its run tells it. */
export interface Turn {
  readonly run: string;
  readonly asked: string;
  /** How it ended, or `open`. */
  readonly outcome: string;
  readonly answered: string;
}
/** A conversation: its turns, oldest first, and how many before them are not known any more. */
export interface Session {
  readonly turns: readonly Turn[];
  readonly dropped: number;
}

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

/** The conversation that a run goes on with. */
export const sessionOf = (system: System): string | undefined => requestOf(system).session;

function turnOf(system: System): Turn {
  const { run, values, ended } = system;
  const { text = FORGOTTEN } = requestOf(system);
  const value = ended?.value && values.get(ended.value.hash);
  const answer = Answer.safeParse(value);
  const answered = answer.success ? answer.data.text : value === FORGOTTEN ? FORGOTTEN : '';
  return { run, asked: text, outcome: ended?.outcome ?? 'open', answered };
}

/** Conversations that go on over days and restarts. */
export class Sessions {
  readonly #engine: LocalEngine;
  readonly #told: Told;

  constructor(engine: LocalEngine, clock: Clock) {
    this.#engine = engine;
    this.#told = new Told(engine, 'session', () => clock.now());
  }

  /** Makes a run the next turn; the same run is one turn. @throws BadRequestError for a name that is none. */
  async begin(scope: string, name: string, run: string): Promise<void> {
    if (!NAME.test(name))
      throw new BadRequestError('a session is named by a-z, 0-9 and -, 32 at most');
    await this.#told.tell(`${scope}/${sessionNamed(name)}`, { type: 'turn.begun', run } as Fact);
  }

  /** What was said in a session so far. */
  async show(scope: string, name: string): Promise<Session> {
    const { turns: runs, dropped } = await this.#known(scope, name);
    const turns = await Promise.all(runs.map((run) => this.#turn(run)));
    return { turns: turns.filter((turn) => turn !== undefined), dropped };
  }

  /** The last turns before a run, oldest first, as many as there is room for; what is left out is counted. */
  async before(scope: string, name: string, run: string, maxTokens: number): Promise<Session> {
    const { turns: all, dropped } = await this.#known(scope, name);
    const runs = all.includes(run) ? all.slice(0, all.indexOf(run)) : all;
    const turns: Turn[] = [];
    let room = maxTokens * CHARS_A_TOKEN;
    let left = runs.length;
    // Only those are read for which there is room.
    for (; left > 0; left -= 1) {
      const turn = await this.#turn(runs[left - 1] ?? '');
      if (turn === undefined || turn.asked === FORGOTTEN) continue;
      room -= turn.asked.length + turn.answered.length;
      if (room < 0) break;
      turns.unshift(turn);
    }
    return { turns, dropped: dropped + left };
  }

  /**
   * Takes what a turn's run said out of what models were told in the turns after it.
   * @throws RunOpenError for one of these that has not ended; StoreUnavailableError.
   */
  async untell(system: System, journal: Journal): Promise<void> {
    const { run, scope } = system;
    const name = sessionOf(system);
    const { asked, answered } = turnOf(system);
    const has = [asked, answered].filter((text) => text !== '').map(spelt);
    const turns = name === undefined ? [] : (await this.#known(scope, name)).turns;
    const later = turns.slice(turns.indexOf(run) + 1);
    const told = await Promise.all(
      later.map(async (one) => {
        if ((await this.#engine.load(one))?.ended === undefined) throw new RunOpenError(one);
        const records = await journal.read(one);
        const pieces = new Set(promptsOf(records));
        const hashes = records.flatMap((record) =>
          record.kind === 'blob' &&
          pieces.has(record.hash) &&
          has.some((is) => is(JSON.stringify(record.value)))
            ? [record.hash]
            : [],
        );
        return { one, hashes: new Set(hashes) };
      }),
    );
    for (const { one, hashes } of told) if (hashes.size > 0) await this.#engine.strike(one, hashes);
  }

  async #known(scope: string, name: string): Promise<SessionContext> {
    const system = await this.#engine.load(`${scope}/${sessionNamed(name)}`);
    const context = SessionContext.safeParse(system?.actors.get('session')?.state.context);
    return context.success ? context.data : { turns: [], dropped: 0 };
  }

  /** Undefined for one that never began. */
  async #turn(run: string): Promise<Turn | undefined> {
    const system = await this.#engine.load(run);
    return system && turnOf(system);
  }
}

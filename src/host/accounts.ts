import type { RunList, RunQuery } from '../store/ports.ts';
import { statsOf, type AskStats } from '../observe/stats.ts';
import type { Case } from '../observe/cases.ts';
import type { Prompts } from '../observe/prompts.ts';
import type { Why } from '../observe/why.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import { carryOut, type MemoryCommand } from '../memory/command.ts';
import type { Knowing } from '../memory/knowing.ts';
import type { MemoryRecord } from '../memory/record.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { EMBEDDER, type AskOptions, type Result } from './asks.ts';
import { corrected, type Teaching } from './lessons.ts';
import { lettersIn, type Letters } from './letters.ts';
import type { Quotas } from './quotas.ts';
import {
  casesOf,
  explained,
  type CaseQuery,
  prompted,
  runsOf,
  shownOf,
  type Shelf,
} from './shown.ts';

interface Kept extends Teaching {
  readonly sessions: Sessions;
  readonly knowing: Knowing;
}

/** What can be asked about runs without moving them. */
export class Accounts {
  readonly #shelf: Shelf;
  readonly #quotas: Quotas;
  protected readonly teaching: Teaching;
  protected readonly sessions: Sessions;
  protected readonly knowing: Knowing;

  constructor(shelf: Shelf, quotas: Quotas, { sessions, knowing, ...teaching }: Kept) {
    this.teaching = teaching;
    this.knowing = knowing;
    this.sessions = sessions;
    this.#shelf = shelf;
    this.#quotas = quotas;
  }

  /** The runs of the store in a line each, newest first; all of them where nothing is said. What is parked says why. */
  runs(query: RunQuery = {}): Promise<RunList> {
    return runsOf(this.#shelf, query);
  }

  /** How much people were asked in the newest runs of a query; of 1,000 where no limit is said. */
  stats(query: RunQuery = {}): Promise<AskStats> {
    return statsOf(this.#shelf.journal, query);
  }

  /** How a run stands. @throws UnknownRunError. */
  show(run: string): Promise<Result> {
    return shownOf(this.#shelf, run);
  }

  /** Where a run went wrong first, as `whyOf` tells it. @throws UnknownRunError. */
  why(run: string): Promise<Why> {
    return explained(this.#shelf, run);
  }

  /** What an agent did in the newest runs that have ended: by it a new version, prompt or model can be measured. */
  cases(agent: string, query: CaseQuery = {}): Promise<Case[]> {
    return casesOf(this.#shelf, agent, query);
  }

  /** What models were sent in a run, exactly, with secrets taken out. @throws UnknownRunError. */
  prompts(run: string): Promise<Prompts> {
    return prompted(this.#shelf, run);
  }

  /** Events that were not taken, of one run or of all, and who was refused by quota. @throws UnknownRunError. */
  async letters(run?: string): Promise<Letters> {
    return { letters: await lettersIn(this.#shelf.journal, run), refused: this.#quotas.refused() };
  }

  /**
   * What is known in a scope from one day to the next: lists, searches (the scopes above it too), notes, corrects, accepts what an agent noted, settles
   * an open decision or promise, forgets. @throws BadRequestError for a record that is not there, and a note that cannot be kept.
   */
  memory(
    scope: string,
    command: MemoryCommand = { is: 'list' },
    principal: Principal = EMBEDDER,
  ): Promise<MemoryRecord[]> {
    if (command.is !== 'correct')
      return carryOut(this.teaching.memory, scope, command, principal.id);
    const { request, who } = command;
    return this.correct(request, who, { scope, principal }).then((record) => [record]);
  }

  /**
   * Says who takes a request: from now on such a one goes there, in that scope and those below it. What was said of the very same before
   * counts no more.
   * @param request its text, at most 2,000 characters, or the id of the run in which it was asked.
   * @param who an agent, team or machine that can be asked in words; null: nobody here.
   * @param options `scope`: default that of the run, or `local`.
   * @throws BadRequestError where nobody is called so, no words are left, or the scope is none that the run may read; UnknownRunError.
   */
  async correct(
    request: string,
    who: string | null,
    { scope, principal = EMBEDDER }: Pick<AskOptions, 'scope' | 'principal'> = {},
  ): Promise<MemoryRecord> {
    return corrected(this.teaching, request, who, { scope, author: principal.id });
  }

  /**
   * What was said in a conversation so far: the last turns word for word, as its next one is told of them, and a line of each before, 100 at
   * once. @param before a dropped turn: those before it are listed. @throws BadRequestError where it is none.
   */
  session(scope: string, name: string, before?: string): Promise<Session> {
    return this.sessions.show(scope, name, before);
  }
}

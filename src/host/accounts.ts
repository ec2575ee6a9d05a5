import type { RunList, RunQuery } from '../store/ports.ts';
import { statsOf, type AskStats } from '../observe/stats.ts';
import type { Case } from '../observe/cases.ts';
import type { Prompts } from '../observe/prompts.ts';
import type { Why } from '../observe/why.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import { carryOut, type MemoryCommand } from '../memory/command.ts';
import type { Knowing } from '../memory/knowing.ts';
import type { Memory } from '../memory/memory.ts';
import type { MemoryRecord } from '../memory/record.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { EMBEDDER, type Result } from './asks.ts';
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

interface Kept {
  readonly memory: Memory;
  readonly sessions: Sessions;
  readonly knowing: Knowing;
}

/** What can be asked about runs without moving them. */
export class Accounts {
  readonly #shelf: Shelf;
  readonly #quotas: Quotas;
  readonly #memory: Memory;
  protected readonly sessions: Sessions;
  protected readonly knowing: Knowing;

  constructor(shelf: Shelf, quotas: Quotas, { memory, sessions, knowing }: Kept) {
    this.knowing = knowing;
    this.#memory = memory;
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
   * What is known in a scope from one day to the next: lists, searches (the scopes above it too), notes, accepts what an agent noted, settles
   * an open decision or promise, forgets. @throws BadRequestError for a record that is not there, and a note that cannot be kept.
   */
  memory(
    scope: string,
    command: MemoryCommand = { is: 'list' },
    principal: Principal = EMBEDDER,
  ): Promise<MemoryRecord[]> {
    return carryOut(this.#memory, scope, command, principal.id);
  }

  /**
   * What was said in a conversation so far: the last turns word for word, as its next one is told of them, and a line of each before, 100 at
   * once. @param before a dropped turn: those before it are listed. @throws BadRequestError where it is none.
   */
  session(scope: string, name: string, before?: string): Promise<Session> {
    return this.sessions.show(scope, name, before);
  }
}

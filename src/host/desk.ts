import type { RunList, RunQuery } from '../store/ports.ts';
import type { Case } from '../observe/cases.ts';
import type { CaseQuery } from './shown.ts';
import type { MemoryCommand } from '../memory/command.ts';
import type { MemoryRecord } from '../memory/record.ts';
import type { Session } from '../sessions/session.ts';
import type { Prompts } from '../observe/prompts.ts';
import type { Why } from '../observe/why.ts';
import type { Review } from '../decide/reviews.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import type { AskStats } from '../observe/stats.ts';
import type { AskOptions, Result } from './asks.ts';
import type { Verdict } from './verdicts.ts';
import type { Letters } from './letters.ts';
import type { Stopped } from './stops.ts';

export interface DecideOptions extends AskOptions {
  /** Of the configuration's `tokens`; only where the desk is that of a data folder. */
  readonly token?: string;
}

/** Where people turn to: the same whether the organisation works in this process or in the one that holds the folder. */
export interface Desk {
  ask(text: string, options?: AskOptions): Promise<Result>;
  /** Takes up a run that a process left behind. */
  resume(run: string, options?: AskOptions): Promise<Result>;
  reviews(): Promise<readonly Review[]>;
  /** Decides as the desk's user, or as whose token it is. */
  decide(id: string, verdict: Verdict, options?: DecideOptions): Promise<Result>;
  stop(run: string, principal?: Principal): Promise<Stopped>;
  /** Stops every run. */
  stopAll(principal?: Principal): Promise<Stopped[]>;
  /** Runs in a line each, newest first. */
  runs(query?: RunQuery): Promise<RunList>;
  /** How much people were asked in the newest runs of a query; of 1,000 where no limit is said. */
  stats(query?: RunQuery): Promise<AskStats>;
  show(run: string): Promise<Result>;
  /** Where a run went wrong first. */
  why(run: string): Promise<Why>;
  /** What an agent did in the newest runs that have ended. */
  cases(agent: string, query?: CaseQuery): Promise<readonly Case[]>;
  /** What models were sent in a run, with secrets taken out. */
  prompts(run: string): Promise<Prompts>;
  /** What was said in a conversation so far; what of it is dropped, before a turn of it. */
  session(scope: string, name: string, before?: string): Promise<Session>;
  /** Lists or changes what is known in a scope. */
  memory(
    scope: string,
    command?: MemoryCommand,
    principal?: Principal,
  ): Promise<readonly MemoryRecord[]>;
  /** Events that were not taken, of one run or of all. */
  letters(run?: string): Promise<Letters>;
  /** Delivers one of them again, once. */
  redeliver(letter: string, principal?: Principal): Promise<void>;
  /** Forgets the words of a run that has ended, or one value of it; resolves with how many values. */
  forget(run: string, hash?: string): Promise<number>;
  /** Takes up every run that has not ended; only where this process holds the store. Resolves with how many there are. */
  takeUp?(): Promise<number>;
  /** Begins what is planned, instant by instant; only where this process holds the store. Resolves with how many plans there are. */
  keepSchedules?(): Promise<number>;
  close(): Promise<void>;
}

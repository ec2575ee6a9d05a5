import type { RunList, RunQuery } from '../store/ports.ts';
import type { Why } from '../observe/why.ts';
import type { Review } from '../decide/reviews.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import type { Letters } from './letters.ts';
import type { AskOptions, Result, Verdict } from './asks.ts';

/** Where people turn to: the same whether the organisation works in this process or in the one that holds the folder. */
export interface Desk {
  ask(text: string, options?: AskOptions): Promise<Result>;
  /** Takes up a run that a process left behind. */
  resume(run: string, options?: AskOptions): Promise<Result>;
  reviews(): Promise<readonly Review[]>;
  decide(id: string, verdict: Verdict, options?: AskOptions): Promise<Result>;
  stop(run: string, principal?: Principal): Promise<void>;
  /** Runs in a line each, newest first. */
  runs(query?: RunQuery): Promise<RunList>;
  show(run: string): Promise<Result>;
  /** Where a run went wrong first. */
  why(run: string): Promise<Why>;
  /** Events that were not taken, of one run or of all. */
  letters(run?: string): Promise<Letters>;
  /** Delivers one of them again, once. */
  redeliver(letter: string, principal?: Principal): Promise<void>;
  /** Forgets the words of a run that has ended, or one value of it; resolves with how many values. */
  forget(run: string, hash?: string): Promise<number>;
  /** Takes up every run that has not ended; only where this process holds the store. Resolves with how many there are. */
  takeUp?(): Promise<number>;
  close(): Promise<void>;
}

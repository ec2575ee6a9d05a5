import type * as z from 'zod';
import type { Journal, Store } from '../store/ports.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { RequestLimits } from './asks.ts';
import type { Clock, Model, Tools } from './ports.ts';
import type { Quota } from './quotas.ts';

export interface NovaOptions {
  readonly organisation: Organisation;
  /** Default: in memory, gone with the process. */
  readonly journal?: Journal;
  readonly store?: Store;
  readonly model?: Model;
  readonly clock?: Clock;
  readonly tools?: Tools;
  readonly limits?: z.input<typeof RequestLimits>;
  /** What each principal may send in. */
  readonly quota?: z.input<typeof Quota>;
  /** Dead letters of a run before it is paused; default 1,000. */
  readonly maxDeadLetters?: number;
  readonly newId?: (at: number) => string;
  /** Hears what failed outside of the machines; whoever waits for the run is told in any case. */
  readonly onTrouble?: (run: string, error: unknown) => void;
}

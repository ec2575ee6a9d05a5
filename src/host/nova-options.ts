import type * as z from 'zod';
import type { Journal, Store } from '../store/ports.ts';
import type { BreakerInput } from '../../machines/breaker.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { RequestLimits } from './asks.ts';
import type { Clock, Model, Tools } from './ports.ts';
import type { Quota } from './quotas.ts';
import type { RestartLimits } from './restarts.ts';
import type { TenantBudget } from './tenant-budget.ts';

export interface NovaOptions {
  readonly organisation: Organisation;
  /** Default: in memory, gone with the process. */
  readonly journal?: Journal;
  readonly store?: Store;
  readonly model?: Model;
  readonly clock?: Clock;
  readonly tools?: Tools;
  readonly limits?: z.input<typeof RequestLimits>;
  /** What all runs of a tenant may take together; default unbounded. */
  readonly tenantBudget?: TenantBudget;
  /** What each principal may send in. */
  readonly quota?: z.input<typeof Quota>;
  /** When the model or a tool that fails is left alone; default after 5 failures in a row, for 30,000 ms. False: never. */
  readonly breakers?: z.input<typeof BreakerInput> | false;
  /** How often an agent's code may end its thread; default 5 times in 60,000 ms. False: as often as it does. */
  readonly restarts?: z.input<typeof RestartLimits> | false;
  /** Dead letters of a run before it is paused; default 1,000. */
  readonly maxDeadLetters?: number;
  /** What is asked again and again, in a process that keeps them (`keepSchedules`, `nova stay`). */
  readonly schedules?: readonly z.input<typeof Schedule>[];
  /** The folder of each project, by its scope, for what looks below; default the folder of the run above. */
  readonly projects?: Readonly<Record<string, string>>;
  readonly newId?: (at: number) => string;
  /** Hears what failed outside of the machines; whoever waits for the run is told in any case. */
  readonly onTrouble?: (run: string, error: unknown) => void;
}

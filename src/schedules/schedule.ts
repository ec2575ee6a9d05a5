import * as z from 'zod';
import { LONGEST_REST_MS } from '../../machines/schedule.ts';
import { Scope } from '../../machines/protocol/scope.ts';
import { instantsOf } from './cron.ts';

/** What is later than this was missed. */
const GRACE_MS = 60_000;

const isKnown = ({ cron, timeZone }: { cron: string; timeZone: string }): boolean => {
  try {
    return instantsOf(cron, timeZone).after(0) !== undefined;
  } catch {
    return false;
  }
};

/** Something that is asked, or one node that is run, again and again. */
export const Schedule = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    /** Five fields, or six with seconds: `0 7 * * 1` is Mondays at seven. */
    cron: z.string(),
    /** IANA; default UTC. */
    timeZone: z.string().default('UTC'),
    /** A request in a person's words, or a node with its input. */
    ask: z.string().min(1).max(20_000).optional(),
    run: z.strictObject({ node: z.string(), input: z.json() }).optional(),
    scope: Scope,
    /** The folder that it is about. */
    project: z.string(),
    /** What becomes of an instant at which nobody was there: the last one is made up for, or nothing is; default nothing. */
    missed: z.enum(['once', 'skip']).default('skip'),
  })
  .refine(({ ask, run }) => (ask === undefined) !== (run === undefined), 'it has `ask` or `run`')
  .refine(isKnown, 'its cron pattern or time zone is none, or never comes');
export type Schedule = z.output<typeof Schedule>;

/** What a look at a schedule finds. */
export interface Look {
  /** The instant whose work is to begin, where that has not begun before. */
  readonly due: number | undefined;
  readonly restMs: number;
}

/** @param since when it was planned: nothing before that is due. */
export function lookAt(
  { cron, timeZone, missed }: Schedule,
  { since, at }: { readonly since: number; readonly at: number },
): Look {
  const instants = instantsOf(cron, timeZone);
  const last = instants.before(at);
  const isDue =
    last !== undefined && last > since && last <= at && (missed === 'once' || at - last < GRACE_MS);
  const next = instants.after(at) ?? Infinity;
  return {
    due: isDue ? last : undefined,
    restMs: Math.max(1, Math.min(next - at, LONGEST_REST_MS)),
  };
}

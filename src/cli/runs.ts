import { BadRequestError } from '../errors/bad-request-error.ts';
import type { RunList, RunQuery } from '../store/ports.ts';
import { jsonText, runsText } from './print.ts';

/** What fits on a terminal. */
const DEFAULT_LIMIT = 20;

export interface RunsFlags {
  readonly json?: boolean;
  readonly limit?: string;
  readonly scope?: string;
  readonly state?: string;
}

function limitOf({ limit, json }: RunsFlags): number | undefined {
  // A document that is cut would be taken for the whole.
  if (limit === undefined) return json ? undefined : DEFAULT_LIMIT;
  if (limit === 'all') return undefined;
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit);
  throw new BadRequestError('--limit is a number from 1 on, or all');
}

/** `nova runs` */
export async function runs(
  list: (query: RunQuery) => Promise<RunList>,
  flags: RunsFlags,
): Promise<number> {
  const { scope, state } = flags;
  const limit = limitOf(flags);
  const { runs: found, total } = await list({
    ...(scope !== undefined && { scope }),
    ...(state !== undefined && { state }),
    ...(limit !== undefined && { limit }),
  });
  process.stdout.write(`${flags.json ? jsonText(found) : runsText(found, total)}\n`);
  return 0;
}

import { BadRequestError } from '../errors/bad-request-error.ts';
import type { RunList, RunQuery } from '../store/ports.ts';
import { STATS_RUNS, type AskStats } from '../observe/stats.ts';
import type { TenantStats } from '../observe/tenants.ts';
import { jsonText, printable, runsText } from './print.ts';

/** What fits on a terminal. */
const DEFAULT_LIMIT = 20;

export interface RunsFlags {
  readonly json?: boolean;
  readonly limit?: string;
  readonly scope?: string;
  readonly state?: string;
  readonly stats?: boolean;
}

function limitOf({ limit, json, stats }: RunsFlags): number | undefined {
  if (limit === undefined && stats) return STATS_RUNS;
  // A document that is cut would be taken for the whole.
  if (limit === undefined) return json ? undefined : DEFAULT_LIMIT;
  if (limit === 'all') return undefined;
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit);
  throw new BadRequestError('--limit is a number from 1 on, or all');
}

interface Look {
  readonly list: (query: RunQuery) => Promise<RunList>;
  readonly count: (query: RunQuery) => Promise<AskStats>;
}

const percent = (share: number | null): string =>
  share === null ? 'none' : `${Math.round(share * 100)} %`;

/** What a tenant may take, and has taken. */
function tenantText({
  tenant,
  allowance,
  taken,
  granted,
  borrowing,
  waiting,
}: TenantStats): string {
  const units = (['tokens', 'steps', 'cost'] as const).flatMap((unit) => {
    const most = allowance[unit];
    const more = granted[unit] > 0 ? ` and ${granted[unit]} more` : '';
    return most === undefined ? [] : [`${taken[unit]} of ${most}${more} ${unit}`];
  });
  return `tenant ${tenant}: ${units.join(', ')}; runs: ${borrowing} with a block, ${waiting} waiting`;
}

/** The load on people, in a few lines. */
function statsText(stats: AskStats): string {
  const {
    runs: seen,
    total,
    from,
    to,
    asks,
    asksPerRun,
    outcomes,
    askedAgain,
    most,
    tenants = [],
  } = stats;
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const span = seen === 0 ? '' : `, ${day(from)} to ${day(to)}`;
  const ended = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const often =
    most === undefined
      ? ''
      : `; most often ${most.purpose}: ${most.times} times (${most.hash.slice(0, 12)})`;
  return printable(
    [
      `${seen} of ${total} runs${span}`,
      `asked ${asks} times: ${asksPerRun.toFixed(2)} a run${asks === 0 ? '' : ` (${ended.join(', ')})`}`,
      `approved unchanged: ${percent(stats.approvedShare)} of what was decided; in under 2 s: ${percent(stats.quickShare)}`,
      `asked again for the same content: ${askedAgain} times${often}`,
      ...tenants.map(tenantText),
    ].join('\n'),
  );
}

/** `nova runs` */
export async function runs({ list, count }: Look, flags: RunsFlags): Promise<number> {
  const { scope, state } = flags;
  const limit = limitOf(flags);
  const query = {
    ...(scope !== undefined && { scope }),
    ...(state !== undefined && { state }),
    ...(limit !== undefined && { limit }),
  };
  if (flags.stats) {
    const counted = await count(query);
    process.stdout.write(`${flags.json ? jsonText(counted) : statsText(counted)}\n`);
    return 0;
  }
  const { runs: found, total } = await list(query);
  process.stdout.write(`${flags.json ? jsonText(found) : runsText(found, total)}\n`);
  return 0;
}

import { bullets, counted, inCode, inLine, type Ran } from 'nova-agents/tools';
import type { Account } from '../contracts.ts';

type Run = Ran['runs'][number];

/** Of each kind so many are said in words. */
export const MAX_TOLD = 20;
const MAX_ASKED_CHARS = 160;
const WEEK_DAYS = 7;
const MONTH_DAYS = 31;
const MAX_DAYS = 366;

/** The days that a question is about; a week where it names none. */
export function daysIn(text: string): { readonly fromDaysAgo: number; readonly toDaysAgo: number } {
  const since = (fromDaysAgo: number, toDaysAgo = 0) => ({ fromDaysAgo, toDaysAgo });
  const count = /\b(\d{1,3})\s+days?\b/iu.exec(text)?.[1];
  if (count !== undefined) return since(Math.min(Number(count), MAX_DAYS));
  if (/\byesterday\b/iu.test(text)) return since(1, /\btoday\b/iu.test(text) ? 0 : 1);
  if (/\b(?:today|tonight|this\s+(?:morning|afternoon|evening))\b/iu.test(text)) return since(0);
  if (/\bmonth\b/iu.test(text)) return since(MONTH_DAYS);
  return since(WEEK_DAYS);
}

const BAD: readonly string[] = ['refused', 'failed', 'expired', 'cancelled'];
const asked = ({ asked: text }: Pick<Run, 'asked'>): string => {
  const line = inLine(text);
  return inCode(line.length > MAX_ASKED_CHARS ? `${line.slice(0, MAX_ASKED_CHARS)} …` : line);
};
const ended = ({ outcome, reason }: Pick<Run, 'outcome' | 'reason'>): string =>
  reason === null ? outcome : `${outcome} (${reason})`;

/** Who forgets a run looks for lines that end so. */
const lineOf = (said: string, { run }: Pick<Run, 'run'>): string => `${said} (run ${run})`;

/** What of a run was not done and why: as its answer said, else as it ended. */
function undone(run: Run): Account['notDone'] {
  const request = asked(run);
  const said = run.notDone.map(({ what, why }) => ({
    what: inLine(what) === request ? request : `${request}: ${inLine(what)}`,
    why: inLine(why),
    run: run.run,
  }));
  if (said.length > 0 || !BAD.includes(run.outcome)) return said;
  const parts = run.parts.filter((part) => BAD.includes(part.outcome));
  const why = [ended(run), ...parts.map((part) => `${part.node} ended as ${ended(part)}`)];
  return [{ what: request, why: why.join('; '), run: run.run }];
}

/** Accounts for runs: what was done by whom, what was not and why, what waits on whom. */
export function accountOf({ runs, now, truncated }: Ran, text: string): Account {
  const { fromDaysAgo, toDaysAgo } = daysIn(text);
  const notDone = runs.flatMap(undone);
  const isOpen = ({ outcome }: Run) => ['waiting', 'open', 'paused'].includes(outcome);
  const waiting = runs.filter(isOpen).map((run) => ({
    what: asked(run),
    on: [...new Set(run.waits.flatMap(({ on }) => (on.length === 0 ? ['whoever asked'] : on)))],
    run: run.run,
  }));
  const done = runs.filter((run) => !isOpen(run) && !BAD.includes(run.outcome));
  const told = done.map((run) => {
    const by = [...new Set(run.parts.map(({ node }) => node))].join(', ');
    return lineOf(`${asked(run)}: ${ended(run)}${by === '' ? '' : `, by ${by}`}`, run);
  });
  const span = [fromDaysAgo, toDaysAgo].map((days) =>
    new Date(Date.parse(now) - days * 86_400_000).toISOString().slice(0, 10),
  );
  const summary = [
    `${counted(runs.length, 'run')} from ${[...new Set(span)].join(' to ')} (UTC)${truncated ? '; there are more' : ''}.`,
    ...bullets(
      'Not done',
      notDone.map(({ what, why, run }) => lineOf(`${what}: ${why}`, { run })),
      MAX_TOLD,
    ),
    ...bullets(
      'Waiting',
      waiting.map(({ what, on, run }) =>
        lineOf(`${what}${on.length === 0 ? ': at work' : ` on ${on.join(', ')}`}`, { run }),
      ),
      MAX_TOLD,
    ),
    ...bullets('Done', told, MAX_TOLD),
  ].join('\n');
  return { summary, runs: runs.length, notDone, waiting, truncated };
}

import type { Io } from 'nova-agents';
import { bullets, inLine, openRecords } from 'nova-agents/tools';
import * as z from 'zod';

const MAX_RECORDS = 200;
const MAX_POINTS = 12;
const DATE_CHARS = 'yyyy-mm-dd'.length;

export const keptTools = [openRecords] as const;

const Kept = z.array(
  z.strictObject({ text: z.string().min(1), author: z.string(), since: z.string() }),
);
/** What was decided or promised and is not settled, oldest first. */
export const Open = z.strictObject({
  decisions: Kept.max(MAX_RECORDS),
  promises: Kept.max(MAX_RECORDS),
  truncated: z.boolean(),
});

/** Looks what the memory knows to be open; null where nothing is. */
export async function lookAtOpen(io: Io<typeof keptTools>) {
  const { records, truncated } = await io.tool(openRecords, {});
  const of = (wanted: (typeof records)[number]['kind']) =>
    records.flatMap(({ kind, ...rest }) => (kind === wanted ? [rest] : []));
  const [decisions, promises] = [of('decision'), of('promise')];
  if (records.length === 0)
    return { found: null, summary: 'No decision and no promise is known to be open.' };
  const point = ({ text, author, since }: (typeof decisions)[number]) =>
    `${inLine(text)} (${inLine(author)}, ${since.slice(0, DATE_CHARS)})`;
  const summary = [
    ...bullets('Open decisions', decisions.map(point), MAX_POINTS),
    ...bullets('Open promises', promises.map(point), MAX_POINTS),
    ...(truncated ? ['More is open than is listed.'] : []),
  ].join('\n');
  return { found: { decisions, promises, truncated }, summary };
}

import type { Io } from 'nova-agents';
import { bullets, counted, explain, inLine, readBooks } from 'nova-agents/tools';
import type { Words } from '../../contracts.ts';
import { MAX_BAD_ROWS, MAX_FINDINGS, type Looked, type Table } from '../contracts.ts';
import { booksOf, type Books } from './books.ts';
import { askedOf, type Asked, type Lacking } from './request.ts';
import { judge, type Rule } from './rules.ts';

const MAX_TOLD = 12;
const MAX_NOT_JUDGED = 100;

/** The books that a request is about, or why there are none. */
export async function open(
  io: Io<readonly [typeof readBooks]>,
  words: Words,
  tables: readonly Table[],
): Promise<{ readonly asked: Asked; readonly books: Books } | Lacking> {
  const asked = askedOf(words);
  if ('reason' in asked) return asked;
  const { tenant, branch } = asked;
  const told = await io.tool(readBooks, { tenant, branch, tables: [...tables] });
  if (!told.folder) return explain(told);
  if (told.tables.every(({ why }) => why !== null)) {
    const whys = [...new Set(told.tables.map(({ why }) => why))].join(', ');
    return {
      reason: `No table of the books of ${tenant}/${branch} can be read (${whys}).`,
      needs: `CSV files such as books/${tenant}/${branch}/${tables[0]}.csv below the project`,
    };
  }
  if (told.truncated)
    return {
      reason: `The books of ${tenant}/${branch} have more rows than are read at once, and half of them prove nothing.`,
      needs: 'books with fewer rows, such as those of one year',
    };
  return { asked, books: booksOf(told) };
}

/** Applies rules, and puts into words what they came to; `lines` go on top. */
export function look(
  { asked, books }: { readonly asked: Asked; readonly books: Books },
  rules: readonly Rule[],
  lines: readonly string[],
): Looked {
  const { tenant, branch, period } = asked;
  const { findings, notJudged } = judge(books, period, rules);
  const told = findings.map(
    ({ rule, id, why, file, line }) =>
      `${rule}: ${inLine(id)}, ${inLine(why)} (\`${file}:${line}\`)`,
  );
  const bad = books.badRows.map(
    ({ file, line, reason }) => `\`${file}:${line}\` ${inLine(reason)}`,
  );
  const unread = [...books.absent].map(([table, why]) => `\`${books.fileOf(table)}\`: ${why}`);
  const doubtful = [...unread, ...notJudged.map((one) => inLine(one))];
  const summary = [
    `**${tenant}/${branch}, ${period}**: ${findings.length === 0 ? 'nothing found' : counted(findings.length, 'finding')}`,
    ...lines,
    ...bullets('Findings', told, MAX_TOLD),
    ...bullets('Rows that could not be read', bad, MAX_TOLD),
    ...bullets('Not judged', doubtful, MAX_TOLD),
  ].join('\n');
  return {
    summary,
    tenant,
    branch,
    period,
    findings: findings.slice(0, MAX_FINDINGS),
    badRows: books.badRows.slice(0, MAX_BAD_ROWS),
    notJudged: doubtful.slice(0, MAX_NOT_JUDGED),
    truncated: findings.length > MAX_FINDINGS || doubtful.length > MAX_NOT_JUDGED,
  };
}

/** What no schema can say of a look: every finding is of the branch that it says it is of, and told in its summary's figure. */
export function faultOf(value: unknown): string | undefined {
  const { tenant, branch, findings, badRows, truncated, summary } = value as Looked;
  const own = `books/${tenant}/${branch}/`;
  const foreign = [...findings, ...badRows].find(({ file }) => !file.startsWith(own));
  if (foreign !== undefined) return `${foreign.file} is not of ${tenant}/${branch}`;
  const said = findings.length === 0 ? 'nothing found' : counted(findings.length, 'finding');
  return truncated || summary.includes(said) ? undefined : `the summary does not say ${said}`;
}

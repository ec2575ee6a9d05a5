import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LOCAL, tenantOf } from '../../machines/protocol/scope.ts';
import { defineTool } from '../team/define-tool.ts';
import { readCsv, type Csv } from './csv.ts';
import { NoFolder, projectFolder } from './folder.ts';

const ROOT = 'books';
const MAX_TABLES = 16;
const MAX_FILE_BYTES = 4_000_000;
const MAX_ROWS = 50_000;
const MAX_BAD = 1000;
const MAX_CELL_CHARS = 1000;
const FOREIGN = 'it is a row of another branch';

/** No dot, no slash, no capital letter: what cannot be said cannot lead elsewhere. */
const Name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);

/** `linked`: it, or a folder above it, is a link, or the file has another name elsewhere. */
const WhyNoTable = z.enum(['missing', 'linked', 'not-a-file', 'too-large', 'unreadable']);
const BooksTable = z.strictObject({
  table: Name,
  /** Below the project. */
  file: z.string(),
  /** Null where it was read. */
  why: WhyNoTable.nullable(),
  header: z.array(z.string()),
  rows: z.array(z.strictObject({ line: z.int().min(2), cells: z.array(z.string()) })),
});
const Read = z.strictObject({
  folder: z.literal(true),
  /** As they were asked for. */
  tables: z.array(BooksTable).max(MAX_TABLES),
  /** Lines that are no row of this branch; `text` is their beginning, empty where it is not this branch's. */
  bad: z
    .array(
      z.strictObject({
        file: z.string(),
        line: z.int().min(1),
        reason: z.string().min(1),
        text: z.string(),
        /** It says that it is another branch's. */
        foreign: z.boolean(),
      }),
    )
    .max(MAX_BAD),
  /** There are more rows, or more bad lines, than are read. */
  truncated: z.boolean(),
});
export type Books = z.infer<typeof Read>;
type BooksTable = Books['tables'][number];

const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** The text of a file that lies exactly there, under no other name. */
async function textAt(path: string): Promise<{ text: string } | z.infer<typeof WhyNoTable>> {
  try {
    const file = await open(path, READ);
    try {
      const found = await file.stat();
      // Asked after it was opened: a folder above it may be put in the place of another at any time.
      const real = await realpath(path);
      const there = await lstat(real);
      if (real !== path || there.ino !== found.ino || there.dev !== found.dev) return 'linked';
      if (!found.isFile()) return 'not-a-file';
      if (found.nlink > 1) return 'linked';
      return found.size > MAX_FILE_BYTES ? 'too-large' : { text: await file.readFile('utf8') };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    if (code === 'ELOOP') return 'linked';
    return ['ENOENT', 'ENOTDIR'].includes(code) ? 'missing' : 'unreadable';
  }
}

/** Leaves out rows that name another tenant or branch, and those that no contract could hold. */
export function ownRows(csv: Csv, own: { readonly tenant: string; readonly branch: string }): Csv {
  const twice = csv.header.find((name, index) => csv.header.indexOf(name) < index);
  if (twice !== undefined) {
    const reason = 'header: it names a column twice, so that none of its rows is read';
    return { header: [], rows: [], bad: [{ line: 1, reason, text: '' }] };
  }
  const columns = (['tenant', 'branch'] as const)
    .map((of) => ({ at: csv.header.indexOf(of), name: own[of] }))
    .filter(({ at }) => at >= 0);
  const isOwn = (cells: readonly string[]) => columns.every(({ at, name }) => cells[at] === name);
  // A line that is no row may be anybody's where the rows say whose they are.
  const bad = csv.bad.map((one) => (isOwn(one.text.split(/[,;]/)) ? one : { ...one, text: '' }));
  const rows = csv.rows.filter(({ line, cells }) => {
    const isLong = cells.some((cell) => cell.length > MAX_CELL_CHARS);
    const text = cells.join(',').slice(0, MAX_CELL_CHARS);
    if (!isOwn(cells)) bad.push({ line, reason: FOREIGN, text: '' });
    else if (isLong)
      bad.push({ line, reason: `a cell has over ${MAX_CELL_CHARS} characters`, text });
    return isOwn(cells) && !isLong;
  });
  return {
    header: csv.header,
    rows,
    bad: bad.toSorted((a, b) => a.line - b.line),
  };
}

const BARRED: NoFolder = { folder: false, why: 'other-scope' };
/** A branch is read by its own runs, `<tenant>/<project>/<branch>`, and by those of whoever has all of them in a folder of their own. */
const isOpenTo = (scope: string, tenant: string, branch: string): boolean =>
  tenantOf(scope) === LOCAL || new RegExp(`^${tenant}/[^/]+/${branch}$`).test(scope);

/** The tables of one branch of one tenant, from `books/<tenant>/<branch>/<table>.csv` below the project. */
export const readBooks = defineTool({
  name: 'read-books',
  does: 'Reads CSV tables of the books of one branch of one tenant, and never of another one.',
  input: z.strictObject({
    tenant: Name,
    branch: Name,
    tables: z.array(Name).min(1).max(MAX_TABLES),
  }),
  output: z.discriminatedUnion('folder', [NoFolder, Read]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: async ({ tenant, branch, tables }, { project, scope, signal }) => {
    if (!isOpenTo(scope, tenant, branch)) return BARRED;
    const folder = await projectFolder(project);
    if (typeof folder !== 'string') return folder;
    const read = { folder: true as const, tables: [] as BooksTable[], bad: [] as Books['bad'] };
    let rowsLeft = MAX_ROWS;
    let truncated = false;
    for (const table of tables) {
      signal.throwIfAborted();
      const file = `${ROOT}/${tenant}/${branch}/${table}.csv`;
      const found = await textAt(join(folder, ROOT, tenant, branch, `${table}.csv`));
      if (typeof found === 'string') {
        read.tables.push({ table, file, why: found, header: [], rows: [] });
        continue;
      }
      const { header, rows, bad } = ownRows(await readCsv(found.text), { tenant, branch });
      const shown = rows.slice(0, rowsLeft);
      rowsLeft -= shown.length;
      const kept = bad.slice(0, MAX_BAD - read.bad.length);
      truncated ||= shown.length < rows.length || kept.length < bad.length;
      const copies = shown.map(({ line, cells }) => ({ line, cells: [...cells] }));
      read.tables.push({ table, file, why: null, header: [...header], rows: copies });
      read.bad.push(...kept.map((one) => ({ file, ...one, foreign: one.reason === FOREIGN })));
    }
    return { ...read, truncated };
  },
});

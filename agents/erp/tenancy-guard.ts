import { Ask, defineAgent, type Io } from 'nova-agents';
import { bullets, counted, explain, gitDiff, inCode, inLine, readFile } from 'nova-agents/tools';
import * as z from 'zod';
import {
  isAboutChanges,
  isQueryFile,
  pastedIn,
  pathsIn,
  pieceOf,
  usesIn,
  type Piece,
  type Placed,
} from './kit/material.ts';

const MAX_FILES = 20;
const MAX_FILE_BYTES = 400_000;
const MAX_USES = 500;
const MAX_TOLD = 15;
const NOT_SEEN =
  'Not judged: policies and views of the database, related rows that an ORM includes, and values that turn out to be undefined.';

const tools = [gitDiff, readFile] as const;
const UseSaid = z.strictObject({
  path: z.string().min(1),
  line: z.int().min(1),
  table: z.string().min(1),
  access: z.enum(['read', 'write']),
  /** `unclear`: it could not be read; never to be taken for safe. */
  verdict: z.enum(['safe', 'leaks', 'unclear']),
  why: z.string().min(1),
});
const Guarded = z.strictObject({
  summary: z.string().min(1),
  /** The worst of all. */
  verdict: z.enum(['safe', 'leaks', 'unclear']),
  uses: z.array(UseSaid).min(1).max(MAX_USES),
  /** Files that were to be read, and could not be. */
  unread: z.array(z.string()),
  truncated: z.boolean(),
});
type Verdict = z.infer<typeof Guarded>['verdict'];

const worstOf = (uses: readonly { verdict: Verdict }[], isWhole: boolean): Verdict => {
  const has = (verdict: Verdict) => uses.some((use) => use.verdict === verdict);
  return has('leaks') ? 'leaks' : has('unclear') || !isWhole ? 'unclear' : 'safe';
};
const VERDICTS = {
  safe: 'every query is held to one tenant and branch',
  leaks: 'rows of others are within reach',
  unclear: 'not everything could be read, so that nothing is called safe',
} as const;

interface Material {
  readonly pieces: Piece[];
  readonly unread: string[];
}

async function filesOf(io: Io<typeof tools>, paths: readonly string[]): Promise<Material> {
  const pieces: Piece[] = [];
  const unread = paths.slice(MAX_FILES).map((path) => `${inCode(path)} (too many files)`);
  for (const path of paths.slice(0, MAX_FILES)) {
    const file = await io.tool(readFile, { path, maxBytes: MAX_FILE_BYTES });
    if (file.read && !file.binary && !file.truncated) pieces.push(pieceOf(path, file.text));
    else unread.push(`${inCode(path)} (${file.read ? 'too large, or no text' : file.why})`);
  }
  return { pieces, unread };
}

/** What the request is about: queries in it, files that it names, or what is changed. */
async function materialOf(
  io: Io<typeof tools>,
  text: string,
): Promise<Material | { reason: string; needs: string }> {
  const pieces = pastedIn(text);
  if (pieces.length > 0) return { pieces, unread: [] };
  const paths = pathsIn(text);
  if (paths.length > 0) return filesOf(io, paths);
  const needs =
    'a query in the request, the path of a file with queries, or changes that are not committed';
  if (!isAboutChanges(text))
    return { reason: 'The request holds no query and names no file.', needs };
  const diff = await io.tool(gitDiff, { of: 'files' });
  if (!diff.repository) return explain(diff);
  const changed = diff.files.filter(
    ({ change, path }) => change !== 'deleted' && isQueryFile(path),
  );
  const found = await filesOf(
    io,
    changed.map(({ path }) => path),
  );
  if (diff.truncated) found.unread.push('more changes than are listed');
  return changed.length > 0 ? found : { reason: 'No file with queries is changed.', needs };
}

const line = ({ path, line: at, table, access, why }: Placed): string =>
  `${inCode(`${path}:${at}`)} ${access}s ${inCode(table)}: ${inLine(why)}`;

const open = {
  path: 'request',
  line: 1,
  table: 'invoices',
  access: 'read' as const,
  verdict: 'leaks' as const,
  why: 'nothing holds it to one branch',
};
const question = 'Does this leak? SELECT * FROM invoices WHERE tenant_id = $1';
const guarded = {
  summary:
    '**leaks**: rows of others are within reach (1 use of a table)\n**Leaks** (1)\n' +
    '- `request:1` reads `invoices`: nothing holds it to one branch\n' +
    NOT_SEEN,
  verdict: 'leaks' as const,
  uses: [open],
  unread: [],
  truncated: false,
};

/** Says which queries read or write a tenant's table without a filter on tenant and branch. */
export const tenancyGuard = defineAgent({
  id: 'tenancy-guard',
  version: 1,
  does: 'Guards the borders between tenants and branches: says which SQL statements and ORM calls (Prisma, Knex, TypeORM) read or write a table without a tenant and branch filter, by line.',
  doesNot: {
    'looking for secrets and dangerous deletions in changes': 'code-reviewer',
    'reading the books of a branch': 'ledger-keeper',
    'proposing new tables or columns': 'erp-architect',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a query is judged without its line',
      caughtBy: 'outcome',
      example: { guarded: { ...guarded, uses: [{ ...open, line: 0 }] } },
    },
    {
      when: 'what could not be read is called safe',
      caughtBy: 'check',
      example: {
        ask: question,
        input: { text: question },
        says: { guarded: { ...guarded, verdict: 'safe', uses: [{ ...open, verdict: 'unclear' }] } },
      },
    },
  ],
  input: Ask,
  outcomes: { guarded: Guarded },
  decides: ['tenant-isolation'],
  tools,
  limits: { maxTurns: 24, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const material = await materialOf(io, text);
    if ('reason' in material) return say.refused(material);
    const { pieces, unread } = material;
    const uses = await usesIn(pieces);
    if (uses.length === 0)
      return say.refused({
        reason: `No query was found in ${pieces.map(({ path }) => path).join(', ') || unread.join(', ')}.`,
        needs: 'SQL, or calls of Prisma, Knex or TypeORM',
      });
    const shown = uses.slice(0, MAX_USES);
    const truncated = shown.length < uses.length;
    const verdict = worstOf(uses, unread.length === 0);
    const of = (wanted: Verdict) => uses.filter((use) => use.verdict === wanted).map(line);
    const summary = [
      `**${verdict}**: ${VERDICTS[verdict]} (${counted(uses.length, 'use')} of a table)`,
      ...bullets('Leaks', of('leaks'), MAX_TOLD),
      ...bullets('Unclear', of('unclear'), MAX_TOLD),
      ...bullets('Not read', unread, MAX_TOLD),
      NOT_SEEN,
    ].join('\n');
    return say.guarded({ summary, verdict, uses: shown, unread, truncated });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'guarded') return undefined;
    const { verdict, uses, unread, truncated } = value as z.output<typeof Guarded>;
    const worst = worstOf(uses, unread.length === 0);
    return truncated || verdict === worst ? undefined : `it is ${worst}, and called ${verdict}`;
  },
  examples: [
    { ask: 'Does this SQL query leak over tenants?', input: { text: question }, says: { guarded } },
    {
      ask: 'Is every query in the report held to one tenant?',
      input: { text: 'Is every query in the report held to one tenant?' },
      says: {
        refused: {
          reason: 'The request holds no query and names no file.',
          needs:
            'a query in the request, the path of a file with queries, or changes that are not committed',
        },
      },
    },
  ],
  asks: [
    'Does my change leak data between tenants?',
    'Which statements in db/reports.sql have no tenant filter?',
    'Check this query: DELETE FROM payments WHERE id = $1',
    'Is the Prisma where clause in src/invoices.ts missing a branch filter?',
    'Can another tenant see these rows?',
    'Does the uncommitted SQL read rows of other branches?',
    'Are the Knex and TypeORM calls in src/stock.ts isolated by tenant?',
    'Find queries that write a table without filtering on tenant_id and branch_id',
    'Is this prisma.invoice.findMany({ where: { id } }) safe for several tenants?',
  ],
});

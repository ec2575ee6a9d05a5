import { Ask, defineAgent, type Io } from 'nova-agents';
import {
  bullets,
  counted,
  inCode,
  listFiles,
  readFile,
  readFiles,
  readTable,
} from 'nova-agents/tools';
import * as z from 'zod';
import { readRules } from './kit/listing-rules.ts';
import { judge, KINDS, type ListingTable } from './kit/listings.ts';

const RULES = 'marketplace.json';
const LISTINGS = ['listings/', 'listings.csv', 'listings.tsv', 'listings.json', 'listings.jsonl'];
const ENDINGS = ['.csv', '.tsv', '.json', '.jsonl', '.ndjson'];
const MAX_FILES = 2000;
const MAX_READ = 100;
const MAX_RULE_BYTES = 1_000_000;
const MAX_BYTES = 8_000_000;
const MAX_WRONG = 1000;
const MAX_POINTS = 20;

const tools = [listFiles, readFile, readFiles] as const;

const Wrong = z.strictObject({
  path: z.string().min(1),
  line: z.int().min(1),
  sku: z.string().nullable(),
  reasons: z.array(z.strictObject({ kind: z.enum(KINDS), why: z.string().min(1) })).min(1),
});
const Checked = z.strictObject({
  summary: z.string().min(1),
  /** The file of rules. */
  rules: z.string().min(1),
  files: z.array(z.string()).min(1),
  /** Rows of all files; each is right, or wrong. */
  listings: z.int().min(0),
  right: z.int().min(0),
  wrongCount: z.int().min(0),
  wrong: z.array(Wrong).max(MAX_WRONG),
  /** Files that could not be read, and why. */
  unread: z.array(z.string()),
});

const bad = {
  path: 'listings/shoes.csv',
  line: 3,
  sku: 'SH-2',
  reasons: [{ kind: 'ean' as const, why: '`4006381333932` has a wrong check digit, or is no EAN' }],
};
const checked = {
  summary:
    '**Listings**: 2 in 1 file, 1 wrong by `marketplace.json`.\n**Wrong** (1)\n' +
    '- `listings/shoes.csv:3` SH-2: `4006381333932` has a wrong check digit, or is no EAN',
  rules: RULES,
  files: ['listings/shoes.csv'],
  listings: 2,
  right: 1,
  wrongCount: 1,
  wrong: [bad],
  unread: [],
};
const ask = { text: 'Check our marketplace listings' };
const NEEDS = `the rules that listings must keep, as ${RULES} of the project: title, price, images, currencies, forbidden, categories`;

/** The files that a request names, else those that the rules name. */
function wantedFiles(
  text: string,
  there: readonly string[],
  declared: readonly string[],
): string[] {
  const named = there.filter(
    (path) => text.includes(path) || text.includes(path.slice(path.lastIndexOf('/') + 1)),
  );
  const isOf = (path: string) =>
    declared.some((one) => (one.endsWith('/') ? path.startsWith(one) : path === one));
  return named.length > 0 ? named : there.filter(isOf);
}

/** The tables of some files, and the files that are none or are more than is read at once. */
async function tablesOf(io: Io<typeof tools>, wanted: readonly string[]) {
  const texts = await io.tool(readFiles, { paths: wanted.slice(0, MAX_READ), maxBytes: MAX_BYTES });
  const [files, lost] = texts.folder ? [texts.files, texts.unread] : [[], []];
  const read = files.map(({ path, text }) => ({ path, table: readTable(path, text) }));
  const seen = new Set([...files, ...lost].map(({ path }) => path));
  const unread = [
    ...read.flatMap(({ path, table }) => ('fault' in table ? [[path, table.fault]] : [])),
    ...lost.map(({ path, why }) => [path, why]),
    ...wanted
      .filter((path) => !seen.has(path))
      .map((path) => [path, 'there is more than is read at once']),
  ].map(([path = '', why]) => `${inCode(path)}: ${why}`);
  return { tables: read.filter((one): one is ListingTable => 'rows' in one.table), unread };
}

/** Holds the listings of a marketplace to the values that they must keep. */
export const marketplaceSpecialist = defineAgent({
  id: 'marketplace-specialist',
  version: 1,
  does:
    'Checks the marketplace listings of the project by the rules of marketplace.json (required attributes of a category, price bounds, title ' +
    'length, forbidden words, currency, image count, unique SKU and EAN check digit) and names each wrong listing with line and reason.',
  doesNot: {
    'importing a table by columns that the request declares': 'table-importer',
    'auditing invoices': 'invoice-auditor',
    'proofreading prose': 'copy-editor',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a listing is called wrong without a reason',
      caughtBy: 'outcome',
      example: { checked: { ...checked, wrong: [{ ...bad, reasons: [] }] } },
    },
    {
      when: 'a listing is lost',
      caughtBy: 'check',
      example: {
        ask: 'Three listings of which two are told',
        input: ask,
        says: { checked: { ...checked, listings: 3 } },
      },
    },
  ],
  input: Ask,
  outcomes: {
    checked: Checked,
    /** No listing was looked at. */
    'broken-rules': z.strictObject({
      summary: z.string().min(1),
      rules: z.string().min(1),
      faults: z.array(z.string().min(1)).min(1),
    }),
  },
  decides: ['listing-values'],
  tools,
  limits: { maxTurns: 5, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const [said] = /[\w./-]*(?:rules|marketplace)[\w-]*\.json/i.exec(text) ?? [];
    const path = said ?? RULES;
    const file = await io.tool(readFile, { path, maxBytes: MAX_RULE_BYTES });
    if (!file.read || file.truncated)
      return say.refused({
        reason: `The rules ${inCode(path)} cannot be read (${file.read ? 'too large' : file.why}).`,
        needs: NEEDS,
      });
    const read = readRules(file.text);
    if ('faults' in read) {
      const summary = [
        `The rules ${inCode(path)} are broken; no listing was looked at.`,
        ...bullets('Faults', read.faults, MAX_POINTS),
      ];
      return say['broken-rules']({
        summary: summary.join('\n'),
        rules: path,
        faults: [...read.faults],
      });
    }
    const { rules } = read;
    const listed = await io.tool(listFiles, { endings: ENDINGS, maxFiles: MAX_FILES });
    const there = listed.folder
      ? listed.files.map((one) => one.path).filter((one) => one !== path)
      : [];
    const wanted = wantedFiles(text.replace(said ?? '', ''), there, rules.listings ?? LISTINGS);
    if (wanted.length === 0)
      return say.refused({
        reason: 'The project has no listings.',
        needs: `files such as listings/shoes.csv, or \`listings\` in ${inCode(path)}`,
      });
    const { tables, unread } = await tablesOf(io, wanted);
    const { listings, wrong } = judge(tables, rules);
    const points = wrong.map(
      ({ path: at, line, sku, reasons }) =>
        `${inCode(`${at}:${line}`)} ${sku === null ? '' : `${sku}: `}${reasons.map(({ why }) => why).join('; ')}`,
    );
    const result = wrong.length === 0 ? 'all right' : `${wrong.length} wrong`;
    return say.checked({
      summary: [
        `**Listings**: ${listings} in ${counted(tables.length, 'file')}, ${result} by ${inCode(path)}.`,
        ...bullets('Wrong', points, MAX_POINTS),
        ...bullets('Not read', unread, MAX_POINTS),
      ].join('\n'),
      rules: path,
      files: wanted.slice(0, MAX_READ),
      listings,
      right: listings - wrong.length,
      wrongCount: wrong.length,
      wrong: wrong.slice(0, MAX_WRONG),
      unread,
    });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'checked') return undefined;
    const { listings, right, wrongCount, wrong } = value as z.output<typeof Checked>;
    const isTold = wrong.length === Math.min(wrongCount, MAX_WRONG);
    return right + wrongCount === listings && isTold
      ? undefined
      : `${listings} listings came in, ${right + wrongCount} are told`;
  },
  examples: [
    { ask: 'Check our marketplace listings', input: ask, says: { checked } },
    {
      ask: 'Which listings break the marketplace rules?',
      input: { text: 'Which listings break the marketplace rules?' },
      says: {
        'broken-rules': {
          summary:
            'The rules `marketplace.json` are broken; no listing was looked at.\n**Faults** (1)\n- it is no JSON',
          rules: RULES,
          faults: ['it is no JSON'],
        },
      },
    },
    {
      ask: 'Do all listings have a valid EAN?',
      input: { text: 'Do all listings have a valid EAN?' },
      says: {
        refused: { reason: 'The rules `marketplace.json` cannot be read (missing).', needs: NEEDS },
      },
    },
  ],
  asks: [
    'Which listings have a title that is too long?',
    'Is any SKU used twice in the listings?',
    'Do the listings have enough images?',
    'Find listings with forbidden words',
    'Which shoes lack a required attribute?',
    'Are the prices of our listings within the bounds of the marketplace?',
    'Can listings/shoes.csv be uploaded to the marketplace?',
    'Check the EAN check digits of our listings',
    'Which offers on the marketplace have the wrong currency?',
  ],
});

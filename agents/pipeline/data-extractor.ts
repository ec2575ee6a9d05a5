import { defineAgent } from 'nova-agents';
import {
  bullets,
  counted,
  inCode,
  listFiles,
  mattersOf,
  readFile,
  readMatters,
  refusedAll,
} from 'nova-agents/tools';
import * as z from 'zod';
import { extract, KINDS, type Row } from './kit/extraction.ts';

const MAX_FILE_BYTES = 1_000_000;
const MAX_ROWS = 2000;
const MAX_POINTS = 20;
const ENDINGS = ['.txt', '.md', '.markdown', '.eml', '.log', '.text'];
const NEEDS =
  'a text in quotation marks or between lines of three backquotes, or the path of a text file of the project';

const ExtractAsk = z.strictObject({
  text: z.string().min(1),
  passage: z.string().min(1).optional(),
});
const Extracted = z.strictObject({
  summary: z.string().min(1),
  rows: z
    .array(
      z.strictObject({
        /** Null where the text came with the request. */
        path: z.string().nullable(),
        kind: z.enum(KINDS),
        line: z.int().min(1),
        column: z.int().min(1),
        raw: z.string().min(1),
        value: z.string().nullable(),
        currency: z.string().nullable(),
        cells: z.record(z.string(), z.string()).nullable(),
        doubt: z.string().nullable(),
      }),
    )
    .min(1)
    .max(MAX_ROWS),
  /** Why anything else that was asked for was not looked through. */
  unread: z.array(z.string().min(1)),
  truncated: z.boolean(),
});

const described = ({ kind, line, value, raw, currency, doubt }: Row): string =>
  `line ${line}: ${kind.replace('-', ' ')} ${inCode(value ?? raw)}${currency === null ? '' : ` ${currency}`}${doubt === null ? '' : ` (in doubt: ${doubt})`}`;

const passage = 'Invoice INV-2041 of 2026-03-01 over 1,250.50 €';
const request = `Extract the data from "${passage}"`;
const row = { path: null, line: 1, cells: null, currency: null, doubt: null };
const first = {
  ...row,
  kind: 'invoice' as const,
  column: 1,
  raw: 'Invoice INV-2041',
  value: 'INV-2041',
};
const rows = [
  first,
  { ...row, kind: 'date' as const, column: 21, raw: '2026-03-01', value: '2026-03-01' },
  {
    ...row,
    kind: 'amount' as const,
    column: 37,
    raw: '1,250.50 €',
    value: '1250.50',
    currency: 'EUR',
  },
];
const extracted = {
  summary:
    '**The text, 3 rows** (3)\n- line 1: invoice `INV-2041`\n- line 1: date `2026-03-01`\n- line 1: amount `1250.50` EUR',
  rows,
  unread: [],
  truncated: false,
};

/** Reads what a text says as data. */
export const dataExtractor = defineAgent({
  id: 'data-extractor',
  version: 1,
  does:
    'Extracts typed rows out of free text, such as a mail or a note: dates, amounts with currency, mail addresses, order and invoice ' +
    'numbers, key-value lines and Markdown tables, each with its place.',
  doesNot: {
    'importing a CSV or JSON file by declared columns': 'table-importer',
    'proofreading the text': 'copy-editor',
    'holding a comment for moderation': 'moderator',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a row has no place',
      caughtBy: 'outcome',
      example: { extracted: { ...extracted, rows: [{ ...first, line: 0 }] } },
    },
    {
      when: 'something is told that the text does not say',
      caughtBy: 'check',
      example: {
        ask: 'An amount that nobody wrote',
        input: { text: request },
        says: {
          extracted: {
            ...extracted,
            rows: [{ ...first, raw: 'Invoice INV-9999' }],
          },
        },
      },
    },
  ],
  input: ExtractAsk,
  outcomes: {
    extracted: Extracted,
    'none-found': z.strictObject({ summary: z.string().min(1) }),
  },
  tools: [listFiles, readFile],
  limits: { maxTurns: 40, maxRepairs: 0, deadlineMs: 60_000, maxTokens: 0 },
  act: async ({ text, passage: given }, say, io) => {
    const matters = given === undefined ? mattersOf(text, ENDINGS) : [{ text: given }];
    if (matters.length === 0)
      return say.refused({ reason: 'The request names no file and brings no text.', needs: NEEDS });
    const read = await readMatters(io, matters, MAX_FILE_BYTES);
    if (read.texts.length === 0) return say.refused(refusedAll(read.unread));
    const unread = read.unread.map(({ reason }) => reason);
    const looked = read.texts.map((one) => ({ ...one, rows: extract(one.text) }));
    const all = looked.flatMap(({ path, rows: own }) => own.map((one) => ({ path, ...one })));
    const found = all.slice(0, MAX_ROWS);
    const truncated = looked.some((one) => one.truncated) || found.length < all.length;
    const told = looked.flatMap(({ path, rows: own }) => {
      const where = path === null ? 'The text' : inCode(path);
      return own.length === 0
        ? [`${where}: no data was found.`]
        : bullets(`${where}, ${counted(own.length, 'row')}`, own.map(described), MAX_POINTS);
    });
    const summary = [
      ...told,
      ...unread,
      ...(truncated ? ['There is more than was read or is listed.'] : []),
    ].join('\n');
    return found.length === 0
      ? say['none-found']({ summary })
      : say.extracted({ summary, rows: found, unread, truncated });
  },
  check: ({ text, passage: given }, { outcome, value }) => {
    if (outcome !== 'extracted') return undefined;
    const whole = given ?? text;
    const { rows: told } = value as z.output<typeof Extracted>;
    const invented = told.find(({ path, raw }) => path === null && !whole.includes(raw));
    return invented && `${inCode(invented.raw)} does not stand in the text`;
  },
  examples: [
    {
      ask: 'Extract the invoice number, date and amount from this mail',
      input: { text: request },
      says: { extracted },
    },
    {
      ask: 'Extract the dates from notes.txt',
      input: { text: 'Extract the dates from notes.txt' },
      says: { 'none-found': { summary: '`notes.txt`: no data was found.' } },
    },
  ],
  asks: [
    'Which order numbers does this message mention?',
    'Pull all mail addresses out of this text',
    'Get the amounts with their currency out of the letter',
    'Turn this Markdown table into rows',
    'Read the key-value lines of this note as data',
    'What dates and prices are in this email?',
    'Extract structured data from the customer’s message',
  ],
});

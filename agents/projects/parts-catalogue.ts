import { Ask, defineAgent } from 'nova-agents';
import { bullets, counted, explain, inCode, inLine, listFiles, readFiles } from 'nova-agents/tools';
import * as z from 'zod';
import { isOfCatalogue, readCatalogue, TABLES, type Catalogue } from './kit/catalogue.ts';
import { inconsistencies, KINDS } from './kit/inconsistencies.ts';
import { partsOf, wantedIn } from './kit/parts.ts';
import { chainOf, MAX_CHAIN, successors } from './kit/supersessions.ts';

const ENDINGS = ['.csv', '.tsv', '.json', '.jsonl'];
const MAX_FILES = 2000;
const MAX_READ = 50;
const MAX_BYTES = 8_000_000;
const MAX_PARTS = 50;
const MAX_FINDINGS = 1000;
const MAX_BAD = 500;
const MAX_POINTS = 15;
const NEEDS = `a catalogue as files such as catalogue/parts.csv: ${Object.entries(TABLES)
  .map(([table, columns]) => `${table} (${columns.join(', ')})`)
  .join(', ')}`;

const place = { path: z.string().min(1), line: z.int().min(1) };
const Part = z.strictObject({
  ...place,
  number: z.string().min(1),
  name: z.string().min(1),
  unit: z.string().min(1),
  price: z.string().nullable(),
  /** The numbers that replace it, one after the other. */
  replacedBy: z.array(z.string()).max(MAX_CHAIN),
  references: z.array(z.string()),
  fits: z.array(z.string()),
});
const Checked = z.strictObject({
  summary: z.string().min(1),
  findings: z
    .array(
      z.strictObject({ kind: z.enum(KINDS), ...place, number: z.string(), why: z.string().min(1) }),
    )
    .max(MAX_FINDINGS),
  /** Lines that are no row of their table. */
  badRows: z.array(z.strictObject({ ...place, reason: z.string().min(1) })).max(MAX_BAD),
  parts: z.int().min(0),
  truncated: z.boolean(),
});

const pad = {
  path: 'catalogue/parts.csv',
  line: 2,
  number: '8E0-698-451',
  name: 'Brake pads, rear',
  unit: 'set',
  price: '39.90 EUR',
  replacedBy: ['8E0-698-451-L'],
  references: ['Bosch 0986494062'],
  fits: ['Audi A4'],
};
const found = {
  summary:
    '**Parts for 8E0-698-451** (1)\n- `8E0-698-451` Brake pads, rear (set, 39.90 EUR), `catalogue/parts.csv:2`; replaced by `8E0-698-451-L`; fits Audi A4',
  parts: [pad],
  truncated: false,
};
const gone = {
  kind: 'dangling' as const,
  path: 'catalogue/fits.csv',
  line: 7,
  number: 'X-1',
  why: 'is no part of the catalogue',
};
const checked = {
  summary:
    '**Catalogue**: 120 parts, 1 finding.\n**Findings** (1)\n- dangling: `X-1` is no part of the catalogue (`catalogue/fits.csv:7`)',
  findings: [gone],
  badRows: [],
  parts: 120,
  truncated: false,
};

function describeFound(
  about: string,
  parts: readonly z.output<typeof Part>[],
  rest: readonly string[],
): string {
  const points = parts.map(({ number, name, unit, price, path, line, replacedBy, fits }) => {
    const replaced =
      replacedBy.length === 0 ? '' : `; replaced by ${replacedBy.map(inCode).join(' → ')}`;
    const vehicles = fits.length === 0 ? '' : `; fits ${fits.map(inLine).join(', ')}`;
    return `${inCode(number)} ${inLine(name)} (${inLine(unit)}, ${price ?? 'no price'}), ${inCode(`${path}:${line}`)}${replaced}${vehicles}`;
  });
  return [...bullets(`Parts for ${inLine(about)}`, points, MAX_POINTS), ...rest].join('\n');
}

function check(
  catalogue: Catalogue,
  rest: readonly string[],
  isCut: boolean,
): z.output<typeof Checked> {
  const findings = inconsistencies(catalogue);
  const { bad, rows } = catalogue;
  const points = findings.map(
    ({ kind, number, why, path, line }) =>
      `${kind}: ${inCode(number)} ${why} (${inCode(`${path}:${line}`)})`,
  );
  return {
    summary: [
      `**Catalogue**: ${counted(rows.parts.length, 'part')}, ${findings.length === 0 ? 'nothing that does not fit' : counted(findings.length, 'finding')}.`,
      ...bullets('Findings', points, MAX_POINTS),
      ...rest,
    ].join('\n'),
    findings: findings.slice(0, MAX_FINDINGS),
    badRows: bad.slice(0, MAX_BAD),
    parts: rows.parts.length,
    truncated: isCut || findings.length > MAX_FINDINGS || bad.length > MAX_BAD,
  };
}

/** What could not be read, and what nothing can be said of. */
function restOf({ bad, absent }: Catalogue): string[] {
  const lines = bad.map(({ path, line, reason }) => `${inCode(`${path}:${line}`)} ${reason}`);
  return [
    ...bullets('Rows that could not be read', lines, MAX_POINTS),
    ...(absent.length > 0
      ? [`Not there, so that nothing is said of them: ${absent.join(', ')}.`]
      : []),
  ];
}

/** Knows the catalogue of a parts shop: what fits, what replaces what, and what does not fit together. */
export const partsCatalogue = defineAgent({
  id: 'parts-catalogue',
  version: 1,
  does:
    'Knows the parts catalogue of a shop: finds a part by its number, cross reference, name or the vehicle that it fits, tells by what a part ' +
    'was replaced (supersession chain), and finds inconsistencies: dangling references, doubled numbers, cycles, unit mismatch, parts that fit nothing.',
  doesNot: {
    'counting stock in the warehouse': 'inventory',
    'checking listings of a marketplace': 'marketplace-specialist',
    'importing a table by columns that the request declares': 'table-importer',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a part is told without its place',
      caughtBy: 'outcome',
      example: { found: { ...found, parts: [{ ...pad, line: 0 }] } },
    },
    {
      when: 'a chain comes back to where it was',
      caughtBy: 'check',
      example: {
        ask: 'A circle of parts',
        input: { text: 'What replaces A-1?' },
        says: {
          chain: { summary: '`A-1` → `B-1` → `a1`', numbers: ['A-1', 'B-1', 'a1'], current: 'a1' },
        },
      },
    },
  ],
  input: Ask,
  outcomes: {
    found: z.strictObject({
      summary: z.string().min(1),
      parts: z.array(Part).min(1).max(MAX_PARTS),
      truncated: z.boolean(),
    }),
    chain: z.strictObject({
      summary: z.string().min(1),
      /** From the oldest that was asked for to the current one. */
      numbers: z
        .array(z.string().min(1))
        .min(1)
        .max(MAX_CHAIN + 1),
      current: z.string().min(1),
    }),
    checked: Checked,
    'not-found': z.strictObject({ summary: z.string().min(1), parts: z.int().min(0) }),
  },
  decides: ['part-replacement'],
  tools: [listFiles, readFiles],
  limits: { maxTurns: 4, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const listed = await io.tool(listFiles, { endings: ENDINGS, maxFiles: MAX_FILES });
    if (!listed.folder) return say.refused(explain(listed));
    const paths = listed.files.map(({ path }) => path).filter(isOfCatalogue);
    if (paths.length === 0)
      return say.refused({ reason: 'The project has no parts catalogue.', needs: NEEDS });
    const texts = await io.tool(readFiles, {
      paths: paths.slice(0, MAX_READ),
      maxBytes: MAX_BYTES,
    });
    if (!texts.folder) return say.refused(explain(texts));
    // Of half a catalogue nobody could say that something is missing in it.
    if (texts.truncated || texts.unread.length > 0 || paths.length > MAX_READ)
      return say.refused({
        reason: `The catalogue cannot be read whole${texts.unread.map(({ path, why }) => ` (${inCode(path)}: ${why})`).join('')}.`,
        needs: `at most ${MAX_READ} files of text, of 1 MB each and 8 MB together`,
      });
    const catalogue = readCatalogue(texts.files);
    const rest = restOf(catalogue);
    const wanted = wantedIn(catalogue, text);
    if (wanted === undefined)
      return say['not-found']({
        summary: [
          `No part of ${counted(catalogue.rows.parts.length, 'part')} is meant by that.`,
          ...rest,
        ].join('\n'),
        parts: catalogue.rows.parts.length,
      });
    if (wanted.is === 'check') return say.checked(check(catalogue, rest, listed.truncated));
    if (wanted.is === 'find') {
      const parts = partsOf(catalogue, wanted.rows.slice(0, MAX_PARTS));
      if (parts.length === 0)
        return say['not-found']({
          summary: [`Nothing in the catalogue fits ${inLine(wanted.about)}.`, ...rest].join('\n'),
          parts: catalogue.rows.parts.length,
        });
      return say.found({
        summary: describeFound(wanted.about, parts, rest),
        parts,
        truncated: wanted.rows.length > MAX_PARTS,
      });
    }
    const { numbers, isCycle } = chainOf(successors(catalogue), wanted.number);
    if (isCycle || numbers.length > MAX_CHAIN)
      return say.refused({
        reason: `${inCode(wanted.number)} is replaced in a circle, or too often: ${numbers.map(inCode).join(' → ')}.`,
        needs: 'supersessions that come to an end',
      });
    const current = numbers.at(-1) ?? wanted.number;
    const told =
      numbers.length === 1
        ? `${inCode(current)} is not replaced.`
        : `${numbers.map(inCode).join(' → ')}; ${inCode(current)} is the current one.`;
    return say.chain({ summary: [told, ...rest].join('\n'), numbers, current });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'chain') return undefined;
    const { numbers, current } = value as {
      readonly numbers: readonly string[];
      readonly current: string;
    };
    const known = new Set(numbers.map((number) => number.toUpperCase().replace(/[\s.\-/]/g, '')));
    if (known.size < numbers.length) return 'the chain comes back to where it was';
    return numbers.at(-1) === current ? undefined : `${current} is not the end of the chain`;
  },
  examples: [
    {
      ask: 'Find part 8E0-698-451 in the catalogue',
      input: { text: 'Find part 8E0-698-451 in the catalogue' },
      says: { found },
    },
    {
      ask: 'By what was part 8E0-698-451 replaced?',
      input: { text: 'By what was part 8E0-698-451 replaced?' },
      says: {
        chain: {
          summary: '`8E0-698-451` → `8E0-698-451-L`; `8E0-698-451-L` is the current one.',
          numbers: ['8E0-698-451', '8E0-698-451-L'],
          current: '8E0-698-451-L',
        },
      },
    },
    {
      ask: 'Check the parts catalogue for inconsistencies',
      input: { text: 'Check the parts catalogue for inconsistencies' },
      says: { checked },
    },
  ],
  asks: [
    'Which brake pads fit a Golf of 2012?',
    'Which air filter fits a Passat?',
    'Which part number supersedes 06A-115-561?',
    'What is the cross reference for Bosch 0986494062?',
    'Are there supersession cycles in the catalogue?',
    'Which parts fit no vehicle?',
    'Are part numbers doubled in the catalogue?',
    'What does the oil filter 1K0-115-403 cost?',
    'Does the catalogue have dangling references?',
    'Which parts have a unit that differs from the price list?',
  ],
});

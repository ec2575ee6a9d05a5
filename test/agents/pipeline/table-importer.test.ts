// Goal: table-importer turns files into checked rows; every row that comes in is good or rejected with its line and reason.
// Method: pairs of a fault and a look-alike, files broken at a seeded place, and the agent over files of a project.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsIn, readCell } from '../../../agents/pipeline/kit/columns.ts';
import { checkRows } from '../../../agents/pipeline/kit/import.ts';
import { sheetIn } from '../../../agents/pipeline/kit/tables.ts';
import { readDelimited, readJsonRows as readJson } from '../../../src/tools/table-text.ts';
import { tableImporter } from '../../../agents/pipeline/table-importer.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';
import { rowsOf, textCell, sheetOf, workbookOf } from '../../fixtures/xlsx.ts';

interface Imported {
  readonly summary: string;
  readonly rows: readonly { line: number; values: object }[];
  readonly rejected: readonly { line: number; reasons: string[]; raw: string }[];
  readonly ignored: readonly string[];
  readonly rowsIn: number;
  readonly reason?: string;
}
const imported = (name: string, content: string | Buffer, words = '') =>
  perform<Imported>(
    tableImporter,
    `Import ${name} ${words}`,
    new Folder().write(name, content).path,
  );

test('columns are read out of words', () => {
  expect(
    columnsIn(
      'Import a.csv with the columns: sku text required, unit price number 0..9.5, day date 2026-01-01.. and sold bool.',
    ),
  ).toEqual([
    { name: 'sku', kind: 'text', required: true },
    { name: 'unit price', kind: 'number', required: false, min: 0, max: 9.5 },
    { name: 'day', kind: 'date', required: false, min: '2026-01-01' },
  ]);
  expect(columnsIn('Which rows of orders.csv are broken?')).toEqual([]);
});

test.each([
  ['integer', '7', 7],
  ['integer', '7.5', 'whole'],
  ['integer', '99999999999999999999', 'whole'],
  ['number', ' -1.50 ', -1.5],
  ['number', '1e3', 'no number'],
  ['number', '1,5', 'no number'],
  ['date', '2024-02-29', '2024-02-29'],
  ['date', '2026-02-29', 'no day'],
  ['date', '1.2.2026', 'no day'],
  ['boolean', 'Yes', true],
  ['boolean', 'maybe', 'neither'],
  ['text', ' x ', ' x '],
] as const)('%s: %s', (kind, raw, expected) => {
  const read = readCell({ name: 'a', kind }, raw, false);
  const fault = { fault: expect.stringContaining(`${expected}`) as string };
  expect(read).toEqual('fault' in read ? fault : { value: expected });
});

test('with commas for decimals, what has two readings is rejected', () => {
  expect(readCell({ name: 'a', kind: 'number' }, '1,5', true)).toEqual({ value: 1.5 });
  expect(readCell({ name: 'a', kind: 'number' }, '1.234', true)).toMatchObject({
    fault: expect.stringContaining('two ways') as string,
  });
});

describe('a delimited file', () => {
  test('has quoted cells with delimiters, marks and lines in them', () => {
    expect(readDelimited('\uFEFFa;b\r\n"x;""y""";"1\r\n2"\r\n\r\nz;')).toEqual({
      header: ['a', 'b'],
      commas: true,
      rows: [
        { line: 2, cells: { a: 'x;"y"', b: '1\n2' } },
        { line: 5, cells: { a: 'z', b: '' } },
      ],
    });
  });

  test('loses only its own line by a mark that is never closed, or by cells too many', () => {
    const read = readDelimited('a,b\n1,"2\n3,4\n5,6,7\n"8"9,0\n"x","y"\n');
    expect(read).toMatchObject({
      rows: [
        { line: 2, fault: 'a quotation mark is never closed', raw: '1,"2' },
        { line: 3, cells: { a: '3', b: '4' } },
        { line: 4, fault: 'it has 3 cells, the header 2' },
        { line: 5, fault: 'there is something after a closed quotation mark' },
        { line: 6, cells: { a: 'x', b: 'y' } },
      ],
    });
  });

  test('with one broken line of any kind keeps all others (random)', () => {
    const holds = () =>
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 30 }),
          fc.nat(),
          fc.constantFrom('"', '1', 'a,b,c', '"x"y,1', ',,,'),
          (count, at, broken) => {
            const lines = Array.from({ length: count }, (_, index) => `r${index},${index}`);
            lines.splice(at % (count + 1), 0, broken);
            const table = readDelimited(['a,b', ...lines].join('\n'));
            if (!('rows' in table)) return false;
            const bad = table.rows.filter((row) => 'fault' in row);
            return (
              table.rows.length === count + 1 &&
              bad.length === 1 &&
              bad[0]?.line === (at % (count + 1)) + 2
            );
          },
        ),
        { numRuns: 300 },
      );
    expect(holds).not.toThrow();
  });
});

test('a list of JSON keeps its good elements beside a broken one, with their lines', () => {
  expect(readJson('{"rows": [\n {"a": "x]"},\n {"a": },\n 7,\n {"a": [1, 2]}\n]}', false)).toEqual({
    header: ['a'],
    commas: false,
    rows: [
      { line: 2, cells: { a: 'x]' } },
      { line: 3, fault: 'it is no JSON', raw: '{"a": }' },
      { line: 4, fault: 'it is no object', raw: '7' },
      { line: 5, cells: { a: [1, 2] } },
    ],
  });
  expect(
    checkRows({ header: ['constructor'], commas: false, rows: [{ line: 1, cells: {} }] }, []).good,
  ).toEqual([{ line: 1, values: { constructor: null } }]);
  expect(readJson('[{"a": 1}', false)).toHaveProperty('fault');
  expect(readJson('{"a":1}\n\nx', true)).toMatchObject({
    rows: [{ line: 1 }, { line: 3, fault: 'it is no JSON' }],
  });
});

test('good and rejected are told, with all reasons of a row, twice the same', async () => {
  const text = 'sku,price,note\nA1,9.5,x\n,abc,y\nA3,2000,z\nA4,,\n';
  const words = 'with the columns sku text required, price number 0..1000';
  const said = await imported('prices.csv', text, words);
  expect(said.value).toMatchObject({
    rowsIn: 4,
    ignored: ['note'],
    rows: [
      { line: 2, values: { sku: 'A1', price: 9.5 } },
      { line: 5, values: { sku: 'A4', price: null } },
    ],
    rejected: [
      { line: 3, reasons: ['`sku` is empty', '`price`: `"abc"` is no number'] },
      { line: 4, reasons: ['`price`: `"2000"` is above 1000'] },
    ],
  });
  expect(said.value.summary).toContain('- line 4: `price`');
  expect(JSON.stringify(await imported('prices.csv', text, words))).toBe(JSON.stringify(said));
});

test.each([
  ['a.csv', 'x,x\n1,2\n', 'twice'],
  ['a.csv', 'x\n1\n', 'lacks the required'],
  ['a.json', '{}', 'no list of rows'],
  ['a.csv', `x\n${'1\n'.repeat(10_001)}`, '10001 rows'],
  ['a.csv', `x\n${'1'.repeat(4_000_001)}`, 'too large'],
  ['a.csv', `${'x'.repeat(1000)}\n${'1\n'.repeat(5000)}`, 'more than one answer'],
])(
  '%s is refused as a whole where it cannot be told row by row (%#)',
  async (name, content, reason) => {
    const words = reason.startsWith('lacks') ? 'columns y text required' : '';
    const said = await imported(name, content, words);
    expect([said.outcome, said.value.reason]).toEqual(['refused', expect.stringContaining(reason)]);
  },
);

test.each([
  ['Import the sheet June of books.xlsx', { sheet: 'June' }],
  ['Import "Q1 2026.xlsx", sheet "Q1 2026", header in row 3', { sheet: 'Q1 2026', headerRow: 3 }],
  ['Import books.xlsx, the sheet named Juni-1', { sheet: 'Juni-1' }],
  ['Validate this sheet of stock.xlsx, a spreadsheet export', {}],
])('a sheet is read out of words: %s', (text, expected) => {
  expect(sheetIn(text)).toEqual(expected);
});

test('a sheet of a workbook is told with those that were not read; one that is not there is refused', async () => {
  const june = sheetOf(
    rowsOf([textCell('sku'), textCell('price')], [textCell('A1'), '<c t="e"><v>#REF!</v></c>']),
  );
  const folder = new Folder().write(
    'books.xlsx',
    workbookOf({ sheets: { May: sheetOf(''), June: june } }),
  );
  const heard = await perform<Imported>(
    tableImporter,
    'Import the sheet june of books.xlsx',
    folder.path,
  );
  expect(heard.value.rejected).toEqual([
    { line: 2, reasons: ['B2 holds the error #REF!'], raw: 'A1,' },
  ]);
  expect(heard.value.summary).toMatch(
    /^`books.xlsx`, sheet `June`: 1 row, 0 good, 1 rejected.*not read: `May`\./s,
  );
  const other = await perform<Imported>(
    tableImporter,
    'Import the sheet July of books.xlsx',
    folder.path,
  );
  expect(other).toMatchObject({
    outcome: 'refused',
    value: { needs: 'one of its sheets: `May`, `June`' },
  });
});

const DAY_0 = Date.UTC(1899, 11, 30);
/** A cell as a text and as a cell of a sheet, some of which do not fit their column. */
const cells = [
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => [text, textCell(text)]),
  fc
    .integer({ min: -99_999, max: 99_999 })
    .chain((whole) =>
      fc.constantFrom(
        [`${whole / 100}`, `<c><v>${whole / 100}</v></c>`],
        ['n/a', textCell('n/a')],
        [`${whole}`, textCell(`${whole}`)],
      ),
    ),
  fc
    .integer({ min: 100, max: 60_000 })
    .map((day) => [
      new Date(DAY_0 + day * 86_400_000).toISOString().slice(0, 10),
      `<c s="1"><v>${day}</v></c>`,
    ]),
  fc.constantFrom(['true', '<c t="b"><v>1</v></c>'], ['', '<c/>'], ['maybe', textCell('maybe')]),
];
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('the same table comes to the same rows as text and as a workbook (random)', async () => {
  const words =
    'with the columns id integer required, name text, price number -500..500, day date, sold boolean';
  const header = ['id', 'name', 'price', 'day', 'sold'];
  const rows = async (file: string, content: string | Buffer) => {
    const { value } = await imported(file, content, words);
    return {
      good: value.rows,
      rejected: value.rejected.map(({ line }) => line),
      rowsIn: value.rowsIn,
    };
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(...cells), { maxLength: 12 }), async (table) => {
      const text = table.map((row, id) =>
        [`${id}`, ...row.map(([written = '']) => quoted(written))].join(','),
      );
      const sheet = rowsOf(
        header.map(textCell),
        ...table.map((row, id) => [`<c><v>${id}</v></c>`, ...row.map(([, cell = '']) => cell)]),
      );
      const book = workbookOf({ sheets: { A: sheetOf(sheet) }, formats: ['d.m.yyyy'] });
      expect(await rows('a.xlsx', book)).toEqual(
        await rows('a.csv', [header.join(','), ...text].join('\n')),
      );
    }),
    { numRuns: 15 },
  );
});

test('a column of which nobody knows what it is to hold is asked for, and prose after the columns is none', async () => {
  const file = ['a.csv', 'sku,price\nA1,2\n'] as const;
  const lacking = await imported(...file, 'with the columns sku text required, price');
  expect([lacking.outcome, lacking.value.reason]).toEqual([
    'refused',
    expect.stringContaining('`price`'),
  ]);
  const prose = await imported(
    ...file,
    'with the columns sku text, price number, and tell me all that is bad',
  );
  expect(prose.value.rows).toEqual([{ line: 2, values: { sku: 'A1', price: 2 } }]);
});

test('of several files none is lost: each is a table, or it is said why it is none', async () => {
  const folder = new Folder().write('a.csv', 'sku\nA1\n').write('b.csv', 'sku\nB1\nB2\n');
  const text = 'Import a.csv, b.csv and none.csv with the columns sku text';
  const { outcome, value } = await perform<{
    readonly summary: string;
    readonly tables: readonly Imported[];
    readonly unread: readonly { readonly path: string }[];
  }>(tableImporter, text, folder.path);
  expect(outcome).toBe('taken');
  expect(value.tables.map(({ rowsIn }) => rowsIn)).toEqual([1, 2]);
  expect(value.unread.map(({ path }) => path)).toEqual(['none.csv']);
  for (const name of ['a.csv', 'b.csv', 'none.csv']) expect(value.summary).toContain(name);
});

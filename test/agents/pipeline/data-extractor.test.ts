// Goal: data-extractor reads data with its place, gives no value where there are two readings, and invents nothing.
// Method: pairs of what is data and what only looks so; the agent over a request and over a file of a project.
import { expect, test } from 'vitest';
import { dataExtractor } from '../../../agents/pipeline/data-extractor.ts';
import { extract } from '../../../agents/pipeline/kit/extraction.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';

const told = (text: string) =>
  extract(text).map(({ kind, value, currency }) => [
    kind,
    value,
    ...(currency === null ? [] : [currency]),
  ]);

test.each([
  ['on 2024-02-29 and 2026-02-29', [['date', '2024-02-29']]],
  ['am 3.11.2026', [['date', '2026-11-03']]],
  [
    'on 3rd of November 2026 or Nov 4, 2026',
    [
      ['date', '2026-11-03'],
      ['date', '2026-11-04'],
    ],
  ],
  [
    'on 13/12/2026 but 11/12/2026',
    [
      ['date', '2026-12-13'],
      ['date', null],
    ],
  ],
  [
    '1,250.50 € or 1.250,50 EUR',
    [
      ['amount', '1250.50', 'EUR'],
      ['amount', '1250.50', 'EUR'],
    ],
  ],
  [
    '$ 5 and 12 CHF and 1’000’000.5 CHF',
    [
      ['amount', '5', 'USD'],
      ['amount', '12', 'CHF'],
      ['amount', '1000000.5', 'CHF'],
    ],
  ],
  ['exactly 1.234 €', [['amount', null, 'EUR']]],
  ['-7,50 €', [['amount', '-7.50', 'EUR']]],
  ['mail Ada.Obi@Example.org.', [['mail', 'ada.obi@example.org']]],
  [
    'see order #10-22/A and invoice no. INV-7',
    [
      ['order', '10-22/A'],
      ['invoice', 'INV-7'],
    ],
  ],
  [
    'Rechnungsnummer: RE-2026-1',
    [
      ['field', 'RE-2026-1'],
      ['invoice', 'RE-2026-1'],
    ],
  ],
  ['- **Status**: open', [['field', 'open']]],
  ['in order to see version 1.2.3, 5 apples, 10:30 and a@b', []],
  ['the invoice is late; 50 % of 3 items', []],
  ['http://a.test/x', []],
])('%s', (text, expected) => {
  expect(told(text)).toEqual(expected);
});

test('a Markdown table becomes rows by its heads, and a row that does not fit is in doubt', () => {
  expect(
    extract('Stock\n\n| a | b |\n|---|:-:|\n| 1 | x\\|y |\n| 2 |\n\nno | table'),
  ).toMatchObject([
    { kind: 'table-row', line: 5, column: 1, cells: { a: '1', b: 'x|y' }, doubt: null },
    { kind: 'table-row', line: 6, cells: { a: '2', b: '' }, doubt: 'it has 1 cells, the head 2' },
  ]);
});

test('the agent tells the place of each, of a text and of a file, twice the same', async () => {
  const project = new Folder()
    .write('mail.txt', 'Hello,\nplease pay 12.50 € by 2026-12-01.\n')
    .write('none.txt', 'Hello');
  const said = await perform(dataExtractor, 'Extract the amounts from mail.txt', project.path);
  expect(said.value).toMatchObject({
    rows: [
      { path: 'mail.txt', line: 2, column: 12, raw: '12.50 €' },
      { path: 'mail.txt', line: 2, column: 23 },
    ],
  });
  expect(
    JSON.stringify(await perform(dataExtractor, 'Extract the amounts from mail.txt', project.path)),
  ).toBe(JSON.stringify(said));
  expect((await perform(dataExtractor, 'Extract: pay 3 € today', '/')).value).toMatchObject({
    rows: [{ path: null, value: '3' }],
  });
  const both = 'Extract the amounts from none.txt, gone.txt and mail.txt';
  expect((await perform(dataExtractor, both, project.path)).value).toMatchObject({
    rows: [{ path: 'mail.txt' }, { path: 'mail.txt' }],
    unread: ['There is no file `gone.txt`.'],
    summary: expect.stringContaining('`none.txt`: no data was found.'),
  });
  expect((await perform(dataExtractor, 'Extract from none.txt', project.path)).outcome).toBe(
    'none-found',
  );
  expect((await perform(dataExtractor, 'Extract the dates', '/')).outcome).toBe('refused');
});

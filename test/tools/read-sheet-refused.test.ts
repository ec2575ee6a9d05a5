// Goal: a workbook that is hostile or damaged is refused by name, within bounds; none is read in part.
// Method: workbooks written part by part, each with one lie; one of them cut and flipped at many places.
import { describe, expect, test } from 'vitest';
import { readSheet } from 'nova-agents/tools';
import { call } from '../fixtures/perform.ts';
import { Folder } from '../fixtures/repository.ts';
import {
  partsOf,
  rowsOf,
  sheetOf,
  textCell,
  workbookOf,
  zipOf,
  type BookOf,
} from '../fixtures/xlsx.ts';

const read = (file: Buffer | string) =>
  call(readSheet, { path: 'b.xlsx', maxRows: 1000 }, new Folder().write('b.xlsx', file).path);
const one = (rows: string, rest: Partial<BookOf> = {}) =>
  workbookOf({ sheets: { June: sheetOf(rows) }, ...rest });
const good = { sheets: { June: sheetOf(rowsOf([textCell('a')], [textCell('b')])) } };
const swapped = (name: string, content: string, says: object = {}) =>
  zipOf(partsOf(good).map((part) => (part.name === name ? { ...part, content, ...says } : part)));
const inSheet = (content: string, says: object = {}) =>
  swapped('xl/worksheets/s0.xml', content, says);
const EMPTY = sheetOf('');

describe('refused by name', () => {
  test.each<[string, string, () => Buffer | string]>([
    ['text with the ending of a workbook', 'no-workbook', () => 'a,b\n1,2\n'],
    ['nothing at all', 'no-workbook', () => ''],
    ['an empty zip', 'no-workbook', () => zipOf([])],
    [
      'another kind of document',
      'no-workbook',
      () => swapped('xl/book.xml', '<w:document xmlns:w="w"/>'),
    ],
    ['a zip of something else', 'no-workbook', () => zipOf([{ name: 'a.txt', content: 'a' }])],
    [
      'a container under a password',
      'locked',
      () => Buffer.from('d0cf11e0a1b11ae1'.padEnd(1024, '0'), 'hex'),
    ],
    [
      'an encrypted part',
      'locked',
      () => zipOf(partsOf(good).map((part) => ({ ...part, flags: 1 }))),
    ],
    ['a zip that was cut', 'broken', () => workbookOf(good).subarray(0, -40)],
    ['a part twice', 'broken', () => zipOf([...partsOf(good), ...partsOf(good)])],
    ['a part whose sum is another', 'broken', () => inSheet(EMPTY, { says: { crc: 1 } })],
    [
      'a part that goes on beyond its size',
      'broken',
      () => inSheet(EMPTY.padEnd(300_000), { says: { bytes: 500 } }),
    ],
    ['a part that says 65 MB', 'too-large', () => inSheet(EMPTY, { says: { bytes: 65_000_000 } })],
    ['declared entities', 'broken', () => inSheet(`<!DOCTYPE a [<!ENTITY e "x">]>${EMPTY}`)],
    [
      'elements that go deep',
      'broken',
      () => inSheet(sheetOf('<a>'.repeat(101) + '</a>'.repeat(101))),
    ],
    [
      '1,001 attributes',
      'broken',
      () =>
        inSheet(
          sheetOf(`<row ${Array.from({ length: 1001 }, (_, at) => `a${at}=""`).join(' ')}/>`),
        ),
    ],
    [
      'an entity that nobody knows',
      'broken',
      () => inSheet(sheetOf(rowsOf([textCell('a')], ['<c t="str"><v>&e;</v></c>']))),
    ],
    [
      'XML that does not close',
      'broken',
      () => inSheet(sheetOf('<row><c><v>1</v></c></row><row><c><v>2</v></row>')),
    ],
    [
      'XML that is cut',
      'broken',
      () => inSheet(sheetOf('<row><c><v>1</v></c></row>').slice(0, -30)),
    ],
    [
      'bytes that are no UTF-8',
      'broken',
      () => inSheet('\u00ff', { content: Buffer.from([0x3c, 0x61, 0xff]) }),
    ],
    [
      'rows out of order',
      'broken',
      () => inSheet(sheetOf('<row r="2"><c/></row><row r="2"><c/></row>')),
    ],
    [
      'cells out of order',
      'broken',
      () => inSheet(sheetOf('<row r="2"><c r="B2"/><c r="A2"/></row>')),
    ],
    ['a cell of another row', 'broken', () => inSheet(sheetOf('<row r="2"><c r="B3"/></row>'))],
    [
      'a cell beyond all columns',
      'broken',
      () => inSheet(sheetOf('<row r="2"><c r="ZZZ2"/></row>')),
    ],
    [
      'a shared text that is not there',
      'broken',
      () => inSheet(sheetOf(rowsOf([textCell('a')], ['<c t="s"><v>7</v></c>']))),
    ],
    ['a sheet without rows', 'no-header', () => inSheet(EMPTY)],
    [
      'a header that is merged',
      'no-header',
      () =>
        inSheet(
          sheetOf(
            rowsOf([textCell('a'), textCell('b')]),
            '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
          ),
        ),
    ],
    ['no sheet at all', 'no-sheet', () => workbookOf({ sheets: {} })],
    [
      '100,000 rows',
      'too-many-rows',
      () => inSheet(sheetOf('<row><c><v>1</v></c></row>'.repeat(100_000))),
    ],
    [
      'one text of 32 KB in 1,000 rows',
      'too-large',
      () =>
        one('<row><c t="s"><v>0</v></c></row>'.repeat(1000), {
          texts: [`<t>${'x'.repeat(32_000)}</t>`],
        }),
    ],
    [
      'a header of 2,000 over 600 rows of one cell',
      'too-large',
      () => {
        const c = '<c><v>1</v></c>';
        return one(
          rowsOf(
            Array.from({ length: 2000 }, () => c),
            ...Array.from({ length: 600 }, () => [c]),
          ),
        );
      },
    ],
    [
      'rows of 4 MB as they are answered',
      'too-large',
      () =>
        one(
          rowsOf(
            [textCell('a')],
            ...Array.from({ length: 900 }, () => [textCell('\u20ac'.repeat(1500))]),
          ),
        ),
    ],
    [
      '2,001 merges',
      'too-large',
      () =>
        inSheet(
          sheetOf(
            rowsOf([textCell('a')]),
            `<mergeCells>${'<mergeCell ref="A2:XFD1048576"/>'.repeat(2001)}</mergeCells>`,
          ),
        ),
    ],
  ])('%s', async (_, why, make) => {
    expect(await read(make())).toMatchObject({ read: false, why });
  });

  test('a call that is no longer wanted ends', async () => {
    const folder = new Folder().write('b.xlsx', workbookOf(good));
    const ended = call(readSheet, { path: 'b.xlsx', maxRows: 9 }, folder.path, AbortSignal.abort());
    await expect(ended).rejects.toThrow('aborted');
  });

  test('every cut, and every flipped byte, of a workbook: it is refused, or nothing is lost', async () => {
    const file = workbookOf({
      sheets: { June: sheetOf(rowsOf([textCell('a')], [textCell('b'), textCell('c')])) },
    });
    const whole = JSON.stringify(await read(file));
    const flip = (at: number) => Buffer.from(file).fill(file.readUInt8(at) ^ 0x11, at, at + 1);
    const ways = Array.from({ length: 30 }, (_, index) => Math.floor((index * file.length) / 30));
    const founds = await Promise.all(
      ways.flatMap((at) => [read(file.subarray(0, at)), read(flip(at))]),
    );
    const rows = founds.map((found) => (found.read ? JSON.stringify(found) : 'refused'));
    expect(new Set(rows)).toEqual(new Set(['refused', whole]));
  });
});

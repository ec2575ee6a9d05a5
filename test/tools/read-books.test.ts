// Goal: read-books reads the tables of one branch, nothing of another one by whatever way, and loses no row without saying so.
// Method: folders with odd names, links and hard links; files that are torn in many ways; canaries in all other branches.
import { linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBooks } from '../../src/tools/read-books.ts';
import { call } from '../fixtures/perform.ts';
import { Folder } from '../fixtures/repository.ts';

const CANARY = 'kestrel-of-accra';
const OWN = 'books/acme/lagos/articles.csv';
const OTHER = 'books/acme/accra/articles.csv';
const project = () =>
  new Folder().write(OWN, 'article,name\nA1,nail\n').write(OTHER, `article,name\nA2,${CANARY}\n`);
const read = (at: Folder, asked: object = {}) =>
  call(readBooks, { tenant: 'acme', branch: 'lagos', tables: ['articles'], ...asked }, at.path);
const from = async (content: string | Buffer) => {
  const told = await read(new Folder().write(OWN, content));
  return told.folder ? told : expect.fail('no folder');
};

describe('another branch', () => {
  test.each([
    { branch: '..' },
    { branch: '../accra' },
    { branch: 'lagos/../accra' },
    { branch: '.' },
    { branch: '' },
    { branch: 'ACCRA' },
    { branch: 'accra\0' },
    { branch: 'accra ' },
    { branch: '%2e%2e' },
    { branch: 'ａccra' },
    { branch: '*' },
    { branch: 'lagos\\..\\accra' },
    { tenant: '../books/acme' },
    { tenant: 'acme/accra' },
    { tables: ['../accra/articles'] },
    { tables: ['articles.csv'] },
    { tables: ['/etc/passwd'] },
  ])('cannot be named by %j', async (asked) => {
    await expect(read(project(), asked)).rejects.toThrow('pattern');
  });

  test('is not reached by a link: of the file, the branch, the tenant or the books, or by a second name', async () => {
    const places = [
      project().remove(OWN).link(OWN, '../accra/articles.csv'),
      project().remove('books/acme/lagos').link('books/acme/lagos', 'accra'),
      new Folder()
        .write('books/nord/lagos/articles.csv', `article,name\nA2,${CANARY}\n`)
        .link('books/acme', 'nord'),
      new Folder().write('elsewhere/acme/lagos/articles.csv', CANARY).link('books', 'elsewhere'),
    ];
    const hard = project().remove(OWN);
    linkSync(join(hard.path, OTHER), join(hard.path, OWN));
    for (const place of [...places, hard]) {
      const told = await read(place);
      expect(JSON.stringify(told)).not.toContain(CANARY);
      expect(told).toMatchObject({ tables: [{ why: 'linked', rows: [] }] });
    }
  });

  test('that wrote into the file of this one is left out, and nothing of it is told', async () => {
    const told = await from(
      'tenant,branch,article\nacme,lagos,A1\n' +
        `acme,accra,${CANARY}\nnord,lagos,${CANARY}\nacme,accra,${CANARY},more\nacme,lagos,A2,more\n`,
    );
    expect(told.tables[0]?.rows).toEqual([{ line: 2, cells: ['acme', 'lagos', 'A1'] }]);
    expect(told.bad.map(({ line, foreign, text }) => [line, foreign, text])).toEqual([
      [3, true, ''],
      [4, true, ''],
      [5, false, ''],
      [6, false, 'acme,lagos,A2,more'],
    ]);
    expect(JSON.stringify(told)).not.toContain(CANARY);
  });
});

describe('a torn file', () => {
  test.each([
    ['a,b\n1,"2\n3,4\n', 'a quote is not closed', [3]],
    ['a,b\n1,2"x"y\n"1"z,2\n3,4\n', 'quotes', [4]],
    ['a,b\n1\n3,4\n5,6,7\n', 'it has 1 cells, the header 2', [3]],
    [Buffer.from('a,b\n1,\xff\n3,4\n', 'latin1'), 'no UTF-8', [3]],
    [`a,b\n1,${'x'.repeat(1001)}\n3,4\n`, 'over 1000 characters', [3]],
  ])('%j: each bad row is named, and the others count', async (content, reason, lines) => {
    const { tables, bad } = await from(content);
    expect(tables[0]?.rows.map(({ line }) => line)).toEqual(lines);
    expect(bad[0]?.reason).toContain(reason);
    expect(bad.every(({ file, line }) => file === OWN && line > 1)).toBe(true);
  });

  test('with a byte order mark, carriage returns, semicolons, quoted commas and empty lines is whole', async () => {
    const { tables, bad } = await from('\ufeffa;b\r\n\r\n"1;""x""";2\r\n');
    expect(tables[0]).toMatchObject({
      header: ['a', 'b'],
      rows: [{ line: 3, cells: ['1;"x"', '2'] }],
    });
    expect(bad).toEqual([]);
  });

  test('whose header says a column twice, or is empty, gives no row', async () => {
    expect((await from('a,a\n1,2\n')).bad[0]).toMatchObject({ line: 1 });
    expect((await from('')).tables[0]?.rows).toEqual([]);
  });

  test('that is missing, a folder, or too large is told as such', async () => {
    const at = project();
    mkdirSync(join(at.path, 'books/acme/lagos/orders.csv'));
    at.write('books/acme/lagos/counts.csv', Buffer.alloc(4_000_001));
    const told = await read(at, { tables: ['orders', 'counts', 'payments', 'articles'] });
    const whys = told.folder ? told.tables.map(({ why }) => why) : [];
    expect(whys).toEqual(['not-a-file', 'too-large', 'missing', null]);
  });

  test('of more rows than are read says so', async () => {
    const told = await from(`a\n${'1\n'.repeat(50_001)}`);
    expect(told.tables[0]?.rows).toHaveLength(50_000);
    expect(told.truncated).toBe(true);
  });
});

// Goal: the catalogue tells every planted inconsistency and no look-alike, finds parts by what people call them, and refuses circles.
// Method: right catalogues by seed with planted errors of each kind; garbage rows; requests in words over one small catalogue.
import { expect, test } from 'vitest';
import { partsCatalogue } from '../../../agents/projects/parts-catalogue.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';
import { chance } from '../erp/chance.ts';

interface Told {
  readonly summary: string;
  readonly reason: string;
  readonly findings: readonly {
    readonly kind: string;
    readonly path: string;
    readonly line: number;
    readonly why: string;
  }[];
  readonly badRows: readonly {
    readonly path: string;
    readonly line: number;
    readonly reason: string;
  }[];
  readonly parts: readonly {
    readonly number: string;
    readonly price: string | null;
    readonly replacedBy: readonly string[];
  }[];
  readonly numbers: readonly string[];
}
const act = (text: string, project: string) => perform<Told>(partsCatalogue, text, project);
const HEADERS = {
  parts: 'number,name,unit,universal',
  supersessions: 'old,new',
  references: 'number,brand,reference',
  vehicles: 'vehicle,make,model,from,to',
  fits: 'number,vehicle,from,to',
  prices: 'number,unit,price,currency',
} as const;
type Table = keyof typeof HEADERS;

function planted(seed: number) {
  const { some, pick } = chance(seed);
  const lines = Object.fromEntries(
    Object.keys(HEADERS).map((table) => [table, [] as string[]]),
  ) as Record<Table, string[]>;
  const wanted: { kind: string; table: Table; row: string }[] = [];
  const add = (table: Table, row: string, kind = '') => {
    lines[table].push(row);
    if (kind !== '') wanted.push({ kind, table, row });
  };
  const part = (number: string, unit = 'piece', kind = '') =>
    add('parts', `${number},Part of ${number},${unit},`, kind);
  const whole = (number: string, unit = 'piece') => {
    part(number, unit);
    add('fits', `${number},golf,2010,2012`);
    add('prices', `${number},${unit},9.90,EUR`);
  };
  add('vehicles', 'golf,VW,Golf,2008,2013');
  add('vehicles', 'a4,Audi,A4,,');
  for (let at = 0; at < 40; at += 1) whole(`P-${100 + at}`);
  // Look-alikes: replaced and without a price, replaced by what is there, universal, a unit in capitals, years to the border.
  part('OLD-1', 'piece');
  add('fits', 'OLD-1,a4,1999,');
  add('supersessions', 'OLD-1,P-100');
  add('supersessions', 'LONG-GONE,P-101');
  add('parts', 'UNI-1,Wipes,box,yes');
  add('prices', 'UNI-1,Box,1.00,EUR');
  add('fits', 'P-102,GOLF,2008,2013');
  add('references', 'p 103,Bosch,0986');
  // Errors.
  part('P.1.04', 'piece', 'doubled-number');
  add('vehicles', 'A 4,Audi,A4,,', 'doubled-number');
  add('supersessions', 'P-105,GONE-1', 'dangling');
  add('references', 'GONE-2,Bosch,1', 'dangling');
  add('fits', 'GONE-3,golf,,', 'dangling');
  add('fits', 'P-106,polo,,', 'dangling');
  add('prices', 'GONE-4,piece,1.00,EUR', 'dangling');
  const round = ['P-110', 'P-111', 'P-112'];
  for (const [at, number] of round.entries())
    add('supersessions', `${number},${round[(at + 1) % 3]}`);
  add('supersessions', 'P-113,P-113', 'supersession-cycle');
  add('supersessions', 'P-114,P-115');
  add('supersessions', 'P-114,P-116', 'two-successors');
  part('LONE-1', 'piece', 'fits-nothing');
  add('prices', 'LONE-1,piece,1.00,EUR');
  add('prices', 'P-117,metre,1.00,EUR', 'unit-mismatch');
  whole('SET-1', 'set');
  add('supersessions', 'SET-1,P-118', 'unit-mismatch');
  part('FREE-1', 'piece', 'no-price');
  add('fits', 'FREE-1,a4,,');
  add('fits', 'P-119,golf,2012,2011', 'years');
  add('fits', 'P-120,golf,2007,2010', 'years');
  const folder = new Folder();
  const at = (table: Table, row: string) => lines[table].indexOf(row) + 2;
  for (const table of Object.keys(HEADERS) as Table[]) {
    // Which of two is the first, is said by their order.
    if (table !== 'parts' && table !== 'vehicles' && table !== 'supersessions')
      lines[table] = some(lines[table], 999);
    folder.write(`catalogue/${table}.csv`, `${HEADERS[table]}\n${lines[table].join('\n')}\n`);
  }
  const cyclic = `supersession-cycle ${at('supersessions', `${round[0]},${round[1]}`)} supersessions`;
  const all = [
    ...wanted.map(({ kind, table, row }) => `${kind} ${at(table, row)} ${table}`),
    cyclic,
  ].toSorted();
  return { folder, wanted: all, any: pick(round) };
}

test.each([1, 2, 3, 4, 5, 6])(
  'tells every inconsistency and no look-alike, seed %i',
  async (seed) => {
    const { folder, wanted, any } = planted(seed);
    const { value } = await act('Check the catalogue', folder.path);
    const told = value.findings.map(
      ({ kind, path, line }) => `${kind} ${line} ${path.replace(/.*\/|\.csv/g, '')}`,
    );
    expect(told.toSorted()).toEqual(wanted);
    expect(value.badRows).toEqual([]);
    const circle = await act(`What replaces ${any}?`, folder.path);
    expect(circle.outcome).toBe('refused');
    expect(circle.value.reason).toMatch(/in a circle, or too often: (?:`P-11[012]`(?: → )?){4}\./);
  },
);

const small = () =>
  new Folder()
    .write(
      'catalogue/parts.csv',
      'number;name;unit\n8E0-698-451;Brake pads, rear;set\n8E0-698-451-L;Brake pads, rear;set\n1K0-115-403;Oil filter;piece\n',
    )
    .write('catalogue/supersessions.csv', 'old,new\n8E0 698 451,8E0-698-451-L\n')
    .write(
      'catalogue/cross-references.json',
      '[{"number":"1K0115403","brand":"Bosch","reference":"0986 494"}]',
    )
    .write(
      'catalogue/vehicles.csv',
      'vehicle,make,model,from,to\ngolf,VW,Golf,2008,2013\na4,Audi,A4,,\n',
    )
    .write(
      'catalogue/fits.csv',
      'number,vehicle,from,to\n8E0-698-451-L,golf,2010,2013\n1K0-115-403,golf,,\n1K0-115-403,a4,,\n',
    )
    .write('catalogue/prices.csv', 'number,unit,price,currency\n1K0-115-403,piece,8.50,EUR\n');

test.each([
  ['Find part 8e0698451', 'found', ['8E0-698-451']],
  ['What is 0986-494 with us?', 'found', ['1K0-115-403']],
  ['Which brake pads fit a Golf of 2012?', 'found', ['8E0-698-451-L']],
  ['Which brake pads fit a VW Golf of 2009?', 'not-found', []],
  ['What fits the Audi A4?', 'found', ['1K0-115-403']],
  ['How much is an oil filter?', 'found', ['1K0-115-403']],
  ['Which parts fit the moon?', 'not-found', []],
  ['Who supersedes 8E0-698-451?', 'chain', ['8E0-698-451', '8E0-698-451-L']],
])('%s', async (text, outcome, numbers) => {
  const said = await act(text, small().path);
  expect(said.outcome).toBe(outcome);
  // Where nothing is found, parts are counted.
  const { numbers: chain, parts } = said.value as Partial<Told>;
  const told = Array.isArray(parts) ? (parts as Told['parts']).map(({ number }) => number) : chain;
  expect(told ?? []).toEqual(numbers);
});

test('a found part is told with its price, what replaces it and what it fits', async () => {
  const { value } = await act('Find 1K0-115-403', small().path);
  expect(value.parts).toMatchObject([
    {
      price: '8.50 EUR',
      replacedBy: [],
      references: ['Bosch 0986 494'],
      fits: ['VW Golf', 'Audi A4'],
    },
  ]);
});

test('each bad row is named; a table that is not there makes nothing dangle; without any it is refused', async () => {
  const folder = new Folder().write(
    'catalogue/parts.csv',
    'number,name,unit\nA-1,One\n"B-1,Two,piece\n,Three,piece\nC-1,Four,piece\n',
  );
  folder.write(
    'catalogue/prices.csv',
    'number,unit,price,currency\nC-1,piece,1e3,EUR\nC-1,piece,2,EUR\n',
  );
  folder
    .write('catalogue/fits.csv', 'part,vehicle\nC-1,golf\n')
    .write('catalogue/references.json', 'x');
  const { value } = await act('Check the catalogue', folder.path);
  expect(value.badRows.map(({ path, line }) => `${path}:${line}`)).toEqual([
    'catalogue/fits.csv:1',
    'catalogue/parts.csv:2',
    'catalogue/parts.csv:3',
    'catalogue/parts.csv:4',
    'catalogue/prices.csv:2',
    'catalogue/references.json:1',
  ]);
  expect(value.summary).toContain(
    'Not there, so that nothing is said of them: supersessions, vehicles.',
  );
  expect((await act('Check the catalogue', new Folder().path)).outcome).toBe('refused');
  folder.write('catalogue/parts.csv', Buffer.from([0]));
  expect((await act('Check the catalogue', folder.path)).value.reason).toContain(
    'cannot be read whole',
  );
});

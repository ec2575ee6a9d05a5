// Goal: each wrong listing is named with its line and every reason, no right one is, and no row of a garbage file is lost.
// Method: right listings by seed, with planted errors and look-alikes in files of three forms; broken rules and broken files.
import { expect, test } from 'vitest';
import { isEan } from '../../../agents/projects/kit/listings.ts';
import { marketplaceSpecialist } from '../../../agents/projects/marketplace-specialist.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';
import { chance } from '../erp/chance.ts';

interface Told {
  readonly summary: string;
  readonly listings: number;
  readonly right: number;
  readonly wrong: readonly {
    readonly path: string;
    readonly line: number;
    readonly reasons: readonly { readonly kind: string; readonly why: string }[];
  }[];
  readonly unread: readonly string[];
  readonly faults: readonly string[];
}
const act = (project: string, text = 'Check our listings') =>
  perform<Told>(marketplaceSpecialist, text, project);
const told = ({ wrong }: Told) =>
  wrong.map(
    ({ path, line, reasons }) => `${path}:${line} ${reasons.map(({ kind }) => kind).join(' ')}`,
  );

const RULES = {
  currencies: ['EUR', 'CHF'],
  title: { min: 5, max: 30 },
  price: { min: 1, max: 500 },
  images: { min: 1, max: 3 },
  forbidden: ['replica', 'best  price'],
  categories: {
    shoes: {
      required: ['size', 'colour'],
      values: { colour: ['red', 'blue'] },
      price: { max: 200 },
    },
    books: { required: ['author'] },
  },
};
const ean = (start: string) =>
  Array.from({ length: 10 }, (_, at) => `${start}${at}`).find(isEan) ?? '';

type Row = Readonly<Record<string, string>>;
const right = (n: number): Row => ({
  sku: `SKU-${n}`,
  title: `A fine article ${n}`,
  category: n % 2 === 0 ? 'shoes' : 'books',
  price: `${(n % 100) + 20}.50`,
  currency: n % 3 === 0 ? 'CHF' : 'EUR',
  ean: ean(`40063813${String(n).padStart(4, '0')}`),
  images: 'https://a.example/1.jpg',
  size: n % 2 === 0 ? '42' : '',
  colour: n % 2 === 0 ? 'red' : '',
  author: n % 2 === 0 ? '' : 'Ada',
});
/** Each with the reasons that it must be given. */
const WRONG: readonly (readonly [string, (row: Row) => Row])[] = [
  ['sku', (row) => ({ ...row, sku: '' })],
  ['category', (row) => ({ ...row, category: 'hats' })],
  ['category', (row) => ({ ...row, category: 'constructor' })],
  ['title', (row) => ({ ...row, title: 'Tiny' })],
  ['title', (row) => ({ ...row, title: 'x'.repeat(31) })],
  ['forbidden-word', (row) => ({ ...row, title: 'A fine REPLICA' })],
  ['forbidden-word', (row) => ({ ...row, title: 'The best price here' })],
  ['price', (row) => ({ ...row, price: '0.99' })],
  ['price', (row) => ({ ...row, category: 'shoes', size: '42', colour: 'red', price: '200.01' })],
  ['price', (row) => ({ ...row, price: '12,50' })],
  ['price', (row) => ({ ...row, price: 'EUR 20' })],
  ['currency', (row) => ({ ...row, currency: 'eur' })],
  [
    'ean',
    (row) => ({
      ...row,
      ean: `${row['ean']?.slice(0, -1)}${(Number(row['ean']?.at(-1)) + 1) % 10}`,
    }),
  ],
  ['ean', (row) => ({ ...row, ean: '4.00638E+12' })],
  ['images', (row) => ({ ...row, images: '' })],
  ['images', (row) => ({ ...row, images: 'a b|c d' })],
  ['attribute', (row) => ({ ...row, category: 'books', author: ' ' })],
  ['attribute', (row) => ({ ...row, category: 'shoes', size: '42', colour: 'green' })],
  ['doubled', (row) => ({ ...row, sku: 'SKU-0' })],
  ['doubled', (row) => ({ ...row, ean: ` ${right(0)['ean']?.replace(/^(.{3})/, '$1-')} ` })],
  [
    'attribute attribute title currency',
    (row) => ({ ...row, category: 'shoes', size: '', colour: '', title: '', currency: '' }),
  ],
];
const ALIKE: readonly ((row: Row) => Row)[] = [
  (row) => ({ ...row, title: 'Replicas of nothing' }),
  (row) => ({ ...row, title: '🦊'.repeat(30) }),
  (row) => ({ ...row, ean: '' }),
  (row) => ({ ...row, price: '1' }),
  (row) => ({ ...row, ean: ean('9638507') }),
  (row) => ({ ...row, images: ' a.jpg  b.jpg | c.jpg ' }),
  (row) => ({ ...row, sku: `${row['sku']}a` }),
];

function planted(seed: number) {
  const { some, upTo } = chance(seed);
  const rows = some(
    [
      ...Array.from({ length: 60 }, () => ['', (row: Row) => row] as const),
      ...WRONG,
      ...ALIKE.map((change) => ['', change] as const),
    ],
    999,
  ).map(([kind, change], at) => ({ kind, row: change(right(at + 1)) }));
  const all = [{ kind: '', row: right(0) }, ...rows];
  const [one, two] = [upTo(10, 30), upTo(40, 60)];
  const columns = Object.keys(right(0));
  const cut = [all.slice(0, one), all.slice(one, two), all.slice(two)] as const;
  const csv = [
    columns.join(','),
    ...cut[0].map(({ row }) => columns.map((name) => `"${row[name]}"`).join(',')),
  ];
  const lines = cut[1].map(({ row }) => {
    const { size, colour, author, images, ...rest } = row;
    return JSON.stringify({
      ...rest,
      images: images?.split(/[\s|]+/).filter(Boolean),
      attributes: { size, colour, author },
    });
  });
  const json = `[\n${cut[2].map(({ row }) => JSON.stringify(row)).join(',\n')}\n]`;
  const folder = new Folder()
    .write('marketplace.json', JSON.stringify(RULES))
    .write('other.csv', 'sku\n');
  folder
    .write('listings/a.csv', csv.join('\n'))
    .write('listings/b.jsonl', lines.join('\n'))
    .write('listings/c.json', json);
  const names = ['a.csv', 'b.jsonl', 'c.json'];
  const wanted = cut.flatMap((part, file) =>
    part.flatMap(({ kind }, at) =>
      kind === '' ? [] : [`listings/${names[file]}:${at + (file === 1 ? 1 : 2)} ${kind}`],
    ),
  );
  return { folder, wanted, count: all.length };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'finds every wrong listing and no other, seed %i',
  async (seed) => {
    const { folder, wanted, count } = planted(seed);
    const { outcome, value } = await act(folder.path);
    expect(outcome).toBe('checked');
    expect(told(value)).toEqual(wanted);
    expect(value).toMatchObject({ listings: count, right: count - wanted.length, unread: [] });
  },
);

test('of garbage each bad row is named, and files that cannot be read', async () => {
  const folder = new Folder().write('marketplace.json', '{}');
  folder.write('listings/a.csv', 'sku,title,price\nA,"open,5\nB,Fine,5\nC,Fine\n\nD,Fine,5,6\n');
  folder.write('listings/b.json', '[{"sku":"E","title":"Fine","price":1},{"sku":},7]');
  folder.write('listings/c.csv', Buffer.from([0, 1])).write('listings/d.json', 'nothing');
  const { value } = await act(folder.path);
  expect(told(value)).toEqual([
    'listings/a.csv:2 broken-row',
    'listings/a.csv:4 broken-row',
    'listings/a.csv:6 broken-row',
    'listings/b.json:1 broken-row',
    'listings/b.json:1 broken-row',
  ]);
  expect(value).toMatchObject({ listings: 7, right: 2 });
  expect(value.unread).toEqual([
    '`listings/d.json`: It holds no list of rows that is closed.',
    '`listings/c.csv`: binary',
  ]);
  expect((await act(folder.path, 'Check listings/b.json')).value.listings).toBe(3);
});

test('an EAN of 12 digits and the same one with a zero before it are one', async () => {
  const folder = new Folder().write('marketplace.json', '{}');
  const rows = ['036000291452', '0036000291452', '4006381333931'].map(
    (said, at) => `S${at},Fine,1,${said}`,
  );
  folder.write('listings.csv', `sku,title,price,ean\n${rows.join('\n')}\n`);
  expect(told((await act(folder.path)).value)).toEqual(['listings.csv:3 doubled']);
});

test('rules that are broken, or missing, or nothing to hold to them', async () => {
  const folder = new Folder().write(
    'marketplace.json',
    '{ "title": { "min": 9, "max": 3 }, "price": { "min": 1 } }',
  );
  expect((await act(folder.path)).value.faults).toEqual(['`title`: nothing is between its bounds']);
  folder.write('marketplace.json', '{ "colour": 1, "images": { "min": -1 } }');
  expect((await act(folder.path)).value.faults).toHaveLength(2);
  expect((await act(folder.write('marketplace.json', '{').path)).value.faults).toEqual([
    'it is no JSON',
  ]);
  expect((await act(folder.write('marketplace.json', '{}').path)).outcome).toBe('refused');
  expect((await act(new Folder().path)).outcome).toBe('refused');
});

test.each([
  ['4006381333931', true],
  ['96385074', true],
  ['036000291452', true],
  ['10012345678902', true],
  ['4006381333930', false],
  ['400638133393', false],
  ['', false],
])('%s is an EAN: %s', (said, is) => {
  expect(isEan(said)).toBe(is);
});

import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Store } from '../store/ports.ts';
import type { ContractCase } from './contract.ts';

const Note = z.strictObject({ text: z.string(), tags: z.array(z.string()).default([]) });

/** Names that a file system would mix up, refuse or follow out of its folder. */
const ODD_NAMES = [
  'a',
  'A',
  'a.json',
  'a/b',
  'a/..',
  '../a',
  '.',
  '..',
  'con',
  'NUL',
  'ends.',
  'a b',
  'é',
  'e\u0301',
  '%41',
  'c:\\d',
  'a\0b',
  'x~/y',
  '~',
  'long'.repeat(60),
  `${'long'.repeat(60)}/é`,
  '🌍'.repeat(50),
];

/** What every Store keeps; give each case a `make` that opens an empty one. */
export const storeContract: readonly ContractCase<Store>[] = [
  {
    name: 'gives undefined for a document that is missing, and lists nothing',
    async run(make) {
      const { port } = await make();
      assert.strictEqual(await port.read('none', Note), undefined);
      assert.deepStrictEqual(await port.list(''), []);
    },
  },
  {
    name: 'gives back what was written, parsed, also after it was opened again',
    async run(make) {
      const { port, reopen } = await make();
      await port.write('note', Note, { text: 'one' });
      assert.deepStrictEqual(await port.read('note', Note), { text: 'one', tags: [] });
      await port.write('note', Note, { text: 'two', tags: ['x'] });
      const again = await reopen();
      assert.deepStrictEqual(await again.read('note', Note), { text: 'two', tags: ['x'] });
    },
  },
  {
    name: 'keeps every JSON value exactly, falsy ones and odd keys included',
    async run(make) {
      const { port } = await make();
      const odd: unknown = JSON.parse('{"__proto__":{"b":[-0]},"":"\\ud800"}');
      for (const value of [null, false, 0, -0, '', [], {}, odd]) {
        await port.write('any', z.unknown(), value);
        assert.deepStrictEqual(await port.read('any', z.unknown()), value);
      }
    },
  },
  {
    name: 'keeps documents of odd names apart, and lists them sorted',
    async run(make) {
      const { port, reopen } = await make();
      for (const name of ODD_NAMES) await port.write(name, z.string(), name);
      const again = await reopen();
      for (const name of ODD_NAMES) assert.strictEqual(await again.read(name, z.string()), name);
      assert.deepStrictEqual(await again.list(''), ODD_NAMES.toSorted());
      assert.deepStrictEqual(await again.list('a/'), ['a/..', 'a/b']);
      assert.deepStrictEqual(await again.list('long'), ODD_NAMES.slice(19, 21));
    },
  },
  {
    name: 'refuses what is no name',
    async run(make) {
      const { port } = await make();
      for (const name of ['', '/', 'a/', '/a', 'a//b', '\ud800', 'x'.repeat(401)]) {
        await assert.rejects(port.write(name, z.string(), 'x'), { code: 'not_keepable' });
        await assert.rejects(port.read(name, z.string()), { code: 'not_keepable' });
      }
      assert.deepStrictEqual(await port.list(''), []);
    },
  },
  {
    name: 'refuses a value that does not fit, is not JSON or is too large, and keeps the old one',
    async run(make) {
      const { port } = await make();
      await port.write('note', z.unknown(), 'old');
      const wrong = { text: 1 } as unknown as z.input<typeof Note>;
      await assert.rejects(port.write('note', Note, wrong), { code: 'not_keepable' });
      await assert.rejects(port.write('note', z.unknown(), new Error('x')), { code: 'not_json' });
      const large = 'x'.repeat(1_000_001);
      await assert.rejects(port.write('note', z.string(), large), { code: 'too_large' });
      assert.strictEqual(await port.read('note', z.unknown()), 'old');
    },
  },
  {
    name: 'says that a document of another shape is corrupt, and leaves it',
    async run(make) {
      const { port } = await make();
      await port.write('note', z.unknown(), { text: 1 });
      await assert.rejects(port.read('note', Note), { code: 'corrupt_file', place: 'text' });
      assert.deepStrictEqual(await port.read('note', z.unknown()), { text: 1 });
    },
  },
  {
    name: 'keeps the order of overlapping calls for one document',
    async run(make) {
      const { port } = await make();
      const writes = Array.from({ length: 50 }, (_, at) => port.write('n', z.int(), at));
      const seen = port.read('n', z.int());
      await Promise.all([...writes, port.write('n', z.int(), 50)]);
      assert.strictEqual(await seen, 49);
      assert.strictEqual(await port.read('n', z.int()), 50);
    },
  },
  {
    name: 'shares no object with its callers',
    async run(make) {
      const { port } = await make();
      const list = [1];
      const written = port.write('list', z.array(z.int()), list);
      list.push(2);
      await written;
      (await port.read('list', z.array(z.int())))?.push(3);
      assert.deepStrictEqual(await port.read('list', z.array(z.int())), [1]);
    },
  },
  {
    name: 'closes after what was already asked, and then refuses',
    async run(make) {
      const { port, reopen } = await make();
      const written = port.write('n', z.int(), 1);
      await Promise.all([port.close(), written]);
      await assert.rejects(port.write('n', z.int(), 2), { code: 'store_unavailable' });
      await assert.rejects(port.read('n', z.int()), { code: 'store_unavailable' });
      await assert.rejects(port.list(''), { code: 'store_unavailable' });
      assert.strictEqual(await (await reopen()).read('n', z.int()), 1);
    },
  },
];

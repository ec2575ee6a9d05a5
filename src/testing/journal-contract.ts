import assert from 'node:assert/strict';
import type { Json } from '../../machines/protocol/values.ts';
import type { Journal, JournalRecord } from '../store/ports.ts';
import type { ContractCase } from './contract.ts';

/** Enough to be cut into several groups. */
const MANY_RECORDS = 200;

/** What every Journal keeps; give each case a `make` that opens an empty one. */
export const journalContract: readonly ContractCase<Journal>[] = [
  {
    name: 'gives back each record of a run, in order and exactly',
    async run(make) {
      const { port } = await make();
      const value = JSON.parse('{"__proto__":{"a":-0},"b":["\\ud800",1e-7,"é"]}') as Json;
      const records = [blob('a', value), committed('a', 1), begun('a'), forgotten('a')];
      await port.append(records, { sync: true });
      assert.deepStrictEqual(await port.read('a'), records);
    },
  },
  {
    name: 'is empty at first, and for a run it does not know',
    async run(make) {
      const { port } = await make();
      assert.deepStrictEqual(await port.runs(), []);
      assert.deepStrictEqual(await port.read('nobody'), []);
      assert.deepStrictEqual(port.dropped, []);
    },
  },
  {
    name: 'keeps the runs apart, and lists them in order of their first record',
    async run(make) {
      const { port } = await make();
      await port.append([committed('b', 1), committed('a', 1)], { sync: true });
      await port.append([committed('b', 2)], { sync: false });
      assert.deepStrictEqual(await port.runs(), ['b', 'a']);
      assert.deepStrictEqual(await port.read('b'), [committed('b', 1), committed('b', 2)]);
      assert.deepStrictEqual(await port.read('a'), [committed('a', 1)]);
    },
  },
  {
    name: 'keeps the order of overlapping calls, and what one call brings together',
    async run(make) {
      const { port, reopen } = await make();
      const seqs = Array.from({ length: MANY_RECORDS }, (_, seq) => seq);
      const pairs = seqs.map((seq) => [committed('a', 2 * seq), committed('a', 2 * seq + 1)]);
      await Promise.all(pairs.map((pair, seq) => port.append(pair, { sync: seq % 3 === 0 })));
      assert.deepStrictEqual(await port.read('a'), pairs.flat());
      assert.deepStrictEqual(await (await reopen()).read('a'), pairs.flat());
    },
  },
  {
    name: 'has everything again after it was closed and opened, synced or not',
    async run(make) {
      const { port, reopen } = await make();
      await port.append([committed('a', 1)], { sync: true });
      await port.append([begun('a')], { sync: false });
      const again = await reopen();
      assert.deepStrictEqual(await again.read('a'), [committed('a', 1), begun('a')]);
      assert.deepStrictEqual(again.dropped, []);
      await again.append([committed('a', 2)], { sync: true });
      assert.deepStrictEqual(await (await reopen()).read('a'), [
        committed('a', 1),
        begun('a'),
        committed('a', 2),
      ]);
    },
  },
  {
    name: 'shares no object with its callers',
    async run(make) {
      const { port } = await make();
      const list = [1];
      const appended = port.append([blob('a', list)], { sync: true });
      list.push(2);
      await appended;
      const [first] = await port.read('a');
      assert.deepStrictEqual(first, blob('a', [1]));
      (first as { value: Json }).value = 'changed';
      assert.deepStrictEqual(await port.read('a'), [blob('a', [1])]);
    },
  },
  {
    name: 'refuses what is no record, and keeps nothing of that call',
    async run(make) {
      const { port } = await make();
      const unknown = { kind: 'unknown', run: 'a' } as unknown as JournalRecord;
      const append = (record: JournalRecord) =>
        port.append([committed('a', 1), record], { sync: true });
      await assert.rejects(append(unknown), { code: 'not_keepable' });
      await assert.rejects(append(blob('a', Number.NaN)), { code: 'not_json' });
      await assert.rejects(append(blob('a', 'x'.repeat(17 * 1024 * 1024))), { code: 'too_large' });
      assert.deepStrictEqual(await port.runs(), []);
      await port.append([committed('a', 2)], { sync: true });
      assert.deepStrictEqual(await port.read('a'), [committed('a', 2)]);
    },
  },
  {
    name: 'closes after what was already asked, twice is once, and then refuses',
    async run(make) {
      const { port, reopen } = await make();
      const appended = port.append([committed('a', 1)], { sync: true });
      await Promise.all([port.close(), port.close(), appended]);
      await assert.rejects(port.append([begun('a')], { sync: true }), {
        code: 'store_unavailable',
      });
      await assert.rejects(port.read('a'), { code: 'store_unavailable' });
      assert.deepStrictEqual(await (await reopen()).read('a'), [committed('a', 1)]);
    },
  },
];

function committed(run: string, seq: number): JournalRecord {
  return { kind: 'committed', run, seq, incoming: { type: 'asked' }, outbox: [], digest: 'd' };
}

function begun(run: string): JournalRecord {
  return { kind: 'begun', run, effectId: 'effect.1', key: 'effect' };
}

function blob(run: string, value: Json): JournalRecord {
  return { kind: 'blob', run, hash: 'h', value };
}

function forgotten(run: string): JournalRecord {
  return { kind: 'forgotten', run, hashes: ['h'] };
}

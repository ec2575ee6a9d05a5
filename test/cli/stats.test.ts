// Goal: the load that is put on people is told as figures, from the journal alone, and says what it looked at.
// Method: a folder whose journal real gates have written, at known times, counted by hand; a process that cannot load any code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import { statsOf } from '../../src/observe/stats.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { ada, valued, world } from '../kernel/small-world.ts';
import { folder, nova } from './nova-process.ts';

const [one, other] = [valued('payment', { pay: 1 }), valued('payment', { pay: 2 })];

/** Gates, each asked at 0 about a content, and what is said to it after so many milliseconds. */
const gates: readonly (readonly [
  typeof one,
  Record<string, Json>,
  readonly (readonly [number, string])[],
])[] = [
  [one, {}, [[1_999, 'gate.approved']]],
  [one, {}, [[2_000, 'gate.approved']]],
  [one, { purpose: 'other' }, [[1, 'gate.rejected']]],
  [
    other,
    { escalation: [{ deciders: ['ada'], withinMs: 1_000 }] },
    [
      [10_000, 'time'],
      [11_000, 'time'],
    ],
  ],
  [other, {}, []],
];

const terms = { allowance: { steps: 5 }, perMs: 1_000 };
/** A fund of which three runs want 8 steps. */
async function borrowed(engine: LocalEngine): Promise<void> {
  const run = 'acme/~~budget';
  const begun = { kind: 'started', machine: 'fund', input: terms, principal: ada, at: 0 } as const;
  await engine.submit(run, begun);
  for (const [seq, steps] of [4, 2, 2].entries()) {
    const event = {
      type: 'block.wanted',
      actor: 'solo/budget',
      amount: { steps },
      isGranted: false,
    };
    const told = { kind: 'told', to: '', event, seq: 1, after: 0, at: 1 } as const;
    await engine.submit(run, { ...told, from: `acme/shop/r${seq}` });
  }
}

test('5.11, 7.14 how much people were asked, what they said, how quickly, and what they were asked again', async () => {
  const store = folder();
  const journal = fileJournal(store);
  const engine = new LocalEngine(world, journal, memoryStore());
  for (const [n, [{ ref, values }, more, said]] of gates.entries()) {
    const run = `local/small/main/r${n}`;
    const input = {
      subject: ref,
      purpose: 'pay',
      deciders: ['ada'],
      proposer: 'x',
      withinMs: 10_000,
      ...more,
    };
    const started = { kind: 'started', machine: 'gate', principal: ada, at: 0, values } as const;
    let { system } = await engine.submit(run, { ...started, input: input as unknown as Json });
    await engine.submit(run, { kind: 'restored', at: 5 });
    for (const [at, type] of said) {
      const [timer = ''] = Object.keys(system.timers);
      const event = { type, hash: ref.hash };
      const decided = { kind: 'external', to: 'gate', event, principal: ada, at } as const;
      ({ system } = await engine.submit(
        run,
        type === 'time' ? { kind: 'timer', timer, at } : decided,
      ));
    }
  }
  await borrowed(engine);
  const { from, to, ...stats } = await statsOf(journal);
  expect([from, to]).toEqual([0, 0]);
  expect(stats).toEqual({
    runs: 5,
    total: 5,
    asks: 6,
    asksPerRun: 1.2,
    outcomes: { approved: 2, rejected: 1, escalated: 1, expired: 1, open: 1 },
    approvedShare: 2 / 3,
    quickShare: 1 / 3,
    askedAgain: 3,
    most: { purpose: 'pay', hash: other.ref.hash, times: 3 },
    tenants: [
      {
        tenant: 'acme',
        ...terms,
        taken: { tokens: 0, steps: 5, cost: 0 },
        granted: { tokens: 0, steps: 0, cost: 0 },
        borrowing: 2,
        waiting: 1,
      },
    ],
  });
  expect(await statsOf(journal, { limit: 2 })).toMatchObject({ runs: 2, total: 5, asks: 3 });
  await engine.close();
  await journal.close();
  const cwd = join(folder(), 'broken');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'nova.config.ts'), 'throw new Error("loaded")');
  const counted = (...args: string[]) =>
    nova(['--store', store, 'runs', '--stats', ...args], { cwd });
  const [text, json] = await Promise.all([counted('--limit', '3'), counted('--json')]);
  expect(text.out.split('\n')).toEqual([
    expect.stringMatching(/^3 of 5 runs, 1970-01-01 to 1970-01-01$/),
    expect.stringMatching(/^asked 4 times: 1.33 a run \(.*1 escalated.*\)$/),
    'approved unchanged: 0 % of what was decided; in under 2 s: 0 %',
    expect.stringMatching(/^asked again for the same content: 2 times; most often pay: 3 times \(/),
    'tenant acme: 5 of 5 steps; runs: 2 with a block, 1 waiting',
    '',
  ]);
  expect(JSON.parse(json.out)).toEqual({ from, to, ...stats });
});

// Goal: a run that waits on a person costs disk, not memory, and comes back by its next event as it was.
// Method: three hundred runs wait at a gate, and are decided in another order while others look; five hundred with a large value each
// wait in a process of a small heap.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { LocalEngine } from '../../src/engine/local.ts';
import { memoryJournal, memoryStore } from 'nova-agents/testing';
import type { Incoming } from '../../src/kernel/system.ts';
import { ada, scope, valued, world } from '../kernel/small-world.ts';

const asked = (n: number, size = 10): Incoming => {
  const { ref, values } = valued('payment', { n, text: 'x'.repeat(size) });
  const input = { subject: ref, purpose: 'pay', deciders: [], proposer: 'nobody', withinMs: 1e9 };
  return { kind: 'started', machine: 'gate', input: input as never, principal: ada, at: n, values };
};
const approved = (n: number, size = 10): Incoming => {
  const { hash } = valued('payment', { n, text: 'x'.repeat(size) }).ref;
  const event = { type: 'gate.approved', hash } as { type: string };
  return { kind: 'external', to: 'gate', event, principal: ada, at: 1000 };
};
const numbers = Array.from({ length: 300 }, (_, n) => n);

test('9.1 a waiting run comes back by its next event, whoever else asks for it', async () => {
  const journal = memoryJournal();
  let reads = 0;
  const counting = {
    ...journal,
    append: journal.append.bind(journal),
    read: (run: string) => {
      reads += 1;
      return journal.read(run);
    },
  };
  const engine = new LocalEngine(world, counting as typeof journal, memoryStore());
  for (const n of numbers) await engine.submit(`${scope}/r${n}`, asked(n));
  const begun = reads;
  await Promise.all(
    numbers
      .toReversed()
      .flatMap((n) => [
        engine.load(`${scope}/r${n}`),
        engine.submit(`${scope}/r${n}`, approved(n)),
        engine.load(`${scope}/r${n}`),
      ]),
  );
  // Most had left memory, and each was read back once.
  expect(reads - begun).toBeGreaterThan(200);
  for (const n of numbers) {
    const system = await engine.load(`${scope}/r${n}`);
    expect(system).toMatchObject({ seq: 2, ended: { outcome: 'approved' }, dead: [] });
  }
});

test('9.1 two hundred waiting runs of 500 KB each fit in a heap of 64 MB', () => {
  const script = `
    import { LocalEngine } from './src/engine/local.ts';
    import { fileJournal } from './src/store/file-journal.ts';
    import { fileStore } from './src/store/file-store.ts';
    import { mkdtempSync, rmSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { hashOf } from './src/kernel/canonical.ts';
    import { world, ada, scope } from './test/kernel/small-world.ts';
    const folder = mkdtempSync(tmpdir() + '/nova-engine-');
    const journal = fileJournal(folder);
    const engine = new LocalEngine(world, journal, fileStore(folder));
    for (let n = 0; n < 200; n += 1) {
      const value = { n, text: 'x'.repeat(500_000) };
      const subject = { hash: hashOf(value), scope, contract: 'payment' };
      const input = { subject, purpose: 'pay', deciders: [], proposer: 'nobody', withinMs: 1e9 };
      await engine.submit(scope + '/r' + n, { kind: 'started', machine: 'gate', input, principal: ada, at: n, values: { [subject.hash]: value } });
    }
    const system = await engine.load(scope + '/r7');
    process.stdout.write(String(Object.keys(system.effects).length));
    await journal.close();
    rmSync(folder, { recursive: true, force: true });
  `;
  const flags = ['--conditions=nova-source', '--max-old-space-size=64', '--input-type=module'];
  const run = spawnSync(process.execPath, [...flags, '--eval', script], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect([run.status, run.stdout]).toEqual([0, '1']);
});

// Goal: what a run told of its work those who share it is forgotten with the run, and a ledger keeps no words that it does not need.
// Method: an agent whose shared result is a secret, over a folder; every byte of it is searched, ledgers are read back and go on.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTeam, Nova } from 'nova-agents';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { found, SECRET } from '../faults/secret.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const Text = z.strictObject({ text: z.string() });
let turns = 0;
/** Who is slow waits here. */
const gate = Promise.withResolvers<void>();
/** @param version of the team that asks for the same work. */
function organised(freshMs: number, version = 1) {
  const teller = defineAgent({
    id: 'teller',
    version: 1,
    does: 'Tells.',
    input: Text,
    outcomes: { told: Text },
    shared: { freshMs },
    examples: [],
    act: async ({ text }, say) => {
      turns += 1;
      if (text === 'slow') await gate.promise;
      return say.told({ text: text.startsWith('n') ? text : SECRET });
    },
  });
  const desk = defineTeam({
    id: 'desk',
    version,
    does: 'Asks.',
    input: Text,
    outcomes: { told: Text },
    nodes: { teller },
    start: { to: 'teller' },
    routes: { teller: { told: { end: 'told' } } },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  return defineOrganisation({ id: 'tellers', agents: [teller], teams: [desk], roles: {} });
}
const scope = 'local';
const inFolder = (folder: string) =>
  new Nova({
    organisation: organised(900_000),
    journal: fileJournal(folder, { segmentBytes: 3_000 }),
    store: fileStore(folder),
  });
const tell = async (nova: Nova, id: string, text = 'secret') => {
  const { outcome, value } = await nova.run('teller', { text }, { scope, id, project: '.' });
  expect(outcome).toBe('told');
  return (value as { text: string }).text;
};
/** Until what a run has told has arrived. */
const arrived = async (nova: Nova) => {
  await expect.poll(async () => (await nova.runs({ isOpen: true })).runs).toEqual([]);
};

test('6.5 what a run told its ledger is forgotten with it; what others received is theirs', async () => {
  const folder = temporaryFolder();
  turns = 0;
  const nova = inFolder(folder);
  expect([await tell(nova, 'r1'), await tell(nova, 'r2'), turns]).toEqual([SECRET, SECRET, 1]);
  await arrived(nova);
  await nova.close();
  const again = inFolder(folder);
  await again.forget('local/r1');
  expect(await found(folder)).not.toEqual([]);
  await again.forget('local/r2');
  expect(await found(folder)).toEqual([]);
  // Nobody is given what is forgotten: it is done once more, and shared as before.
  expect([await tell(again, 'r3'), await tell(again, 'r4'), turns]).toEqual([SECRET, SECRET, 2]);
  await arrived(again);
  await again.close();
  const later = inFolder(folder);
  expect([await tell(later, 'r5'), turns]).toEqual([SECRET, 2]);
  await arrived(later);
  for (const id of ['r3', 'r4', 'r5']) await later.forget(`local/${id}`);
  expect(await found(folder)).toEqual([]);
  await later.close();
});

test('6.5 what is still on its way to another run is not forgotten, and it is said to whom', async () => {
  const kept: MemoryRecords = [];
  const open = (version: number) => {
    const shelf = { journal: memoryJournal(kept), store: memoryStore() };
    return new Nova({ organisation: organised(0, version), ...shelf });
  };
  turns = 0;
  const nova = open(1);
  const left = ['teller', 'desk'].map((node) =>
    nova.run(node, { text: 'slow' }, { scope, id: node, project: '.' }),
  );
  const lost = Promise.allSettled(left);
  await expect.poll(() => turns).toBe(1);
  await expect.poll(async () => (await nova.runs()).total).toBe(2);
  await new Promise((go) => setImmediate(go));
  await nova.close();
  await lost;
  // Whoever waits for it is parked: its definition is gone.
  const again = open(2);
  gate.resolve();
  expect((await again.resume('local/teller')).outcome).toBe('told');
  const forgetting = () => again.forget('local/teller').catch(({ run }: { run: string }) => run);
  await expect.poll(forgetting).toBe('local/desk');
  await again.stop('local/desk');
  await again.close();
  const last = open(2);
  await last.takeUp();
  await expect.poll(() => last.forget('local/teller').catch(() => 0)).toBeGreaterThan(0);
  await last.close();
});

test('6.5 a result that is not fresh any more leaves its ledger, with its words', async () => {
  const kept: MemoryRecords = [];
  const open = () =>
    new Nova({ organisation: organised(0), journal: memoryJournal(kept), store: memoryStore() });
  const nova = open();
  for (let at = 1; at <= 70; at += 1) await tell(nova, `r${at}`, `n${at}`);
  await arrived(nova);
  const words = () =>
    kept
      .filter(({ run }) => run === 'local/~teller')
      .map(({ text }) => JSON.parse(text) as { kind: string; value?: unknown })
      .filter(({ kind, value }) => kind === 'blob' && value !== 0);
  await expect.poll(() => words().length).toBeLessThan(10);
  await nova.close();
  const again = open();
  expect(await tell(again, 'again', 'n1')).toBe('n1');
  await again.close();
});

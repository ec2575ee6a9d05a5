// Goal: a journal that is heard keeps every promise of a journal, and whoever follows a run misses nothing of it.
// Method: the contract suite of the port; then appends of two runs while one of them is followed by several, some of whom leave.
import { expect, test } from 'vitest';
import { heardJournal } from 'nova-agents/inspect';
import { journalContract, memoryJournal, type MemoryRecords } from 'nova-agents/testing';
import type { JournalRecord } from 'nova-agents/store';

test.each(journalContract)('$name', async ({ run }) => {
  const made = run(async () => {
    const kept: MemoryRecords = [];
    const open = () => heardJournal(memoryJournal(kept));
    return { port: open(), reopen: async () => open() };
  });
  await expect(made).resolves.toBeUndefined();
});

test('whoever follows a run gets each of its records once, and nothing of another run', async () => {
  const journal = heardJournal(memoryJournal());
  const begun = (run: string, at: number): JournalRecord => ({
    kind: 'begun',
    run,
    effectId: `${at}`,
    key: 'k',
  });
  const leaving = new AbortController();
  const taken = async (until: number) => {
    const got: JournalRecord[] = [];
    for await (const records of journal.follow('a', leaving.signal)) {
      got.push(...records);
      if (got.length >= until) break;
    }
    return got;
  };
  await journal.append([begun('a', 0)], { sync: false });
  const [some, all, more] = [taken(5), taken(20), taken(1_000)];
  for (let at = 1; at < 20; at += 1)
    // oxlint-disable-next-line no-await-in-loop
    await journal.append([begun('a', at), begun('b', at)], { sync: false });
  const records = await journal.read('a');
  expect(await all).toEqual(records);
  expect(records.slice(0, 5)).toEqual((await some).slice(0, 5));
  leaving.abort();
  expect(await more).toEqual(records);
});

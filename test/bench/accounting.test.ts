// Goal: the benchmark of the whole team finds what is not accounted for; in runs that end, wait and are sent strange things nothing is.
// Method: such runs in memory; then an event, an answer and a dead letter are taken out of what is known of them, one at a time.
import { expect, test } from 'vitest';
import { Ask, defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import { memoryJournal } from 'nova-agents/testing';
import { fold, recordedOf } from '../../src/engine/fold.ts';
import type { JournalRecord } from '../../src/store/ports.ts';
import { worldOf } from '../../src/team/world.ts';
import { accountingOf, type Accounted } from './accounting.ts';

const tool = (name: string, effect: 'reads' | 'writes') =>
  defineTool({
    name,
    does: `It ${effect}.`,
    input: Ask,
    output: Ask,
    effect,
    run: async (asked) => asked,
  });
const [look, pay] = [tool('look', 'reads'), tool('pay', 'writes')];
const clerk = defineAgent({
  id: 'clerk',
  version: 1,
  does: 'Looks, and pays where it is told to.',
  input: Ask,
  outcomes: { told: Ask },
  tools: [look, pay],
  examples: [],
  act: async (input, say, io) => {
    await io.tool(look, input);
    return say.told(input.text === 'pay' ? await io.tool(pay, input) : input);
  },
});
const organisation = defineOrganisation({ id: 'office', agents: [clerk], roles: {} });

async function played(): Promise<Accounted[]> {
  const journal = memoryJournal();
  const nova = new Nova({ organisation, journal });
  const waits = Promise.withResolvers<void>();
  const onReviews = ({ length }: readonly unknown[]) => length > 0 && waits.resolve();
  await nova.run('clerk', { text: 'look' }, { id: 'ended' });
  await nova.send('local/ended#solo', { type: 'late' });
  const open = nova.run('clerk', { text: 'pay' }, { id: 'waits', onReviews });
  await waits.promise;
  await nova.send('local/waits#solo/nobody', { type: 'strange' });
  const world = worldOf(organisation);
  const runs = [];
  for (const run of await journal.runs()) {
    const records = await journal.read(run);
    runs.push({ system: fold(world, run, recordedOf(records)).system, records });
  }
  await Promise.all([nova.close(), expect(open).rejects.toMatchObject({ code: 'closed' })]);
  return runs;
}
type Kept = Extract<JournalRecord, { kind: 'committed' }>;
const without = ({ system, records }: Accounted, what: (record: Kept) => boolean): Accounted => ({
  system,
  records: records.filter((record) => record.kind !== 'committed' || !what(record)),
});

test('10.1 what comes in is handled, a dead letter by its reason, or in flight; what is not is found', async () => {
  const runs = await played();
  const found = accountingOf(runs);
  expect(found).toMatchObject({ dead: { ended: 1, no_actor: 1 }, open: 1, untold: 0 });
  expect(found.unaccounted).toBe(0);
  expect(found.events).toBe(found.handled + 2);
  expect(found.effects).toBe(found.closed + 1);
  const [ended, waits] = runs as [Accounted, Accounted];
  const { accounts } = ended.system;
  const uncounted = { ...ended.system, accounts: { ...accounts, handled: accounts.handled - 1 } };
  const sown = [
    [{ ...ended, system: uncounted }, waits],
    [{ ...ended, system: { ...ended.system, dead: [] } }, waits],
    [without(ended, ({ outbox }) => JSON.stringify(outbox).includes('"dead"')), waits],
    [ended, { ...waits, system: { ...waits.system, effects: {} } }],
  ];
  for (const one of sown) expect(accountingOf(one).unaccounted).toBeGreaterThan(0);
});

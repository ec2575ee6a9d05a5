// Goal: what is planned begins at its instants, each once, over restarts and downtimes, and what was missed as it is declared.
// Method: an organisation on a clock that is moved, over a journal that is opened anew; which runs there are is read from it.
import { expect, onTestFinished, test } from 'vitest';
import { Ask, defineAgent, defineOrganisation, Nova, type NovaOptions } from 'nova-agents';
import { ManualClock, memoryJournal, memoryStore, type MemoryRecords } from 'nova-agents/testing';
import { instantsOf } from '../../src/schedules/cron.ts';

const clerk = defineAgent({
  id: 'clerk',
  version: 1,
  does: 'Does what is planned.',
  input: Ask,
  outcomes: { done: Ask },
  examples: [],
  act: (input, say) => say.done(input),
});
const organisation = defineOrganisation({ id: 'office', agents: [clerk] });
const HOUR = 3_600_000;
const start = Date.UTC(2026, 0, 5, 6, 30);
type Plans = NonNullable<NovaOptions['schedules']>;
const hourly: Plans[number] = {
  id: 'hourly',
  cron: '0 * * * *',
  run: { node: 'clerk', input: { text: 'count' } },
  scope: 'shop/main',
  project: '.',
};

/** One journal, a clock, and processes over them, one after the other. */
class Office {
  readonly clock = new ManualClock(start);
  readonly #records: MemoryRecords = [];
  #nova: Nova | undefined;

  async open(schedules: Plans): Promise<Nova> {
    await this.#nova?.close();
    this.#nova = new Nova({
      organisation,
      schedules,
      clock: this.clock,
      journal: memoryJournal(this.#records),
      store: memoryStore(),
    });
    const nova = this.#nova;
    onTestFinished(() => nova.close());
    await nova.takeUp();
    await nova.keepSchedules({ id: 'ada', proof: 'os-user' });
    await quiet();
    return nova;
  }

  async close(): Promise<void> {
    await this.#nova?.close();
  }

  /** Time passes, a quarter of an hour at a time, and everything that it brings is done. */
  async pass(ms: number): Promise<void> {
    for (let gone = 0; gone < ms; gone += HOUR / 4) {
      this.clock.advance(HOUR / 4);
      await quiet();
    }
  }
}
/** Everything that is in memory has happened. */
const quiet = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
};
const begun = async (nova: Nova, id = 'hourly') => {
  const { runs } = await nova.runs();
  return runs
    .map(({ run, outcome }) => ({ name: run.split('/').at(-1) ?? '', outcome }))
    .filter(({ name }) => name.startsWith(`${id}-`))
    .map(({ name, outcome }) => {
      const at = new Date(Number.parseInt(name.slice(id.length + 1), 36))
        .toISOString()
        .slice(11, 16);
      return `${at} ${outcome}`;
    })
    .toSorted();
};

test('9.10 each instant begins one run, and a restart begins none again', async () => {
  const office = new Office();
  const nova = await office.open([hourly]);
  expect(await begun(nova)).toEqual([]);
  await office.pass(2 * HOUR);
  expect(await begun(nova)).toEqual(['07:00 done', '08:00 done']);
  const next = await office.open([hourly]);
  expect(await begun(next)).toEqual(['07:00 done', '08:00 done']);
  await office.pass(HOUR);
  expect(await begun(next)).toEqual(['07:00 done', '08:00 done', '09:00 done']);
});

test.each([
  ['skip', ['07:00 done', '13:00 done']],
  ['once', ['07:00 done', '12:00 done', '13:00 done']],
] as const)('9.10 after a downtime, with missed: %s', async (missed, expected) => {
  const office = new Office();
  await office.open([{ ...hourly, missed }]);
  await office.pass(HOUR);
  await office.close();
  office.clock.advance(5 * HOUR);
  const nova = await office.open([{ ...hourly, missed }]);
  await office.pass(HOUR);
  expect(await begun(nova)).toEqual(expected);
});

test('9.10 nothing from before it was planned is made up for', async () => {
  const office = new Office();
  const nova = await office.open([{ ...hourly, missed: 'once' }]);
  expect(await begun(nova)).toEqual([]);
});

test('9.10 what is planned no more begins no more, and goes on when it is planned again, by its new plan', async () => {
  const office = new Office();
  await office.open([hourly]);
  await office.pass(HOUR);
  const without = await office.open([]);
  await office.pass(3 * HOUR);
  expect(await begun(without)).toEqual(['07:00 done']);
  const again = await office.open([{ ...hourly, cron: '15 * * * *' }]);
  await office.pass(HOUR);
  expect(await begun(again)).toEqual(['07:00 done', '11:15 done']);
});

test('its runs are those of whom they are begun for', async () => {
  const office = new Office();
  const nova = await office.open([{ ...hourly, run: undefined, ask: 'Count the parcels' }]);
  await office.pass(HOUR);
  expect(await begun(nova)).toEqual(['07:00 refused']);
});

test('an instant is that of its time zone, over the change to summer time', () => {
  const { after, before } = instantsOf('30 7 * * *', 'Europe/Berlin');
  const at = Date.UTC(2026, 2, 28, 12);
  expect(new Date(after(at) ?? 0).toISOString()).toBe('2026-03-29T05:30:00.000Z');
  expect(new Date(before(at) ?? 0).toISOString()).toBe('2026-03-28T06:30:00.000Z');
  expect(before(Date.UTC(2026, 2, 28, 6, 30))).toBe(Date.UTC(2026, 2, 28, 6, 30));
});

test.each([
  ['a pattern', { cron: 'every day' }, /cron pattern/],
  ['an instant that comes', { cron: '0 0 30 2 *' }, /never comes/],
  ['a time zone', { timeZone: 'Mars/North' }, /time zone/],
  ['something to do', { run: undefined }, /`ask` or `run`/],
  ['a scope', { scope: 'a/b/c/d' }, /scope/],
])('what lacks %s is refused', async (_, change, problem) => {
  const nova = new Nova({ organisation, schedules: [{ ...hourly, ...change }] });
  await expect(nova.keepSchedules()).rejects.toThrow(problem);
  await nova.close();
});

test('two of one name are refused', async () => {
  const nova = new Nova({ organisation, schedules: [hourly, hourly] });
  await expect(nova.keepSchedules()).rejects.toThrow(/stands twice/);
  await nova.close();
});

// Goal: what the engine has acknowledged is in the journal, and the journal is all it needs.
// Method: journals that fail, lie or were written by another world, under a request that is driven by hand.
import { describe, expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import { StoreUnavailableError } from '../../src/errors/store-unavailable-error.ts';
import { canonical } from '../../src/kernel/canonical.ts';
import { step } from '../../src/kernel/step.ts';
import type { Incoming, System } from '../../src/kernel/system.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import type { Journal, JournalRecord } from '../../src/store/ports.ts';
import { ada, answer, fresh, openOf, started, valued, world } from '../kernel/small-world.ts';

const RUN = fresh().run;
const text = (system: System | undefined) => system && canonical(system as unknown as Json);

/** A request up to its plan's check: four events, some of them dead letters. */
function history(): Incoming[] {
  let system = fresh();
  const events: Incoming[] = [];
  const put = (incoming: Incoming) => {
    events.push(incoming);
    ({ system } = step(world, system, incoming));
  };
  const say = (outcome: string, value: Json) => {
    const said = valued(`x.${outcome}`, value);
    const event = { type: 'agent.answered', outcome, meets: true, value: said.ref };
    put(answer(openOf(system, 'agent.turn'), event, 5, said.values));
  };
  put(started());
  say('several', { candidates: [] });
  put({
    kind: 'external',
    to: 'request/nobody',
    event: { type: 'run.stopped' },
    principal: ada,
    at: 6,
  });
  say('planned', { plan: { parts: [] }, unplaced: [] });
  return events;
}

async function played(journal: Journal, store = memoryStore()): Promise<System | undefined> {
  const engine = new LocalEngine(world, journal, store);
  for (const incoming of history()) await engine.submit(RUN, incoming);
  return engine.load(RUN);
}

describe('11.2 replay', () => {
  test('11.2 the fold of the journal is the live state, byte for byte, with or without a snapshot', async () => {
    const journal = memoryJournal();
    const live = await played(journal);
    expect(text(await new LocalEngine(world, journal, memoryStore()).load(RUN))).toBe(text(live));
    const byStep = history().reduce(
      (system, incoming) => step(world, system, incoming).system,
      fresh(),
    );
    expect(text(live)).toBe(text(byStep));
  });

  test('11.2 a journal that does not replay names the first event that differs', async () => {
    const journal = memoryJournal();
    await played(journal);
    const records = await journal.read(RUN);
    const forged = memoryJournal();
    const change = (record: JournalRecord): JournalRecord =>
      record.kind === 'committed' && record.seq === 3
        ? { ...record, digest: 'f'.repeat(64) }
        : record;
    await forged.append(records.map(change), { sync: true });
    const loading = new LocalEngine(world, forged, memoryStore()).load(RUN);
    await expect(loading).rejects.toMatchObject({ code: 'replay_mismatch', run: RUN, seq: 3 });
  });
});

test('9.5 an event that could not be made safe leaves the run as it was, and the next one is taken', async () => {
  const kept = memoryJournal();
  let isBroken = false;
  const journal: Journal = {
    ...kept,
    dropped: [],
    append: (records, options) =>
      isBroken ? Promise.reject(new Error('no room')) : kept.append(records, options),
    read: (run) => kept.read(run),
    runs: () => kept.runs(),
    list: (query) => kept.list(query),
    forget: (checkpoint, hashes) => kept.forget(checkpoint, hashes),
    close: () => kept.close(),
  };
  const engine = new LocalEngine(world, journal, memoryStore());
  const heard: number[] = [];
  engine.onCommit(({ system }) => heard.push(system.seq));
  const [first, second] = history() as [Incoming, Incoming];
  const { system } = await engine.submit(RUN, first);
  isBroken = true;
  await expect(engine.submit(RUN, second)).rejects.toThrow('no room');
  expect(text(await engine.load(RUN))).toBe(text(system));
  isBroken = false;
  expect((await engine.submit(RUN, second)).system.seq).toBe(2);
  expect(heard).toEqual([1, 2]);
});

test('9.5 a run whose beginning could not be made safe was never begun, and can be', async () => {
  const journal = memoryJournal();
  let isFull = true;
  const append: Journal['append'] = async (records, options) => {
    if (isFull) throw new StoreUnavailableError('here', 'the disk is full');
    return journal.append(records, options);
  };
  const engine = new LocalEngine(world, { ...journal, append }, memoryStore());
  const restored = { kind: 'restored', at: 1 } as const;
  const begun = engine.submit(RUN, started());
  const hasty = engine.submit(RUN, restored);
  await expect(begun).rejects.toMatchObject({ code: 'store_unavailable' });
  await expect(hasty).rejects.toMatchObject({ code: 'unknown_run' });
  expect(await engine.load(RUN)).toBeUndefined();
  await expect(engine.submit(RUN, restored)).rejects.toMatchObject({ code: 'unknown_run' });
  isFull = false;
  const { system } = await engine.submit(RUN, started());
  expect(text(await engine.load(RUN))).toBe(text(system));
  expect(system.seq).toBe(1);
});

test('2.4 a broken event from outside is refused with its fault and changes nothing', async () => {
  const engine = new LocalEngine(world, memoryJournal(), memoryStore());
  const { system } = await engine.submit(RUN, started());
  const broken: Incoming = {
    kind: 'external',
    to: 'request',
    event: { type: 'requester.answered', text: 'just words' } as { type: string },
    principal: ada,
    at: 1,
  };
  await expect(engine.submit(RUN, broken)).rejects.toMatchObject({ code: 'bad_event', run: RUN });
  expect(text(await engine.load(RUN))).toBe(text(system));
});

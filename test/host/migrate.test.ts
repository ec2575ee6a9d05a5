// Goal: where an old version is not kept, a run goes on in the new one by the migration that is declared, checked and journaled once.
// Method: a letter waits on a person, its office is closed, and releases that keep nothing but a migration take it up; then good and bad
// migrations of each kind of node, and a journal that is read without them.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { fromPromise, setup } from 'xstate';
import { defineOrganisation, fromMachine, type NovaOptions, type Organisation } from 'nova-agents';
import { framesOf } from '../../src/inspect/frames.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore, type MemoryDocuments } from '../../src/store/memory-store.ts';
import type { Migrations } from '../../src/team/previous.ts';
import type { AnyMachineNode } from '../../src/team/team.ts';
import { worldOf } from '../../src/team/world.ts';
import { organised, release, type More } from '../fixtures/releases.ts';
import { approve, asked, by, letter, opened } from './post.ts';

const same: Migrations = { 1: (state) => state };
const RUN = 'local/old';

/** A run that waits on a person, and where it stood when its office was closed. */
async function left() {
  const records: MemoryRecords = [];
  const documents: MemoryDocuments = new Map();
  const store = () => ({ store: memoryStore(documents) });
  const nova = opened(organised(release(1)), records, store());
  const review = await asked(nova, 'old');
  await nova.close();
  return { records, documents, store, review };
}
const two = (more: More) => organised(release(2, undefined, more));

test('11.7 a run goes on in the new version from where it stood, and replays without the old one and the migration', async () => {
  const { records, store, review } = await left();
  const nova = opened(two({ team: { migrate: same } }), records, store());
  // Only looked at: nothing is changed until something happens.
  expect(await nova.reviews()).toMatchObject([{ id: review }]);
  expect(JSON.stringify(records)).not.toContain('migrated');
  expect(await nova.decide(review, approve)).toMatchObject({ outcome: 'sent', value: by(1, 2) });
  const { deadLetters, value } = await opened(two({}), records).show(RUN);
  expect([deadLetters, value]).toEqual([[], by(1, 2)]);
});

test('11.7 without a snapshot of where it stood the old definitions are needed: it is parked', async () => {
  const { records, review } = await left();
  const nova = opened(two({ team: { migrate: same } }), records);
  const parked = { code: 'version_unavailable', what: 'node post', version: 1 };
  await expect(nova.decide(review, approve)).rejects.toMatchObject(parked);
});

/** What an inspector is shown of a journal, by type and actor. */
async function shown(organisation: Organisation, records: MemoryRecords): Promise<string[]> {
  const batch = async function* () {
    yield await memoryJournal(records).read(RUN);
  };
  const frames: string[] = [];
  for await (const frame of framesOf(worldOf(organisation), RUN, batch())) {
    const { type, sessionId } = JSON.parse(frame) as { type: string; sessionId: string };
    frames.push(`${type.slice(8)} ${sessionId}`);
  }
  return frames;
}

test('11.7 an inspector is shown a migrated run from where it was migrated, a retired one only as over', async () => {
  const { records, store, review } = await left();
  const stopped = [...records];
  const nova = opened(two({ team: { migrate: same } }), records, store());
  await nova.decide(review, approve);
  const frames = await shown(two({}), records);
  const paths = ['solo', 'solo/node', 'solo/node/look-1', 'solo/node/writer-1'];
  expect(frames.slice(0, 8)).toEqual(paths.flatMap((path) => [`actor ${path}`, `event ${path}`]));
  expect(frames.at(-1)).toBe('snapshot solo');
  await expect(shown(two({}), stopped)).rejects.toMatchObject({ code: 'version_unavailable' });
  await opened(two({}), stopped).stop(RUN);
  expect(await shown(two({}), stopped)).toEqual([]);
});

const throwing = (): never => {
  throw new Error('no idea');
};
test.each<[string, Migrations, RegExp]>([
  ['throws', { 1: throwing }, /its migration threw: Error: no idea/],
  ['gives nothing', { 1: () => undefined as never }, /threw/],
  ['gives no JSON', { 1: ({ value }) => ({ value, context: new Date() as never }) }, /threw/],
  ['gives another context', { 1: ({ value }) => ({ value, context: {} }) }, /does not hold/],
  [
    'gives a state that is not there',
    { 1: (state) => ({ ...state, value: { check: 'working' } }) },
    /does not hold: .*check/,
  ],
  ['gives a part of a state', { 1: (state) => ({ ...state, value: 'look' }) }, /only a part/],
  ['is for another version', {}, /not kept/],
])('11.7 a migration that %s parks the run as it was', async (_, migrate, why) => {
  const { records, store, review } = await left();
  const before = JSON.stringify(records);
  const nova = opened(two({ team: { migrate } }), records, store());
  await expect(nova.decide(review, approve)).rejects.toThrow(why);
  expect(JSON.stringify(records)).toBe(before);
  await nova.stop(RUN);
  expect(await nova.show(RUN)).toMatchObject({ outcome: 'cancelled' });
});

/** A writer is at work when its office closes; its successor takes over. */
async function takenOver(migrate: Migrations, input = z.strictObject({ text: z.string() })) {
  const records: MemoryRecords = [];
  const documents: MemoryDocuments = new Map();
  const options = (): Partial<NovaOptions> => ({ store: memoryStore(documents) });
  const hangs = (when: string) => (when === 'after it' ? new Promise(() => {}) : undefined);
  const hanging = organised(release(1, undefined, { until: hangs }));
  const first = opened(hanging, records, options());
  const lost = first.run('writer', letter, { id: 'old' }).catch(() => {});
  while (!records.some(({ text }) => text.includes('"turn-2"'))) await new Promise(setImmediate);
  await first.close();
  await lost;
  const writer = { migrate, input, limits: { maxTurns: 7 } };
  return { nova: opened(two({ writer }), records, options()), records };
}

test('11.7 an agent at work is followed by its new version, which is fed what its tools said', async () => {
  const { nova, records } = await takenOver(same);
  const { value } = await nova.resume(RUN);
  expect(value).toEqual({ summary: 'hello, stamp 1, writer 2' });
  // Under its limits.
  expect(records.some(({ text }) => text.includes('"maxTurns":7'))).toBe(true);
});

test('11.7 what was handed to the old version must be what the new one takes', async () => {
  const { nova } = await takenOver(same, z.strictObject({ text: z.string().min(100) }));
  await expect(nova.resume(RUN)).rejects.toThrow(/its input is none of the new version/);
});

/** A user's own machine that waits for a word, in a state of that name. */
const waiting = (version: number, state: string, migrate: Migrations = {}) =>
  fromMachine(
    setup({ types: {} as { input: { text: string }; context: { text: string } } }).createMachine({
      context: ({ input }) => input,
      initial: state,
      states: { [state]: { on: { word: 'over' } }, over: { type: 'final' } },
      output: ({ context }) => ({ outcome: 'done', value: `${context.text} by ${version}` }),
    }),
    {
      id: 'waiter',
      version,
      does: 'Waits.',
      input: z.strictObject({ text: z.string() }),
      outcomes: { done: z.string() },
      events: { word: z.strictObject({}) },
      says: (output) => output as { outcome: 'done'; value: string },
      migrate,
    },
  );
const waitersOf = (...args: Parameters<typeof waiting>) =>
  defineOrganisation({ id: 'o', agents: [], machines: [waiting(...args)] });

test("11.7 a machine of a user's own goes on in the state that its migration names", async () => {
  const records: MemoryRecords = [];
  const documents: MemoryDocuments = new Map();
  const first = opened(waitersOf(1, 'waits'), records, { store: memoryStore(documents) });
  const lost = first.run('waiter', letter, { id: 'old' }).catch(() => {});
  while (records.length === 0) await new Promise(setImmediate);
  await first.close();
  await lost;
  const going = async (migrate: Migrations) => {
    const organisation = waitersOf(2, 'listens', migrate);
    const nova = opened(organisation, records, { store: memoryStore(documents) });
    await nova.send(`${RUN}#solo/node`, { type: 'word' });
    return nova.show(RUN);
  };
  await expect(going(same)).rejects.toThrow(/its migration does not hold/);
  const renamed: Migrations = { 1: ({ context }) => ({ value: 'listens', context }) };
  expect(await going(renamed)).toMatchObject({ outcome: 'done', value: 'hello by 2' });
});

/** A machine that waits for the promise of its only actor, called so. */
const working = (version: number, src: string, migrate: Migrations = {}) => {
  const actors = { [src]: fromPromise(() => new Promise(() => {})) };
  const machine = setup({ actors }).createMachine({
    initial: 'works',
    states: { works: { invoke: { id: 'it', src } }, over: { type: 'final' } },
    output: () => 'done',
  });
  const node: unknown = fromMachine(machine, {
    id: 'worker',
    version,
    does: 'Works.',
    input: z.strictObject({ text: z.string() }),
    outcomes: { done: z.string() },
    says: () => ({ outcome: 'done', value: '' }),
    migrate,
  });
  return defineOrganisation({ id: 'o', agents: [], machines: [node as AnyMachineNode] });
};

test('11.7 a child at work for which the new machine has no logic is not let go of without a word', async () => {
  const records: MemoryRecords = [];
  const documents: MemoryDocuments = new Map();
  const options = () => ({ store: memoryStore(documents) });
  const first = opened(working(1, 'work'), records, options());
  const lost = first.run('worker', letter, { id: 'old' }).catch(() => {});
  while (records.length === 0) await new Promise(setImmediate);
  await first.close();
  await lost;
  const nova = opened(working(2, 'labour', same), records, options());
  await expect(nova.resume(RUN)).rejects.toThrow(/no logic for a child/);
  await nova.close();
  const again = opened(working(2, 'work', same), records, options());
  await again.takeUp();
  expect((await again.runs()).runs).toMatchObject([{ run: RUN }]);
  expect(records.some(({ text }) => text.includes('"kind":"migrated"'))).toBe(true);
});

// Goal: what a run's outcome begins, begins once, whatever process sees the end, and is typed, declared and without a circle.
// Method: an organisation of three nodes and two triggers; journals and documents are handed to another Nova as a crash would leave them.
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTrigger,
  Nova,
  roleContracts,
} from 'nova-agents';
import { memoryJournal, memoryStore, type MemoryDocuments } from 'nova-agents/testing';
import { LocalEngine } from '../../src/engine/local.ts';
import { worldOf } from '../../src/team/world.ts';

const base = { version: 1, examples: [] } as const;
const Count = z.strictObject({ count: z.int().min(1) });
let done: string[] = [];

const counter = defineAgent({
  ...base,
  id: 'counter',
  does: 'Counts letters.',
  input: Ask,
  outcomes: { counted: Count, nothing: z.null() },
  asks: ['Count the letters of a word'],
  act: ({ text }, say) => {
    done.push(`counter ${text}`);
    return text === '-' ? say.nothing(null) : say.counted({ count: text.length });
  },
});
const doubler = defineAgent({
  ...base,
  id: 'doubler',
  does: 'Doubles.',
  input: Count,
  outcomes: { doubled: Count },
  act: ({ count }, say) => {
    done.push(`doubler ${count}`);
    return say.doubled({ count: count * 2 });
  },
});
const teller = defineAgent({
  ...base,
  id: 'teller',
  does: 'Tells.',
  input: Ask,
  outcomes: { told: z.null() },
  act: ({ text }, say) => {
    done.push(`teller ${text}`);
    return say.told(null);
  },
});
const doubling = defineTrigger({
  id: 'doubling',
  when: { node: counter, outcome: 'counted' },
  begin: doubler,
});
const telling = defineTrigger({
  id: 'telling',
  when: { node: doubler, outcome: 'doubled' },
  begin: teller,
  with: ({ count }) => {
    if (count > 100) throw new Error('too much');
    return { text: `it is ${count}` };
  },
});
const agents = [counter, doubler, teller];
const organisation = defineOrganisation({ id: 'o', agents, triggers: [doubling, telling] });

function started(journal = memoryJournal(), kept: MemoryDocuments = new Map()) {
  done = [];
  const nova = new Nova({ organisation, journal, store: memoryStore(kept) });
  onTestFinished(() => nova.close());
  const runs = async () =>
    (await journal.list({})).runs.map(
      ({ run, outcome }) =>
        `${run
          .split('/')
          .at(-1)
          ?.replace(/-[0-9a-f]{16}$/, '')} ${outcome}`,
    );
  return { nova, journal, kept, runs };
}

test('9.11 an outcome begins what comes after it, each once, to the end of the chain', async () => {
  const { nova, runs } = started();
  await nova.run('counter', { text: 'four' }, { id: 'r', scope: 'acme' });
  await expect.poll(runs).toEqual(['telling told', 'doubling doubled', 'r counted']);
  expect(done).toEqual(['counter four', 'doubler 4', 'teller it is 8']);
  await nova.run('counter', { text: 'four' }, { id: 'r', scope: 'acme' });
  await nova.takeUp();
  expect(done).toHaveLength(3);
});

test('9.11 another outcome, another node and a stopped run begin nothing', async () => {
  const { nova, runs } = started();
  await nova.run('counter', { text: '-' }, { id: 'r' });
  await nova.run('teller', { text: 'x' }, { id: 't' });
  await nova.takeUp();
  expect(await runs()).toEqual(['t told', 'r nothing']);
});

test('9.11 a mapping that throws is a run that is refused, and says why', async () => {
  const { nova, journal, runs } = started();
  await nova.run('counter', { text: 'x'.repeat(60) }, { id: 'r' });
  await expect.poll(runs).toEqual(['telling refused', 'doubling doubled', 'r counted']);
  const [newest] = (await journal.list({})).runs;
  expect(JSON.stringify(await journal.read(newest?.run ?? ''))).toContain('too much');
});

test('9.11 what a process that was killed has not begun, the next one begins, once', async () => {
  const first = started();
  const journal = memoryJournal();
  // Killed after the end was safe, and before anything of it was heard.
  await first.nova.run('counter', { text: 'four' }, { id: 'r', scope: 'acme' });
  await expect.poll(first.runs).toHaveLength(3);
  await journal.append(await first.journal.read('acme/r'), { sync: false });
  const kept: MemoryDocuments = new Map(first.kept);
  await memoryStore(kept).write('awaited-runs', z.array(z.string()), ['acme/r', 'acme/gone']);

  const second = started(journal, kept);
  await second.nova.takeUp();
  await expect.poll(second.runs).toEqual(['telling told', 'doubling doubled', 'r counted']);
  expect(done).toEqual(['doubler 4', 'teller it is 8']);
  await second.nova.takeUp();
  expect(done).toHaveLength(2);
  expect(await memoryStore(kept).read('awaited-runs', z.array(z.string()))).toEqual([]);
  // The same engine without triggers awaits nothing.
  expect(
    await new LocalEngine(worldOf(organisation), journal, memoryStore()).load('acme/gone'),
  ).toBeUndefined();
});

test('9.11 a part of a request begins what comes after it, when the request has ended', async () => {
  const router = defineAgent({
    ...base,
    id: 'router',
    does: 'Routes.',
    ...roleContracts.router,
    act: ({ text }, say) =>
      say.routed({
        plan: { parts: [{ id: 'c', node: 'counter', input: { text } }] },
        unplaced: [],
      }),
  });
  const asked = defineOrganisation({
    id: 'o',
    agents: [...agents, router],
    roles: { router: 'router' },
    triggers: [doubling],
  });
  done = [];
  const nova = new Nova({ organisation: asked });
  onTestFinished(() => nova.close());
  await nova.ask('count');
  await expect.poll(() => done).toEqual(['counter count', 'doubler 5']);
});

test('a circle, a stranger, a name that is taken and an outcome that never comes are refused', () => {
  const back = defineTrigger({
    id: 'back',
    when: { node: teller, outcome: 'told' },
    begin: counter,
    with: () => ({ text: 'again' }),
  });
  const define =
    (...triggers: (typeof back)[]) =>
    () =>
      defineOrganisation({ id: 'o', agents, triggers });
  expect(define(doubling, telling, back)).toThrow('in a circle: counter, doubler, teller, counter');
  expect(define(doubling, doubling)).toThrow('its id is taken');
  expect(() =>
    defineOrganisation({ id: 'o', agents: [counter, teller], triggers: [doubling] }),
  ).toThrow('doubler is not in the organisation');
  expect(() =>
    defineTrigger({
      id: 'never',
      when: { node: counter, outcome: 'lost' as 'counted' },
      begin: doubler,
    }),
  ).toThrow('counter never ends as lost');
});

test('8.3 what an outcome begins while all is being stopped begins after that, and works', async () => {
  const first = started();
  await first.nova.run('counter', { text: 'four' }, { id: 'r', scope: 'acme' });
  await expect.poll(first.runs).toHaveLength(3);
  const inner = memoryJournal();
  await inner.append(await first.journal.read('acme/r'), { sync: false });
  const [isListing, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let lists = 0;
  // The stop of all takes as long as its first list.
  const journal: typeof inner = {
    ...inner,
    async list(query) {
      lists += 1;
      if (lists === 1) {
        isListing.resolve();
        await goOn.promise;
      }
      return inner.list(query);
    },
  };
  const kept: MemoryDocuments = new Map();
  await memoryStore(kept).write('awaited-runs', z.array(z.string()), ['acme/r']);
  const { nova } = started(journal, kept);
  const all = nova.stopAll();
  await isListing.promise;
  await nova.takeUp();
  expect((await inner.list({})).total).toBe(1);
  goOn.resolve();
  await all;
  await expect.poll(() => done).toEqual(['doubler 4', 'teller it is 8']);
});

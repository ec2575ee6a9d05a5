// Goal: a conversation goes on where it was, tomorrow and in another process; who is to know of it is told, the last turns first, and nobody else.
// Method: requests of sessions over a journal that is opened anew, with a model that records what it is told.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, Nova, type NovaOptions } from 'nova-agents';
import { coordination } from 'nova-agents/agents';
import { memoryJournal, memoryStore, ScriptedModel, type MemoryRecords } from 'nova-agents/testing';

const base = {
  version: 1,
  input: Ask,
  outcomes: { told: z.strictObject({ summary: z.string() }) },
};
const talker = defineAgent({
  ...base,
  id: 'talker',
  does: 'Talks about the weather.',
  examples: [],
  asks: ['What will the weather be?', 'And the weather tomorrow?'],
  recalls: true,
  instructions: () => 'Talk.',
});
const stranger = defineAgent({
  ...base,
  id: 'stranger',
  does: 'Counts parcels in the store.',
  examples: [],
  asks: ['Count the parcels'],
  instructions: () => 'Count.',
});
const inCode = coordination.agents.map(({ instructions: _, ...agent }) => agent);
const organisation = defineOrganisation({
  id: 'talk',
  agents: [...inCode, talker, stranger],
  roles: coordination.roles,
});
const says = (summary: string) => () => ({ says: { outcome: 'told', value: { summary } } });

function at(memory: MemoryRecords, options: Partial<NovaOptions> = {}) {
  const model = new ScriptedModel({ talker: says('Rain, then sun.'), stranger: says('Three.') });
  const nova = new Nova({ organisation, model, journal: memoryJournal(memory), ...options });
  const ask = (text: string, session?: string, more: object = {}) =>
    nova.ask(text, { scope: 'a/b', project: '.', ...(session && { session }), ...more });
  return { nova, model, ask };
}

test('6.7 a later turn is told of those before it, also by another process; another session and agent are not', async () => {
  const memory: MemoryRecords = [];
  const first = at(memory);
  await first.ask('What will the weather be?', 'day');
  expect(first.model.calls[0]?.earlier).toBeUndefined();
  await first.nova.close();
  const { nova, model, ask } = at(memory);
  await ask('And the weather tomorrow?', 'day');
  await ask('And the weather tomorrow?', 'night');
  await ask('And the weather tomorrow?');
  await ask('Count the parcels', 'day');
  expect(
    model.calls.map(({ node, earlier }) => [node, earlier?.turns.map(({ asked }) => asked)]),
  ).toEqual([
    ['talker', ['What will the weather be?']],
    ['talker', undefined],
    ['talker', undefined],
    ['stranger', undefined],
  ]);
  expect(model.calls[0]?.earlier?.turns[0]?.answered).toContain('Rain, then sun.');
  expect((await nova.session('a/b', 'day')).turns.map(({ outcome }) => outcome)).toEqual([
    'answered',
    'answered',
    'answered',
  ]);
  expect(await nova.session('a', 'day')).toEqual({ turns: [], dropped: [], more: 0 });
  await nova.close();
});

test('6.7 what is forgotten of a run is forgotten of the conversation, and a request sent again is one turn', async () => {
  const { nova, model, ask } = at([]);
  const { run } = await ask('What will the weather be in Xanadu?', 'day', { id: 'first' });
  await ask('What will the weather be in Xanadu?', 'day', { id: 'first' });
  expect((await nova.session('a/b', 'day')).turns).toHaveLength(1);
  await nova.forget(run);
  await ask('And the weather tomorrow?', 'day');
  expect(model.calls.at(-1)?.earlier).toBeUndefined();
  expect(JSON.stringify(await nova.session('a/b', 'day'))).not.toContain('Xanadu');
  await nova.close();
});

test('6.7 a long conversation is told by its last turns, those before in a line each, then by count; dropped turns are listed', async () => {
  const { nova, model, ask } = at([]);
  for (let turn = 0; turn < 20; turn += 1)
    await ask(`Turn ${turn}: what will the\nweather be? ${'x'.repeat(900)}`, 'day', {
      id: `r${turn}`,
    });
  const { turns = [], dropped = [], more } = model.calls.at(-1)?.earlier ?? {};
  const names = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `a/b/r${from + index}`);
  expect(turns.map(({ run }) => run)).toEqual(names(17, 19));
  expect(dropped.map(({ run }) => run)).toEqual(names(Number(more), 17));
  expect(dropped.at(-1)).toEqual({
    run: 'a/b/r16',
    asked: `Turn 16: what will the weather be? ${'x'.repeat(45)}…`,
    outcome: 'partial',
  });
  expect(JSON.stringify(dropped).length).toBeLessThan(1_100);
  const shown = await nova.session('a/b', 'day');
  expect(shown.dropped.map(({ run }) => run)).toEqual(names(0, 18));
  expect(shown.turns.map(({ run }) => run)).toEqual(names(18, 20));
  // What is forgotten is in no line either.
  await nova.forget('a/b/r16');
  await ask('And the weather tomorrow?', 'day');
  expect(JSON.stringify(model.calls.at(-1)?.earlier)).not.toContain('r16');
  const { dropped: now } = await nova.session('a/b', 'day');
  expect(now.find(({ run }) => run === 'a/b/r16')).toMatchObject({ asked: '(forgotten)' });
  await nova.close();
});

test('6.7 the last turn is told as far as there is room, and shown whole', async () => {
  const { nova, model, ask } = at([]);
  const long = `What will the weather be? ${'x'.repeat(5_000)}`;
  await ask(long, 'day');
  await ask('And the weather tomorrow?', 'day');
  const [turn] = model.calls.at(-1)?.earlier?.turns ?? [];
  expect(turn?.asked).toBe(long.slice(0, 1_500));
  expect(turn?.answered).toContain('Rain, then sun.');
  await nova.close();
});

/** Begins turns whose runs nobody has time for. */
class Open extends Nova {
  begin = (run: string) => this.sessions.begin('a/b', 'day', run);
}

test('6.7 turns that the session itself has let go are listed page by page', async () => {
  const nova = new Open({ organisation });
  for (const id of ['first', 'second'])
    await nova.ask(`Count the parcels: ${id}`, { scope: 'a/b', project: '.', id, session: 'day' });
  for (let turn = 0; turn < 600; turn += 1) await nova.begin(`a/b/r${turn}`);
  const last = await nova.session('a/b', 'day');
  // 500 are known, 100 before them are a page.
  expect(last.more).toBe(2);
  const old = await nova.session('a/b', 'day', 'a/b/r0');
  expect(old).toMatchObject({
    dropped: [
      { run: 'a/b/first', asked: 'Count the parcels: first', outcome: 'refused' },
      { run: 'a/b/second', asked: 'Count the parcels: second' },
    ],
    more: 0,
  });
  await expect(nova.session('a/b', 'day', 'a/b/other')).rejects.toMatchObject({
    code: 'bad_request',
  });
  await nova.close();
});

test('many at once begin one session', async () => {
  const { nova, ask } = at([]);
  await Promise.all(
    [1, 2, 3, 4, 5].map((n) => ask('What will the weather be?', 'day', { id: `r${n}` })),
  );
  expect((await nova.session('a/b', 'day')).turns).toHaveLength(5);
  await expect(ask('What?', 'a/b')).rejects.toThrow(/a session is named/);
  await nova.close();
});

test('a turn that comes while its process is being closed is told so, and nobody waits for it for ever', async () => {
  const store = memoryStore();
  /** Closing takes as long as a disk. */
  const write: typeof store.write = async (...given) => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    return store.write(...given);
  };
  const { nova, ask } = at([], { store: { ...store, write } });
  await ask('What will the weather be?', 'day');
  const next = ask('And the weather tomorrow?', 'day');
  await Promise.all([nova.close(), expect(next).rejects.toMatchObject({ code: 'closed' })]);
});

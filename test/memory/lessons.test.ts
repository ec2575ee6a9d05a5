// Goal: what people say of who takes a request counts from the next one on, where it may be known, over restarts, until it is forgotten.
// Method: a house of three agents that is asked, corrected and asked back, in several scopes; what the journal has is searched.
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Nova, type NovaOptions } from 'nova-agents';
import { remember } from 'nova-agents/tools';
import { memoryJournal, ScriptedModel, type MemoryRecords } from 'nova-agents/testing';
import { mayRead } from '../../machines/protocol/scope.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { organisation } from '../fixtures/cli-taught/house.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

function house(options: Partial<NovaOptions> = {}): Nova {
  const nova = new Nova({ organisation, ...options });
  onTestFinished(() => nova.close());
  return nova;
}
/** Who did it, or how it ended. */
async function takerOf(nova: Nova, text: string, scope: string): Promise<string> {
  const { answer, outcome } = await nova.ask(text, { scope, project: '.' });
  return answer?.contributors.join() || outcome;
}
const REQUEST = 'Mend the xanadu before winter';

test('6.10 a corrected request goes right at once, in that scope and below it, and nowhere else', async () => {
  const nova = house();
  expect(await takerOf(nova, REQUEST, 'a/b')).toBe('refused');
  const { run } = await nova.ask(REQUEST, { scope: 'a/b', project: '.' });
  expect(await nova.correct(run, 'gardener')).toMatchObject({ scope: 'a/b', run, who: 'gardener' });
  for (const scope of ['a/b', 'a/b/c'])
    expect(await takerOf(nova, REQUEST, scope)).toBe('gardener');
  for (const scope of ['a', 'a/x', 'b', 'public'])
    expect(await takerOf(nova, REQUEST, scope)).toBe('refused');
  expect(await takerOf(nova, 'Cut the hedges', 'a/b')).toBe('gardener');
  // What was said last counts, and what is settled does not.
  const id = (await nova.memory('a/b'))[0]?.id ?? '';
  await nova.correct(REQUEST, null, { scope: 'a/b' });
  await nova.correct('Cut the hedges', null, { scope: 'a/b/c' });
  expect(await nova.memory('a/b')).toMatchObject([{ id, who: null }]);
  expect(await takerOf(nova, REQUEST, 'a/b')).toBe('refused');
  expect(await takerOf(nova, 'Cut the hedges', 'a/b/c')).toBe('refused');
  await nova.correct(REQUEST, 'north', { scope: 'a/b' });
  await nova.memory('a/b', { is: 'settle', id });
  expect(await takerOf(nova, REQUEST, 'a/b')).toBe('refused');
});

test('6.10 any lesson is told where it may be read, and nowhere else', async () => {
  const part = fc.constantFrom('a', 'b', 'c');
  const scope = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(scope, { maxLength: 5 }), scope, async (said, reader) => {
      const nova = new Nova({ organisation });
      for (const one of said) await nova.correct(`Mend the ${one} roof`, 'north', { scope: one });
      const words = said.map((one) => `Mend the ${one} roof`).join('. ') || 'Mend';
      const told = await nova.memory(reader, { is: 'lessons', words });
      await nova.close();
      const may = said.filter((one) => mayRead(reader, one));
      expect(told.map((one) => one.scope).toSorted()).toEqual(may.toSorted());
    }),
    { numRuns: 25, seed: 5 },
  );
});

test('6.10 it outlives the process; what is forgotten is in no record, and comes back from nowhere', async () => {
  const folder = temporaryFolder();
  const open = () => house({ journal: fileJournal(folder), store: fileStore(folder) });
  const first = open();
  const { id } = await first.correct(REQUEST, 'gardener', { scope: 'a' });
  await first.close();
  const next = open();
  // It does not say all that was said.
  const like = 'Mend it before the winter';
  const { run, answer } = await next.ask(like, { scope: 'a/b', project: '.' });
  expect(answer?.contributors).toEqual(['gardener']);
  await next.close();
  // Folded from the journal by another process, it went the same way.
  const last = open();
  expect((await last.resume(run)).answer?.contributors).toEqual(['gardener']);
  // It was told before that was said.
  await last.correct(REQUEST, 'north', { scope: 'a' });
  await last.memory('a', { is: 'forget', id });
  expect(await takerOf(last, like, 'a/b')).toBe('refused');
  await last.close();
  const journal = fileJournal(folder);
  const { runs } = await journal.list({ withShared: true });
  const records = await Promise.all(runs.map((one) => journal.read(one.run)));
  await journal.close();
  expect(JSON.stringify(records)).not.toContain('xanadu');
});

/** Asks, and answers the question of who is meant. */
async function clarified(nova: Nova, scope: string, text: string, answer: string, more = {}) {
  const asked = await nova.ask(text, { scope, project: '.', ...more });
  const [review] = asked.waiting;
  expect(review?.purpose).toBe('question');
  return nova.decide(review?.id ?? '', { is: 'answer', text: answer });
}

test('6.10 who chose between two is not asked again, but what is answered in public is held', async () => {
  const nova = house();
  const text = 'Paint the walls of the kitchen';
  const { run, answer } = await clarified(nova, 'a/b', text, 'the second one');
  expect(answer?.contributors).toEqual(['south']);
  const lesson = { kind: 'lesson', text, who: 'south', run, author: 'embedder', isHeld: false };
  expect(await nova.memory('a/b')).toMatchObject([lesson]);
  expect(await takerOf(nova, text, 'a/b')).toBe('south');
  // Another one is none: it was asked for by nobody.
  expect(await takerOf(nova, 'Cut the hedges', 'a/b')).toBe('gardener');
  expect(await nova.memory('a/b')).toHaveLength(1);
  await clarified(nova, 'public', text, 'the first one');
  expect(await nova.memory('public')).toMatchObject([{ who: 'north', isHeld: true }]);
  expect(await nova.memory('public', { is: 'lessons', words: text })).toEqual([]);
});

test('6.10 who answers with something else has chosen nobody, and in a conversation nothing is learned', async () => {
  const nova = house();
  await clarified(nova, 'a', 'Paint the walls', 'no, cut the hedges');
  await clarified(nova, 'a', 'Paint the walls', 'the first one', { session: 'day' });
  expect(await nova.memory('a')).toEqual([]);
});

test('6.10 with its run a lesson is forgotten, and who was told of it; who asked the same keeps it', async () => {
  const records: MemoryRecords = [];
  const nova = house({ journal: memoryJournal(records) });
  const { run } = await nova.ask(REQUEST, { scope: 'a', project: '.' });
  const before = await nova.ask(REQUEST, { scope: 'a', project: '.' });
  await nova.correct(run, 'gardener');
  const said = 'Mend that xanadu';
  const like = await nova.ask(said, { scope: 'a', project: '.', session: 'day' });
  const has = (one: string) =>
    records.some(({ run: of, text }) => of === one && text.includes(REQUEST));
  expect(has(like.run)).toBe(true);
  // Who has been told of it and is not done keeps everything as it is.
  const open = await nova.ask('Mend that xanadu', { scope: 'a', project: '.', planGate: true });
  await expect(nova.forget(run)).rejects.toThrow(/has not ended/);
  expect([run, 'a/~~memory'].filter(has)).toEqual([run, 'a/~~memory']);
  await nova.stop(open.run);
  await nova.forget(run);
  expect(await nova.memory('a')).toEqual([]);
  expect([run, before.run, like.run, 'a/~~memory'].filter(has)).toEqual([before.run]);
  // What it said itself is still known of it.
  expect((await nova.session('a', 'day')).turns).toMatchObject([{ asked: said }]);
});

test('6.10 a model is told of it as material, and no tool of an agent teaches', async () => {
  expect(remember.input.safeParse({ kind: 'lesson', text: 'x' }).success).toBe(false);
  const plan = { parts: [{ id: 'one', node: 'gardener', input: { text: REQUEST } }] };
  const model = new ScriptedModel({
    router: () => ({ says: { outcome: 'routed', value: { plan, unplaced: [] } } }),
  });
  const nova = house({ model });
  const lesson = { text: REQUEST, who: 'gardener' };
  await nova.correct(lesson.text, lesson.who, { scope: 'a' });
  await nova.ask(REQUEST, { scope: 'a', project: '.' });
  const call = model.calls.find(({ node }) => node === 'router');
  const catalogue = [{ id: 'gardener' }];
  const others = [{ id: 'north' }, { id: 'south' }];
  expect(call?.input).toMatchObject({ text: REQUEST, lessons: [lesson], catalogue, others });
  expect(call?.instructions).not.toContain('xanadu');
});

test('6.10 what a model settled by itself teaches nothing', async () => {
  const candidates = ['north', 'south'].map((node) => ({ node, score: 0.5 }));
  const plan = { parts: [{ id: 'one', node: 'north', input: { text: REQUEST } }] };
  const model = new ScriptedModel({
    router: () => ({ says: { outcome: 'several', value: { candidates } } }),
    planner: () => ({ says: { outcome: 'planned', value: { plan, unplaced: [] } } }),
  });
  const nova = house({ model });
  const { waiting } = await nova.ask(REQUEST, { scope: 'a', project: '.', planGate: true });
  const { outcome } = await nova.decide(waiting[0]?.id ?? '', { is: 'approve' });
  expect(outcome).toBe('answered');
  expect(await nova.memory('a')).toEqual([]);
});

test('6.10 what cannot be taught is refused by name', async () => {
  const nova = house();
  const { run } = await nova.run('gardener', { text: 'x' }, { scope: 'a/b', project: '.' });
  const asked = await nova.ask(REQUEST, { scope: 'a/b', project: '.' });
  await expect(nova.correct(REQUEST, 'stranger')).rejects.toThrow(/nobody called stranger/);
  await expect(nova.correct(REQUEST, 'planner')).rejects.toThrow(/nobody called planner/);
  await expect(nova.correct('a/b/none', 'north')).rejects.toThrow(/no run a\/b\/none/);
  await expect(nova.correct(run, 'north')).rejects.toThrow(/no words/);
  await expect(nova.correct(' ', 'north')).rejects.toThrow(/the note/);
  await expect(nova.correct(asked.run, 'north', { scope: 'b' })).rejects.toThrow(
    /is not told in b/,
  );
  expect(await nova.correct(asked.run, 'north', { scope: 'a' })).toMatchObject({ scope: 'a' });
});

test('6.10 a run that was told of a lesson and could not be begun keeps nobody from forgetting it', async () => {
  const journal = memoryJournal();
  let isFull = false;
  const append: typeof journal.append = async (...written) => {
    if (isFull) throw new Error('no space left');
    return journal.append(...written);
  };
  const nova = house({ journal: { ...journal, append } });
  const { id } = await nova.correct(REQUEST, 'gardener', { scope: 'a' });
  isFull = true;
  await expect(nova.ask(REQUEST, { scope: 'a', project: '.' })).rejects.toThrow('no space left');
  isFull = false;
  await nova.memory('a', { is: 'forget', id });
  expect(await nova.memory('a')).toEqual([]);
});

// Goal: what keeps failing is left alone for a while, by the one to whom it fails; what one agent does takes it from nobody else.
// Method: agents that call a model or tool that is out of order, run one after another on a clock that stands still; what was
// begun is read from the calls and from the journal.
import * as z from 'zod';
import { expect, onTestFinished, test } from 'vitest';
import {
  Ask,
  DEFAULT_LIMITS,
  defineAgent,
  defineOrganisation,
  defineTool,
  InDoubtError,
  Nova,
  type NovaOptions,
} from 'nova-agents';
import { Breakers } from '../../src/host/breakers.ts';
import type { AnyTool } from '../../src/team/agent.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

/** Told when a tool, or the model, begins that never returns. */
let hangs = () => {};
/** What is out of order now. */
const broken = new Set<string>();
const text = z.strictObject({ text: z.string() });
const base = { version: 1, input: Ask, outcomes: { done: text }, examples: [] } as const;
const usage = { model: 'm', tokens: { input: 1, output: 1 }, cost: 0 };

const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: z.strictObject({ text: z.string().min(1) }),
  output: text,
  effect: 'reads',
  run: async (input) => {
    if (broken.has('look')) throw new Error('out of order');
    return input;
  },
});
const post = defineTool({
  ...look,
  name: 'post',
  does: 'Posts.',
  effect: 'writes',
  inDoubt: 'reissue',
  run: async () => {
    throw new InDoubtError('no reply');
  },
});
const hang = defineTool({
  ...look,
  name: 'hang',
  does: 'Never returns.',
  timeoutMs: 200,
  run: () => new Promise<never>(() => hangs()),
});
const worker = (id: string, tool: AnyTool = look) =>
  defineAgent({
    ...base,
    id,
    does: 'Works.',
    tools: [tool],
    act: async (input, say, io) =>
      say.done(
        await io
          .tool(tool as typeof look, input)
          .catch(({ message }: Error) => ({ text: message })),
      ),
  });
const thinker = (id: string) =>
  defineAgent({ ...base, id, does: 'Thinks.', instructions: () => 'Think.' });
const organisation = defineOrganisation({
  id: 'breakers',
  agents: [
    ...['one', 'two', 'three'].map((id) => worker(id)),
    worker('poster', post),
    worker('hanger', hang),
    ...['first', 'second'].map(thinker),
  ],
  roles: {},
});

function nova(options: Partial<NovaOptions> = {}) {
  broken.clear();
  const clock = new ManualClock();
  const journal = memoryJournal();
  let thought = 0;
  const model = {
    async call() {
      thought += 1;
      if (broken.has('hung')) return new Promise<never>(() => hangs());
      if (broken.has('model')) throw new Error('503');
      return { usage, says: { outcome: 'done', value: { text: 'thought' } } };
    },
  };
  const made = new Nova({ organisation, clock, journal, model, ...options });
  onTestFinished(() => made.close());
  /** What each comes to, one after another: a reason, or what it said. */
  const come = async (...nodes: readonly string[]) => {
    const all: string[] = [];
    for (const node of nodes) {
      // oxlint-disable-next-line no-await-in-loop
      const { value, reason } = await made.run(node, { text: 'a' });
      all.push(reason ?? (value as { text: string }).text.split(': ')[1] ?? 'fine');
    }
    return all;
  };
  return { clock, journal, made, come, thought: () => thought };
}
const times = (count: number, one: string) => Array<string>(count).fill(one);

test('7.11 a tool that fails one agent five times in a row is left alone by that agent, until one call succeeds', async () => {
  const { clock, journal, made, come } = nova();
  broken.add('look');
  expect(await come(...times(6, 'one'))).toEqual([...times(5, 'threw'), 'unavailable']);
  broken.delete('look');
  expect(await come('two', 'one')).toEqual(['fine', 'unavailable']);
  clock.advance(29_999);
  expect(await come('one')).toEqual(['unavailable']);
  clock.advance(1);
  broken.add('look');
  expect(await come('one', 'one')).toEqual(['threw', 'unavailable']);
  clock.advance(30_000);
  broken.delete('look');
  expect(await come('one', 'one')).toEqual(['fine', 'fine']);
  const { run } = await made.run('one', { text: 'a' });
  expect((await journal.read(run)).filter(({ kind }) => kind === 'begun')).toHaveLength(1);
});

test('7.11 one that fails several agents is left alone by all', async () => {
  const { clock, come } = nova();
  broken.add('look');
  const all = ['one', 'two', 'three', 'one', 'two', 'three'];
  expect(await come(...all)).toEqual([...times(5, 'threw'), 'unavailable']);
  clock.advance(30_000);
  broken.delete('look');
  expect(await come(...all)).toEqual(times(6, 'fine'));
});

test('7.11 whose call is left alone by all has its own turn afterwards', async () => {
  const { clock, come } = nova({ breakers: { failures: 2, openMs: 10 } });
  broken.add('look');
  expect(await come('one', 'one')).toEqual(['threw', 'threw']);
  clock.advance(5);
  expect(await come('two')).toEqual(['threw']);
  clock.advance(5);
  expect(await come('one')).toEqual(['unavailable']);
  clock.advance(5);
  broken.delete('look');
  expect(await come('one')).toEqual(['fine']);
});

test('7.11 a call that could not be begun says nothing of what it calls', async () => {
  const clock = new ManualClock();
  const breakers = new Breakers(clock, { failures: 1, openMs: 10 });
  const { signal } = new AbortController();
  const reply = (reason: string) => ({ event: { type: 'tool.failed', reason }, values: {} });
  const come = (make: () => Promise<ReturnType<typeof reply>>) =>
    breakers.through({ endpoint: 'e', agent: 'a', signal }, make, () => reply('unavailable'));
  await come(async () => reply('threw'));
  clock.advance(10);
  const trouble = come(() => Promise.reject(new Error('the disk is full')));
  await expect(trouble).rejects.toThrow('the disk is full');
  expect(await come(async () => reply('contract'))).toEqual(reply('contract'));
});

test('7.11 the same for a model; a task that it would take ends as failed', async () => {
  const { come, thought } = nova({ breakers: { failures: 2, openMs: 1 } });
  broken.add('model');
  expect(await come('first', 'second', 'first')).toEqual(['threw', 'threw', 'unavailable']);
  expect(thought()).toBe(2);
});

test('7.11 a refusal of an input is no failure, and without breakers nothing is left alone', async () => {
  const { made } = nova();
  const refused = async () => (await made.run('one', { text: '' })).outcome;
  for (let at = 0; at < 6; at += 1) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await refused()).toBe('refused');
  }
  const { come } = nova({ breakers: false });
  broken.add('look');
  expect(await come(...times(7, 'one'))).toEqual(times(7, 'threw'));
});

test('7.11 no answer in its time is a failure; what somebody stops is none', async () => {
  const { clock, made } = nova({ breakers: { failures: 1 } });
  const hung = async (end: () => unknown, node = 'hanger') => {
    const begun = new Promise<void>((resolve) => (hangs = resolve));
    const running = made.run(node, { text: 'a' });
    await begun;
    await end();
    const { outcome, value } = await running;
    return [outcome, value];
  };
  expect(await hung(() => made.stopAll())).toEqual(['cancelled', null]);
  expect(await hung(() => clock.advance(200))).toEqual(['done', { text: 'hang: hung' }]);
  const { value } = await made.run('hanger', { text: 'a' });
  expect(value).toEqual({ text: 'hang: unavailable: hang has failed again and again' });
  broken.add('hung');
  // The time of a model is that of its task.
  expect(await hung(() => clock.advance(DEFAULT_LIMITS.deadlineMs), 'first')).toEqual([
    'expired',
    null,
  ]);
  expect((await made.run('first', { text: 'a' })).reason).toBe('unavailable');
});

test('7.11 a write that is left alone is not begun; one that was begun before stays in doubt', async () => {
  const { journal, made } = nova();
  const posted = async () => {
    const { run, value } = await made.run(
      'poster',
      { text: 'a' },
      { onReviews: ([review]) => review && void made.decide(review.id, { is: 'approve' }) },
    );
    const begun = (await journal.read(run)).filter(({ kind }) => kind === 'begun');
    return [(value as { text: string }).text, begun.length];
  };
  const inDoubt = ['post: in_doubt', 2];
  expect(await posted()).toEqual(inDoubt);
  expect(await posted()).toEqual(inDoubt);
  expect(await posted()).toEqual(['post: in_doubt', 1]);
  expect(await posted()).toEqual(['post: unavailable: post has failed again and again', 0]);
});

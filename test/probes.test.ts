// Goal: the ways in which crews of agents are known to go wrong, each with what Nova makes of it, as one page to read.
// Method: small teams of agents in code through the public doors alone; who begins to work is counted outside of Nova.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  fan,
  Nova,
  type AnyAgent,
  type NovaOptions,
  type Review,
  type Team,
} from 'nova-agents';
import { ManualClock, memoryJournal, type MemoryRecords } from 'nova-agents/testing';

/** What began outside, in its order. */
let begun: string[] = [];
/** The text at which work fails. */
let ill = '';
beforeEach(() => {
  begun = [];
});

const base = { version: 1, examples: [], does: 'Works.', input: Ask } as const;
const otherwise = {
  refused: { end: 'refused' },
  failed: { end: 'failed' },
  expired: { end: 'expired' },
} as const;
const charter = { version: 1, does: 'Works together.', input: Ask, otherwise } as const;
const as = (id: string) => ({ principal: { id, proof: 'token' } as const });
const work = { text: 'work' };
const tool = { does: 'Acts.', input: Ask, output: z.null() } as const;

function nova(agents: AnyAgent[], teams: Team[] = [], options: Partial<NovaOptions> = {}): Nova {
  const organisation = defineOrganisation({ id: 'probes', agents, teams, roles: {} } as never);
  const made = new Nova({ organisation, ...options });
  onTestFinished(() => made.close());
  return made;
}
/** What a person is asked by a run, which goes on meanwhile. */
const asked = (one: Nova, node: string, text: string) =>
  new Promise<Review>((resolve, reject) => {
    const onReviews = (reviews: readonly Review[]) => reviews.slice(0, 1).forEach(resolve);
    one.run(node, { text }, { onReviews }).catch(reject);
  });
/** A team in which one node works several times at once, each time on a text that ends differently. */
function together(id: string, node: AnyAgent | Team, ends: readonly string[]): Team {
  const each = <V>(of: (end: string) => V) =>
    Object.fromEntries(ends.map((end, at) => [`n${at}`, of(end)]));
  const all = fan({
    input: Ask,
    branches: each(() => node as AnyAgent),
    with: each((end) => ({ text }) => ({ text: `${text} ${end}` })),
  });
  return defineTeam({
    ...charter,
    id,
    outcomes: { all: z.unknown(), some: z.unknown() },
    nodes: { work: all },
    start: { to: 'work' },
    routes: { work: { all: { end: 'all' }, some: { end: 'some' } } },
  }) as unknown as Team;
}

/** Two who know nothing better than to ask each other. */
const talker = <const Id extends string>(id: Id) =>
  defineAgent({
    ...base,
    id,
    outcomes: { asks: Ask, knows: z.string() },
    act: (input, say) => {
      begun.push(id);
      return say.asks(input);
    },
  });
const ping = talker('ping');
const pong = talker('pong');
const pair = (back: { max?: number }) =>
  defineTeam({
    ...charter,
    id: 'pair',
    outcomes: { known: z.string() },
    nodes: { ping, pong },
    start: { to: 'ping' },
    routes: {
      ping: { asks: { to: 'pong' }, knows: { end: 'known' } },
      pong: { asks: { to: 'ping', ...back }, knows: { end: 'known' } },
    },
  });

test('7.7 two agents that call each other for ever are refused before the run, and bounded they end', async () => {
  expect(() => pair({})).toThrow(/cycle through p[io]ng/);
  const bounded = nova([ping, pong], [pair({ max: 2 })]).run('pair', work);
  expect(await bounded).toMatchObject({ outcome: 'failed', reason: 'turns' });
  expect(begun).toEqual(['ping', 'pong', 'ping', 'pong', 'ping', 'pong']);
});

test('2 a handoff to somebody who is not there does not compile, and is refused where nobody compiles', () => {
  const lost = () =>
    defineTeam({
      ...charter,
      id: 'lost',
      outcomes: { known: z.string() },
      nodes: { ping },
      start: { to: 'ping' },
      // @ts-expect-error nobody here is called pang
      routes: { ping: { asks: { to: 'pang' }, knows: { end: 'known' } } },
    });
  expect(lost).toThrow(/pang.*nobody here/);
});

test('2.2 a malformed result of a specialist ends by its contract, and nothing after it runs', async () => {
  const reader = defineAgent({
    ...base,
    id: 'reader',
    outcomes: { read: Ask },
    act: (_, say) => {
      begun.push('reader');
      return say.read({ text: 12, approved: true } as never);
    },
  });
  const desk = defineTeam({
    ...charter,
    id: 'desk',
    outcomes: { known: z.string(), asked: Ask },
    nodes: { reader, pong },
    start: { to: 'reader' },
    routes: {
      reader: { read: { to: 'pong' } },
      pong: { asks: { end: 'asked' }, knows: { end: 'known' } },
    },
  });
  const result = await nova([reader, pong], [desk]).run('desk', work);
  expect(result).toMatchObject({ outcome: 'failed', reason: 'contract' });
  // Once more, told what was wrong, and no further.
  expect(begun).toEqual(['reader', 'reader']);
});

/** Fails at the text that is ill. */
const worker = (shared?: { freshMs: number }) =>
  defineAgent({
    ...base,
    id: 'worker',
    outcomes: { done: z.string() },
    ...(shared && { shared }),
    act: ({ text }, say) => {
      begun.push(text);
      if (text === ill) throw new Error('it is ill');
      return say.done(`${text} is done`);
    },
  });

test('3.4 three identical delegations in one turn are one run, and all three receive it', async () => {
  for (const one of [worker(), worker({ freshMs: 0 })]) {
    begun = [];
    const three = together('three', one, ['x', 'x', 'x']);
    const { value } = await nova([one], [three]).run('three', work);
    const got = ['n0', 'n1', 'n2'].map((id) => ({ id, value: 'work x is done' }));
    expect(value).toMatchObject({ got, lost: [] });
    expect(begun).toEqual(['work x']);
  }
});

test('1.2, 3.7 a fan with a failing branch brings the others, and again only the lost one runs, while the others are fresh', async () => {
  const fresh = worker({ freshMs: 60_000 });
  const one = nova([fresh], [together('three', fresh, ['x', 'y', 'z'])]);
  ill = 'work y';
  const { outcome, value } = await one.run('three', work);
  expect(outcome).toBe('some');
  expect(value).toMatchObject({
    got: ['x', 'z'].map((end) => ({ value: `work ${end} is done` })),
    lost: [{ id: 'n1', outcome: 'failed', reason: 'threw' }],
  });
  expect(begun.toSorted()).toEqual(['work x', 'work y', 'work z']);
  ill = '';
  expect((await one.run('three', work)).outcome).toBe('all');
  expect(begun.slice(3)).toEqual(['work y']);
});

const pay = defineTool({
  ...tool,
  name: 'pay',
  effect: 'writes',
  inDoubt: 'reissue',
  approval: { by: ['ann', 'bob', 'cy'], quorum: 2 },
  run: async ({ text }) => {
    begun.push(text);
    return null;
  },
});
/** Wants to pay before anybody could have approved; where it goes on, it waits for none of its calls. */
const hasty = defineAgent({
  ...base,
  id: 'hasty',
  outcomes: { done: z.null() },
  tools: [pay],
  act: async (input, say, io) => {
    const paying = io.tool(pay, input);
    if (input.text === 'and goes') paying.catch(() => {});
    else await paying;
    return say.done(null);
  },
});

test('5.2, 5.9 the same stored approval again and again, at once, afterwards and after a restart, has one effect', async () => {
  const records: MemoryRecords = [];
  const one = nova([hasty], [], { journal: memoryJournal(records) });
  const { id, run } = await asked(one, 'hasty', 'Lea');
  /** All approve at once: how that came out for each. */
  const approved = async (at: Nova, ...who: string[]) => {
    const all = who.map((by) => at.decide(id, { is: 'approve' }, as(by)));
    return (await Promise.allSettled(all)).map((tried) =>
      tried.status === 'rejected' ? (tried.reason as { code: string }).code : 'taken',
    );
  };
  const [taken, again] = ['taken', 'already_decided'];
  const first = await approved(one, 'ann', 'ann', 'ann', 'eve', 'ann');
  expect(first).toEqual([taken, again, again, 'may_not_decide', again]);
  expect(begun).toEqual([]);
  expect((await approved(one, 'bob', 'cy')).toSorted()).toEqual([again, taken]);
  await one.close();
  const other = nova([hasty], [], { journal: memoryJournal(records) });
  expect(await approved(other, 'ann', 'cy', 'bob')).toEqual([again, again, again]);
  expect(begun).toEqual(['Lea']);
  const { deadLetters } = await other.show(run);
  expect(deadLetters.filter(({ event }) => event === 'gate.approved')).toHaveLength(5);
});

test('5.1 an effect that is wished before its approval does not begin, whether its agent waits for it or not', async () => {
  const one = nova([hasty]);
  for (const text of ['Lea', 'and goes']) {
    const { id } = await asked(one, 'hasty', text);
    await one.decide(id, { is: 'reject', why: 'no' }, as('bob'));
  }
  expect(begun).toEqual([]);
});

test('5.2, 9.1 an approval inside a team in a team is asked for outside, and leads on inside, also after a restart', async () => {
  const inner = together('inner', hasty, ['Lea']);
  const outer = together('outer', inner, ['to']);
  const records: MemoryRecords = [];
  const begin = () => nova([hasty], [inner, outer], { journal: memoryJournal(records) });
  const one = begin();
  const { id, within } = await asked(one, 'outer', 'pay');
  expect(within).toEqual(['outer', 'outer.work', 'inner', 'inner.work', 'hasty']);
  await one.decide(id, { is: 'approve' }, as('ann'));
  await one.close();
  const other = begin();
  expect(await other.reviews()).toMatchObject([{ id, said: [{ by: 'ann' }] }]);
  expect((await other.decide(id, { is: 'approve' }, as('bob'))).outcome).toBe('all');
  expect(begun).toEqual(['pay to Lea']);
});

test('8.3 a stop with 20 descendants at work lists them all, and nothing begins after it', async () => {
  const waiting: (() => void)[] = [];
  const dig = defineTool({
    ...tool,
    name: 'dig',
    effect: 'reads',
    run: async ({ text }) => {
      begun.push(text);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return null;
    },
  });
  const digger = defineAgent({
    ...base,
    id: 'digger',
    outcomes: { done: z.null() },
    tools: [dig],
    act: async ({ text }, say, io) => {
      for (let at = 0; at < 20; at += 1) await io.tool(dig, { text: `${text} ${at}` });
      return say.done(null);
    },
  });
  const gang = together('gang', digger, '0 1 2 3 4 5 6 7 8 9'.split(' '));
  const site = together('site', gang, ['here', 'there']);
  const clock = new ManualClock(7_000);
  const one = nova([digger], [gang, site], { clock });
  const running = one.run('site', work, { id: 's' });
  await expect.poll(() => waiting.length).toBe(20);
  clock.advance(1);
  const { outcome, inFlight } = await one.stop('local/s');
  for (const goOn of waiting) goOn();
  expect([outcome, (await running).outcome]).toEqual(['cancelled', 'cancelled']);
  expect(new Set(inFlight.map(({ actor }) => actor)).size).toBe(20);
  for (const each of inFlight)
    expect(each).toMatchObject({ tool: 'dig', since: 7_000, isInDoubt: false });
  await new Promise(setImmediate);
  expect([begun.length, inFlight.length]).toEqual([20, 20]);
  // What they still came to is on record, and a second stop stops nothing more.
  expect((await one.stop('local/s')).inFlight).toEqual([]);
  const late = (await one.show('local/s')).deadLetters.map(({ reason }) => reason);
  expect(late).toEqual(Array(20).fill('effect_closed'));
});

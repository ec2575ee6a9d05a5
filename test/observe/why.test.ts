// Goal: of every run it can be told where it went wrong first, with the very values, from its journal alone.
// Method: a ledger office in which one thing is otherwise each time; blame must name the one who did it, not the one who noticed.
import { expect, test } from 'vitest';
import { defineAgent, defineOrganisation, defineTeam } from 'nova-agents';
import * as z from 'zod';
import { organisation as coordination } from 'nova-agents/agents';
import { whyOf } from 'nova-agents/inspect';
import { ManualClock } from 'nova-agents/testing';
import { hashOf } from '../../src/kernel/canonical.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { worldOf } from '../../src/team/world.ts';
import { inline as mischief } from '../fixtures/mischief.ts';
import { organised, release } from '../fixtures/releases.ts';
import { asked as hasAsked, opened } from '../host/post.ts';
import { asked as question, chief, decision, Matter, one, two } from '../team/matter.ts';
import { ledger, type Wishes } from './ledger.ts';

const ASK = 'what was june';
const RUN = 'local/l1';

/** Asks a ledger, and rejects what waits on a person then. */
async function asked(wishes: Wishes, records: MemoryRecords = []) {
  const nova = opened(ledger(wishes), records);
  const { waiting } = await nova.ask(ASK, { id: 'l1' });
  for (const { id } of waiting) await nova.decide(id, { is: 'reject', why: 'no' });
  return { nova, why: await nova.why(RUN) };
}
const never = () => new Promise<never>(() => {});

test('10.7 of a run that came to what was asked nothing went wrong', async () => {
  const { why } = await asked({});
  expect(why).toEqual({ run: RUN, outcome: 'answered', way: [], mended: [] });
});

const READER = { id: 'request/plan/desk/reader-1', node: 'reader' };
const CARRIER = { id: 'request/plan/desk/carrier-1', node: 'carrier' };
const wrong = () => ({ invoice: 'june', total: 99_999 });

test.each<[string, Wishes, object]>([
  [
    'what a verifier objects to is walked back over composer, plan, check, team and mapping',
    { read: wrong, verify: () => '99999 is not the total' },
    { ...READER, kind: 'wrong', piece: 99_999, said: wrong(), outcome: 'found' },
  ],
  [
    'what a later part’s own check objects to is walked back to who said it',
    { read: wrong, objects: ({ total }) => (total > 50_000 ? `${total} is too much` : undefined) },
    { ...READER, kind: 'wrong', piece: 99_999, objection: '99999 is too much' },
  ],
  [
    'what changed on its way is the doing of who changed it',
    {
      carry: (figure) => ({ ...figure, total: 77_777 }),
      verify: () => 'the total 77777 is wrong',
    },
    { ...CARRIER, kind: 'wrong', piece: 77_777, input: { invoice: 'june', total: 41_250 } },
  ],
  [
    'an input that breaks its contract is the doing of who said it',
    { carry: () => ({ invoice: 'june', total: 'much' }) },
    {
      ...CARRIER,
      kind: 'wrong',
      piece: 'much',
      said: { figure: { invoice: 'june', total: 'much' } },
    },
  ],
  [
    'a check that only its own answer fails',
    { objects: () => 'it is late' },
    { node: 'checker', kind: 'broken', objection: 'it is late' },
  ],
  [
    'a check that compares its own answer with what it was handed',
    { objects: ({ total }) => `12 is not ${total}` },
    { node: 'checker', kind: 'broken' },
  ],
  [
    'an objection that names what was asked for only by the way',
    { verify: () => 'june is nonsense' },
    { node: 'composer', kind: 'wrong' },
  ],
  [
    'an objection that names nothing is the doing of who told it',
    { verify: () => 'this is nonsense' },
    { node: 'composer', kind: 'wrong', objection: { why: 'this is nonsense' } },
  ],
  [
    'an answer that breaks its contract',
    { read: () => ({ invoice: 7 }) as never },
    { ...READER, kind: 'broken', objection: expect.stringContaining('→ at invoice') },
  ],
  [
    'code that throws',
    {
      read: () => {
        throw new Error('no ink');
      },
    },
    { ...READER, kind: 'failed', objection: 'no ink', input: { text: ASK } },
  ],
  [
    'a tool that failed',
    { lookUp: () => Promise.reject(new Error('no line')) },
    {
      ...READER,
      kind: 'tool',
      tool: { name: 'look', input: { invoice: 'june' } },
      objection: 'no line',
    },
  ],
  [
    'a tool that gave what was found wrong',
    { lookUp: () => Promise.resolve({ total: 13 }), verify: () => 'nothing costs 13' },
    {
      ...READER,
      kind: 'wrong',
      tool: { name: 'look', input: { invoice: 'june' }, result: { total: 13 } },
    },
  ],
])('10.7 blame: %s', async (_, wishes, blame) => {
  expect((await asked(wishes)).why.blame).toMatchObject(blame);
});

test('10.7 who is asked first is not blamed for who comes late, nor a person who was never asked', async () => {
  const clock = new ManualClock(0);
  const nova = opened(ledger({ read: never }), [], { clock, limits: { deadlineMs: 1000 } });
  const asking = nova.ask(ASK, { id: 'l1' });
  await expect.poll(async () => (await nova.why(RUN).catch(() => undefined))?.outcome).toBe('open');
  await expect.poll(async () => (await nova.show(RUN)).trace.at(-1)?.node).toBe('reader');
  expect(await nova.why(RUN)).toMatchObject({ outcome: 'open', way: [] });
  clock.advance(1000);
  expect((await asking).outcome).toBe('expired');
  expect((await nova.why(RUN)).blame).toMatchObject({ ...READER, kind: 'late' });
});

test('10.7 a person who says no, or who stops it, is named', async () => {
  const { why, nova } = await asked({ isGated: true });
  expect(why.blame).toMatchObject({
    node: 'desk.boss',
    kind: 'rejected',
    by: 'embedder',
    input: { invoice: 'june', total: 41_250 },
  });
  await nova.ask(ASK, { id: 'l2' });
  await nova.stop('local/l2', { id: 'ada', proof: 'token' });
  expect(await nova.why('local/l2')).toMatchObject({
    outcome: 'cancelled',
    blame: { kind: 'stopped', by: 'ada', id: 'request' },
  });
  await expect(nova.why('local/nobody')).rejects.toMatchObject({ code: 'unknown_run' });
});

test('10.7 what is forgotten is not told, and a run that lacks a definition is told as far as it goes', async () => {
  const records: MemoryRecords = [];
  const wishes = { read: wrong, verify: () => '99999 is not the total' };
  const { nova, why } = await asked(wishes, records);
  const kept = await memoryJournal(records).read(RUN);
  const world = worldOf(ledger());
  const lacks = { ...world, machine: () => undefined };
  expect(whyOf(lacks, RUN, kept)).toMatchObject({
    outcome: 'refused',
    blame: { node: 'verifier' },
    gap: expect.stringContaining('request'),
  });
  expect(whyOf(world, RUN, kept)).toEqual(why);
  await nova.forget(RUN, hashOf(wrong()));
  const forgot = await nova.why(RUN);
  expect(forgot).toMatchObject({ outcome: 'refused', gap: expect.stringContaining('forgotten') });
  expect(JSON.stringify(forgot)).not.toContain(JSON.stringify(wrong()));
  await nova.forget(RUN);
  const after = await nova.why(RUN);
  expect(JSON.stringify(after)).not.toContain('99999');
  expect(after).toMatchObject({ outcome: 'refused', gap: expect.stringContaining('forgotten') });
});

test.each<[string, string, object]>([
  [
    'whoever made a plan that does not hold',
    'honest nobody',
    { node: 'splitter', kind: 'unrunnable' },
  ],
  [
    'who did the work that another waited for',
    'thrower thrower',
    { id: 'request/plan/p0', node: 'thrower', kind: 'failed' },
  ],
  ['an outcome that is not declared', 'inventor', { node: 'inventor', kind: 'broken' }],
  ['an agent for which there is no model', 'thinker', { node: 'thinker', kind: 'unavailable' }],
])('10.7 blame: %s', async (_, text, blame) => {
  const nova = opened(mischief, []);
  await nova.ask(text, { id: 'l1' });
  expect((await nova.why(RUN)).blame).toMatchObject(blame);
});

test('10.7 blame: a plan that nobody decided on in time', async () => {
  const clock = new ManualClock(0);
  const nova = opened(mischief, [], { clock });
  expect((await nova.ask('honest', { id: 'l1', planGate: true })).outcome).toBe('waiting');
  clock.advance(30 * 86_400_000);
  await expect.poll(async () => (await nova.show(RUN)).outcome).toBe('expired');
  expect((await nova.why(RUN)).blame).toMatchObject({ id: 'request/plan-gate', kind: 'undecided' });
});

test('10.7 blame: a passage that nobody takes is left out by who places it', async () => {
  // Without its module: no thread is needed.
  const { id, agents, roles } = coordination;
  const nova = opened(defineOrganisation({ id, agents, roles }), []);
  await nova.ask('Bake me a chocolate cake', { id: 'l1' });
  expect((await nova.why(RUN)).blame).toMatchObject({ kind: 'unplaced', node: 'router' });
});

test('10.7 blame: behind what was decided stands who held it, with the positions that were overruled', async () => {
  const decide = decision({ rule: 'vote', advisers: { one: { agent: one, weight: 3 }, two } });
  const doer = defineAgent({
    id: 'doer',
    version: 1,
    does: 'Does what was decided.',
    input: question.record,
    outcomes: { done: z.null() },
    examples: [],
    limits: { maxRepairs: 0 },
    check: () => 'one says yes: that cannot be done',
    act: (_, say) => say.done(null),
  });
  const team = defineTeam({
    id: 'room',
    version: 1,
    does: 'Decides and does.',
    input: Matter,
    outcomes: { done: z.null(), undecided: z.null() },
    nodes: { decide, doer },
    start: { to: 'decide', with: (matter) => matter },
    routes: {
      decide: {
        yes: { to: 'doer' },
        no: { to: 'doer' },
        undecided: { end: 'undecided', with: () => null },
      },
      doer: { done: { end: 'done' } },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  const agents = [one, two, chief, doer];
  const nova = opened(defineOrganisation({ id: 'o', agents, teams: [team] }), []);
  await nova.run('room', { words: { one: 'yes', two: 'no' } }, { id: 'l1' });
  const { blame, way } = await nova.why(RUN);
  expect(way.map(({ node }) => node)).toEqual(['solo', 'room', 'doer', 'room.decide', 'one']);
  expect(blame).toMatchObject({
    node: 'one',
    kind: 'wrong',
    piece: 'one says yes',
    overruled: [{ agent: 'two', choice: 'no', answer: 'outvoted: yes 3, no 1' }],
  });
});

test('10.7 of a parked run it is told how far it came, and who ended it', async () => {
  const records: MemoryRecords = [];
  const before = opened(organised(release(1)), records);
  await hasAsked(before, 'l1');
  await before.close();
  const nova = opened(organised(release(2)), records);
  const gap = expect.stringContaining('post');
  expect(await nova.why(RUN)).toEqual({ run: RUN, outcome: 'open', gap, way: [], mended: [] });
  expect((await nova.stop(RUN, { id: 'ada', proof: 'token' })).inFlight).toMatchObject([
    { node: 'post.look', effect: 'person.ask', isInDoubt: false },
  ]);
  expect(await nova.why(RUN)).toMatchObject({ blame: { kind: 'stopped', by: 'ada' }, gap });
});

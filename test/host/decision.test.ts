// Goal: a decision is made by whom it should be, and its record says how; whatever its advisers do.
// Method: advisers, owner and judge that do as the subject tells them, in a whole Nova; people answer what they are asked.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Nova, type Review, type Verdict } from 'nova-agents';
import { ScriptedModel } from 'nova-agents/testing';
import type { DecisionRecord } from '../../machines/arbitration/schemas.ts';
import {
  deciding,
  dreamer,
  handed,
  judge,
  one,
  rulingDreamer,
  scribe,
  two,
} from '../team/matter.ts';

const open: Nova[] = [];
beforeEach(() => handed.clear());
afterEach(() => Promise.all(open.splice(0).map((nova) => nova.close())));

const board = { id: 'board', proof: 'embedder' } as const;
type Words = Readonly<Record<string, string>>;
interface Given {
  /** What people say to what they are asked, in that order. */
  readonly verdicts?: readonly ((review: Review) => Verdict)[];
  /** An adviser from whom the subject comes. */
  readonly from?: typeof one;
  readonly principal?: { readonly id: string; readonly proof: 'embedder' };
}

async function decided(
  change: object,
  words: Words,
  { verdicts = [], principal = board, from }: Given = {},
) {
  const model = new ScriptedModel({ dream: held, again: held, thinker });
  const nova = new Nova({ organisation: deciding(change, from), model });
  open.push(nova);
  const asked: Review[] = [];
  const onReviews = ([review]: readonly Review[]) => {
    const verdict = review && verdicts[asked.length]?.(review);
    if (review === undefined || verdict === undefined) return;
    asked.push(review);
    void nova.decide(review.id, verdict, { principal });
  };
  const result = await nova.run('room', { words }, { onReviews });
  return { result, record: result.value as unknown as DecisionRecord, asked, nova };
}
const fact = { why: 'a model says so', evidence: [{ kind: 'fact', n: 2 }] };
const held = () => ({ says: { outcome: 'yes', value: fact } });
/** Answers nobody, until it is told that it has to. */
const thinker = ({ problem }: { readonly problem: string | undefined }) => {
  const answers = /two held no/.test(problem ?? '') ? { two: 'no', three: 'no' } : {};
  return { says: { outcome: 'yes', value: { ...fact, answers } } };
};
const approve = (): Verdict => ({ is: 'approve' });
const reject = (): Verdict => ({ is: 'reject' });
/** Another choice, with an answer to these. */
const choose =
  (choice: string, ...answered: readonly string[]) =>
  ({ subject }: Review): Verdict => ({
    is: 'edit',
    value: {
      ...(subject as object),
      choice,
      answers: Object.fromEntries(answered.map((id) => [id, 'no'])),
    } as never,
  });

const split = { one: 'yes', two: 'no', three: 'no', chief: 'yes', judge: 'no' };

describe('decides', () => {
  test('4.3 what all hold, without anybody else', async () => {
    const { record, result } = await decided({}, { one: 'no', two: 'no', three: 'no' });
    expect(record).toMatchObject({ choice: 'no', by: 'agreement', why: null, overruled: [] });
    expect(result.trace.map(({ node }) => node)).not.toContain('chief');
  });

  test.each([
    ['the owner', { rule: 'owner' }, 'yes', 'owner'],
    ['the judge', { rule: { judge } }, 'no', 'judge'],
    ['the vote', { rule: 'vote' }, 'no', 'vote'],
    [
      'the weights of the vote',
      { rule: 'vote', advisers: { one: { agent: one, weight: 3 }, two } },
      'yes',
      'vote',
    ],
  ])('4.3 %s', async (_, change, choice, by) => {
    const { record } = await decided(change, split);
    expect(record).toMatchObject({ choice, by, why: null });
  });

  test('4.3 the owner, where it is a person', async () => {
    const { record, asked } = await decided({ owner: { people: ['board'] } }, split, {
      verdicts: [choose('yes', 'two', 'three')],
    });
    expect(asked[0]?.subject).toMatchObject({ why: 'owner', choice: 'no' });
    expect(record).toMatchObject({ choice: 'yes', by: 'owner', why: 'owner' });
  });
});

describe('advisers', () => {
  test('4.2 are handed the subject alone, and at once', async () => {
    const { nova, result } = await decided({}, split);
    expect([...handed.keys()].slice(0, 3).toSorted()).toEqual(['one', 'three', 'two']);
    for (const id of ['one', 'two', 'three']) expect(handed.get(id)).toEqual({ words: split });
    const { trace } = await nova.show(result.run);
    const at = trace.filter(({ id }) => id.includes('adviser-')).map((handoff) => handoff.at);
    expect([at.length, new Set(at).size]).toEqual([3, 1]);
  });

  test.each(['throw', 'hang', 'refuse', 'break'])(
    '4.2 who comes to nothing has no position, and is named with why: %s',
    async (word) => {
      const { record } = await decided({}, { ...split, three: word });
      const outcome = { throw: 'failed', hang: 'expired', refuse: 'refused', break: 'failed' }[
        word
      ];
      expect(record.missing).toMatchObject([{ adviser: 'three', agent: 'three', outcome }]);
      expect(record.positions.map(({ adviser }) => adviser)).toEqual(['one', 'two']);
    },
  );
});

describe('a vote', () => {
  const advisers = {
    one: { agent: one, weight: 2 },
    dream: dreamer('dream'),
    again: dreamer('again'),
  };
  test('4.4 counts the same model once, however often it is asked', async () => {
    const { record } = await decided({ rule: 'vote', advisers }, { one: 'no' });
    expect(record).toMatchObject({ choice: 'no', by: 'vote', tally: { yes: 1, no: 2 } });
    expect(record.overruled).toMatchObject([
      { adviser: 'dream', answer: 'outvoted: yes 1, no 2' },
      { adviser: 'again' },
    ]);
  });

  test('4.4 that is tied, or narrower than its margin, goes to a person', async () => {
    const tied = await decided({ rule: 'vote', advisers: { one, two } }, split, {
      verdicts: [choose('no', 'one')],
    });
    expect(tied.asked[0]?.subject).toMatchObject({ why: 'margin', proposed: null });
    expect(tied.record).toMatchObject({ choice: 'no', by: 'person', why: 'margin' });
    const close = { rule: 'vote', marginAtLeast: 0.4 };
    const narrow = await decided(close, split, { verdicts: [approve] });
    expect(narrow.record).toMatchObject({ choice: 'no', by: 'person', why: 'margin' });
    const wide = await decided({ ...close, marginAtLeast: 1 / 3 }, split);
    expect(wide.record).toMatchObject({ choice: 'no', by: 'vote' });
  });
});

describe('a person is asked', () => {
  test.each([
    ['veto', { rule: 'vote', veto: ['one'] }, split, 'no'],
    ['veto', { veto: ['two'] }, split, 'yes'],
    ['too_few', {}, { ...split, one: 'throw', two: 'throw' }, 'no'],
    ['too_few', { veto: ['three'] }, { ...split, three: 'throw' }, null],
    ['no_ruling', {}, { ...split, chief: 'throw' }, 'no'],
    ['no_ruling', {}, { ...split, chief: 'yes mute' }, 'no'],
    ['author', { author: (): string => 'chief' }, split, 'no'],
    ['author', { rule: { judge }, author: (): string => 'judge' }, split, 'no'],
  ])('4.5 because of: %s', async (why, change, words, proposed) => {
    const { record, asked } = await decided(change, words, { verdicts: [approve] });
    expect(asked[0]?.subject).toMatchObject({ why, proposed });
    expect(record).toMatchObject({
      why,
      choice: proposed,
      by: proposed === null ? null : 'person',
    });
  });

  test('4.5 who wrote it is not asked for advice', async () => {
    const { record, result } = await decided({ author: () => 'one', rule: 'vote' }, split);
    expect(result.trace.map(({ node }) => node)).not.toContain('one');
    expect(record.missing).toMatchObject([{ adviser: 'one', outcome: null }]);
    expect(record.author).toBe('one');
  });

  test('4.3 who wrote it is known by the way that it came', async () => {
    const { record, result } = await decided({ rule: 'vote' }, split, { from: one });
    expect(result.trace.filter(({ node }) => node === 'one')).toHaveLength(1);
    expect([record.author, record.missing[0]?.adviser]).toEqual(['one', 'one']);
  });

  test('4.5 a person who wrote it decides nothing either', async () => {
    const author = (): string => 'board';
    const change = { veto: ['two'], author, withinMs: 200 };
    const { result } = await decided(change, split, { verdicts: [approve] });
    expect(result.outcome).toBe('expired');
  });

  test('4.5 who says no leaves it undecided, and so does who approves where nothing is proposed', async () => {
    const no = await decided({ veto: ['two'] }, split, { verdicts: [reject] });
    expect([no.result.outcome, no.record.choice, no.record.by]).toEqual(['undecided', null, null]);
    const tie = { rule: 'vote', advisers: { one, two } };
    const nothing = await decided(tie, split, { verdicts: [approve] });
    expect(nothing.result.outcome).toBe('undecided');
  });

  test('4.6 and whoever they overrule is answered, else their content is refused', async () => {
    const nova = new Nova({ organisation: deciding({ veto: ['two'] }) });
    open.push(nova);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const running = nova.run(
      'room',
      { words: { ...split, three: 'yes' } },
      {
        onReviews: ([review]) =>
          review &&
          void nova
            .decide(review.id, choose('no')(review), { principal: board })
            .catch(resolve)
            .then(() => nova.stop(review.run)),
      },
    );
    const problem = await promise;
    expect((await running).outcome).toBe('cancelled');
    expect(String(problem)).toMatch(/one held yes: it is not answered/);
  });

  test('4.6 what they were shown of the others counts, not what they write there', async () => {
    const forge = (review: Review): Verdict => {
      const verdict = choose('no', 'one')(review) as { is: 'edit'; value: object };
      return { ...verdict, value: { ...verdict.value, positions: [] } as never };
    };
    const { record } = await decided({ veto: ['two'] }, split, { verdicts: [forge] });
    expect(record).toMatchObject({ choice: 'no', by: 'person' });
    expect(record.overruled).toMatchObject([{ adviser: 'one', answer: 'no' }]);
  });
});

test('4.6 an owner that leaves an objection without an answer is told so, and may mend it', async () => {
  const owner = rulingDreamer('thinker', ['matter']);
  const { record } = await decided({ owner }, split);
  expect(record).toMatchObject({ choice: 'yes', by: 'owner', answers: { two: 'no', three: 'no' } });
});

test('4.6 the record holds evidence, answers and the ruling, and is told from the journal alone', async () => {
  const { record, nova, result } = await decided({}, split);
  expect(record.positions[0]).toEqual({
    adviser: 'one',
    agent: 'one',
    choice: 'yes',
    weight: 1,
    hasVeto: false,
    said: { why: 'one says yes', evidence: [{ kind: 'fact', n: 1 }] },
  });
  expect(record.overruled.map(({ adviser, answer }) => [adviser, answer])).toEqual([
    ['two', 'chief heard it'],
    ['three', 'chief heard it'],
  ]);
  const { decisions } = await nova.show(result.run);
  expect(decisions).toEqual([{ id: 'solo/node/decide-1', ...record }]);
  const person = await decided({ veto: ['two'] }, split, { verdicts: [approve] });
  expect(person.result.decisions).toMatchObject([{ by: 'person', principal: 'board' }]);
});

describe('an appeal', () => {
  const change = { rule: 'vote', appeal: { by: ['board'], withinMs: 20_000 } };
  test('4.7 may change what was decided, once', async () => {
    const { record, asked } = await decided(change, split, {
      verdicts: [choose('yes', 'two', 'three')],
    });
    expect(asked).toHaveLength(1);
    expect(record).toMatchObject({ choice: 'yes', by: 'person', isAppealed: true });
  });
  test('4.7 lets it stand, or undoes it', async () => {
    const stood = await decided(change, split, { verdicts: [approve] });
    expect(stood.record).toMatchObject({ choice: 'no', by: 'vote', isAppealed: false });
    const undone = await decided(change, split, { verdicts: [reject] });
    expect(undone.record).toMatchObject({ choice: null, isAppealed: true });
  });
  test('4.7 that nobody brings in time leaves it as it is, and none is open where all agree', async () => {
    const short = { rule: 'vote', appeal: { by: ['board'], withinMs: 1 } };
    const stood = await decided(short, split);
    expect(stood.record).toMatchObject({ choice: 'no', by: 'vote', isAppealed: false });
    const both = { one: { agent: one, weight: 2 }, two, three };
    const rest = { rule: 'vote', advisers: both, withinMs: 60, appeal: { withinMs: 59 } };
    const over = await decided(rest, { one: 'yes', two: 'no', three: 'hang' });
    expect(over.record).toMatchObject({ choice: 'yes', by: 'vote' });
    expect((await decided(change, {})).record).toMatchObject({ choice: 'yes', by: 'agreement' });
  });
});

describe('time', () => {
  test('4.8 decides nothing: what is not decided in it has expired', async () => {
    const late = await decided({ withinMs: 30 }, { ...split, two: 'hang' });
    expect([late.result.outcome, late.result.decisions?.[0]?.choice]).toEqual(['expired', null]);
    const { blame } = await late.nova.why(late.result.run);
    expect(blame).toMatchObject({ kind: 'late', node: 'two' });
    const unasked = await decided({ withinMs: 30, veto: ['two'] }, split);
    expect(unasked.result.outcome).toBe('expired');
  });
});

test('5.1 an adviser that writes before it speaks waits for a person, like any agent', async () => {
  const advisers = { one, two, scribe };
  const words = { ...split, two: 'yes', scribe: 'yes' };
  const no = await decided({ advisers }, words, {
    verdicts: [reject],
    principal: { id: 'embedder', proof: 'embedder' },
  });
  expect(no.asked.map(({ purpose, actor }) => [purpose, actor])).toEqual([
    ['tool:note', 'solo/node/decide-1/adviser-scribe/gate-1'],
  ]);
  expect(no.record.missing).toMatchObject([{ adviser: 'scribe', outcome: 'failed' }]);
});

test('8.1 a stop while positions are out takes the advisers along', async () => {
  const nova = new Nova({ organisation: deciding() });
  open.push(nova);
  const stop = new AbortController();
  const { outcome, trace } = await nova.run(
    'room',
    { words: { ...split, one: 'hang', three: 'hang' } },
    {
      signal: stop.signal,
      onProgress: ({ kind }) => kind === 'ended' && stop.abort(),
    },
  );
  expect(outcome).toBe('cancelled');
  expect(trace.filter((handoff) => handoff.outcome === undefined)).toEqual([]);
});

test('4.5 what somebody else says in the place of the board changes nothing', async () => {
  const eve = { id: 'eve', proof: 'embedder' } as const;
  const { result } = await decided({ veto: ['two'], withinMs: 200 }, split, {
    verdicts: [approve],
    principal: eve,
  });
  expect(result.outcome).toBe('expired');
});

// Goal: a decision is made by whom it should be, and its record says how; whatever its advisers do.
// Method: advisers, owner and judge that do as the subject tells them, in a whole Nova.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Nova } from 'nova-agents';
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
import { approve, choose, closeAll, decided, open, reject, split } from './deciding.ts';

beforeEach(() => handed.clear());
afterEach(closeAll);

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

  test('2.12 4.3 a judge with a model, by its code where the model gives nothing', async () => {
    const both = {
      ...judge,
      instructions: () => 'Judge.',
      limits: { ...judge.limits, maxTurns: 4 },
    };
    // Nobody has written what the model would say for it.
    const { record } = await decided({ rule: { judge: both } }, split);
    expect(record).toMatchObject({ choice: 'no', by: 'judge', why: null });
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
  const { arbitrations } = await nova.show(result.run);
  expect(arbitrations).toEqual([{ id: 'solo/node/decide-1', ...record }]);
  const person = await decided({ veto: ['two'] }, split, { verdicts: [approve] });
  expect(person.result.arbitrations).toMatchObject([{ by: 'person', principal: 'board' }]);
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

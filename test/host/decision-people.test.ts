// Goal: a person is asked exactly what no rule may decide, and is bound by the record; an appeal is heard once; time decides nothing.
// Method: as in decision.test.ts; people approve, edit, reject, forge, come late, or are somebody else.
import { afterEach, describe, expect, test } from 'vitest';
import { Nova, type Review, type Verdict } from 'nova-agents';
import { deciding, judge, one, three, two } from '../team/matter.ts';
import { approve, board, choose, closeAll, decided, open, reject, split } from './deciding.ts';

afterEach(closeAll);

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

  test('4.3 and who let it through at a gate has not written it', async () => {
    const given = { from: one, isGated: true, verdicts: [approve] };
    const { record } = await decided({ rule: 'vote' }, split, given);
    expect(record.author).toBe('one');
  });

  test('4.5 a person who wrote it decides nothing either', async () => {
    const author = (): string => 'board';
    const change = { veto: ['two'], author, withinMs: 200 };
    const { result, refused } = await decided(change, split, { verdicts: [approve] });
    expect([result.outcome, refused]).toEqual(['expired', ['may_not_decide']]);
  });

  test('4.5 people may be asked as at a gate: by role, and as many as it takes', async () => {
    const owner = { people: { by: [{ role: 'chair' }, 'board'], quorum: 2 } };
    const organisation = deciding({ owner }, undefined, false, { chair: ['ada'] });
    const nova = new Nova({ organisation });
    open.push(nova);
    const ada = { id: 'ada', proof: 'embedder' } as const;
    let isAsked = false;
    const onReviews = ([review]: readonly Review[]) => {
      if (review === undefined || isAsked) return;
      isAsked = true;
      const says = (principal: typeof ada | typeof board) =>
        nova.decide(review.id, approve(), { principal });
      void says(ada).then(() => says(board));
    };
    const { outcome, decisions } = await nova.run('room', { words: split }, { onReviews });
    expect([outcome, decisions.map(({ by }) => by)]).toEqual(['decided', ['ada', 'board']]);
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
    expect([late.result.outcome, late.result.arbitrations?.[0]?.choice]).toEqual(['expired', null]);
    const { blame } = await late.nova.why(late.result.run);
    expect(blame).toMatchObject({ kind: 'late', node: 'two' });
    const unasked = await decided({ withinMs: 30, veto: ['two'] }, split);
    expect(unasked.result.outcome).toBe('expired');
  });
});

test('4.5 what somebody else says in the place of the board changes nothing', async () => {
  const eve = { id: 'eve', proof: 'embedder' } as const;
  const { result, refused } = await decided({ veto: ['two'], withinMs: 200 }, split, {
    verdicts: [approve],
    principal: eve,
  });
  expect([result.outcome, refused]).toEqual(['expired', ['may_not_decide']]);
});

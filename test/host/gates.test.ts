// Goal: several people decide together through a whole Nova, also over a restart; whatever comes twice or too late has no effect.
// Method: a shop whose refunds two of three must approve, in a team within a team, and a tool of it that two must approve.
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  Nova,
  type Approval,
  type Review,
} from 'nova-agents';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';

const Terms = z.strictObject({ before: z.string(), after: z.string() });
const paid: string[] = [];
const two: Approval = { by: ['ann', 'bob', 'cy'], quorum: 2, delegation: { max: 1 } };
const pay = defineTool({
  name: 'pay',
  does: 'Pays.',
  input: z.strictObject({ to: z.string() }),
  output: z.null(),
  effect: 'writes',
  inDoubt: 'reissue',
  approval: two,
  run: async ({ to }) => {
    paid.push(to);
    return null;
  },
});
const drafter = defineAgent({
  id: 'drafter',
  version: 1,
  does: 'Drafts new terms.',
  input: Ask,
  outcomes: { drafted: Terms },
  examples: [],
  act: ({ text }, say) => say.drafted({ before: 'one\ntwo\nthree\n', after: text }),
});
const payer = defineAgent({
  id: 'payer',
  version: 1,
  does: 'Pays.',
  input: Ask,
  outcomes: { done: z.null() },
  tools: [pay],
  examples: [],
  act: async ({ text }, say, io) => say.done(await io.tool(pay, { to: text })),
});
const routes = {
  approved: { end: 'agreed' },
  edited: { end: 'agreed' },
  rejected: { end: 'declined' },
} as const;
const otherwise = {
  refused: { end: 'refused' },
  failed: { end: 'failed' },
  expired: { end: 'expired' },
} as const;
const board = defineTeam({
  id: 'board',
  version: 1,
  does: 'Agrees on terms.',
  input: Ask,
  outcomes: { agreed: Terms, declined: z.null() },
  nodes: { drafter, sign: gate({ subject: Terms, ...two, withinMs: 60_000 }) },
  start: { to: 'drafter' },
  routes: { drafter: { drafted: { to: 'sign' } }, sign: routes },
  otherwise,
});
const firm = defineTeam({
  id: 'firm',
  version: 1,
  does: 'Asks its board.',
  input: Ask,
  outcomes: { agreed: Terms, declined: z.null() },
  nodes: { board },
  start: { to: 'board' },
  routes: { board: { agreed: { end: 'agreed' }, declined: { end: 'declined' } } },
  otherwise,
});
const organisation = defineOrganisation({
  id: 'shop',
  agents: [drafter, payer],
  teams: [firm, board],
});

const open: Nova[] = [];
function nova(journal = memoryJournal()): Nova {
  const made = new Nova({ organisation, journal, store: memoryStore() });
  open.push(made);
  return made;
}
afterEach(async () => {
  paid.length = 0;
  await Promise.all(open.splice(0).map((one) => one.close()));
});
const as = (id: string) => ({ principal: { id, proof: 'token' } as const });
const first = ({ waiting }: { readonly waiting: readonly Review[] }): Review =>
  waiting[0] as Review;
/** What a node comes to ask; its run goes on meanwhile. */
const asked = (one: Nova, node = 'firm', text = 'one\nTWO\nthree\n') =>
  new Promise<Review>((resolve, reject) => {
    const onReviews = (reviews: readonly Review[]) => reviews.slice(0, 1).forEach(resolve);
    one.run(node, { text }, { onReviews }).catch(reject);
  });

describe('in the inbox', () => {
  test('5.7 a gate in a team in a team stands in the inbox with its way, its people and what it changes', async () => {
    const review = await asked(nova());
    expect(review).toMatchObject({
      within: ['firm', 'board'],
      purpose: 'board.sign',
      deciders: ['ann', 'bob', 'cy'],
      quorum: 2,
      said: [],
      mayDelegate: true,
      diff: '@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three',
    });
    expect(review.until).toBeGreaterThan(0);
  });

  test('5.7, 5.11 it goes on inside once two have approved, over a restart in between, and says who and why', async () => {
    const records: MemoryRecords = [];
    const one = nova(memoryJournal(records));
    const { id, run } = await asked(one);
    const half = await one.decide(id, { is: 'approve', why: 'it is fair' }, as('ann'));
    expect([half.outcome, first(half).said]).toEqual([
      'waiting',
      [{ by: 'ann', says: 'approved', why: 'it is fair' }],
    ]);
    await one.close();
    const other = nova(memoryJournal(records));
    expect((await other.reviews()).map((review) => review.said.length)).toEqual([1]);
    const { outcome, value, decisions } = await other.decide(id, { is: 'approve' }, as('cy'));
    expect([outcome, value]).toMatchObject(['agreed', { after: 'one\nTWO\nthree\n' }]);
    expect(decisions).toMatchObject([
      { by: 'ann', says: 'approved', why: 'it is fair' },
      { by: 'cy', says: 'approved' },
    ]);
    expect((await other.show(run)).deadLetters).toEqual([]);
  });

  test('5.5, 5.9 an edit is checked, makes another review, and what was decided on the old one is refused as stale', async () => {
    const one = nova();
    const { id } = await asked(one);
    await one.decide(id, { is: 'approve' }, as('ann'));
    await expect(one.decide(id, { is: 'edit', value: { after: 1 } }, as('bob'))).rejects.toThrow(
      /string/,
    );
    const value = { before: 'one\n', after: 'one!\n' };
    const anew = first(await one.decide(id, { is: 'edit', value, why: 'a sign' }, as('bob')));
    expect([anew.id, anew.subject]).toEqual([`${id}:2`, value]);
    expect(anew.said).toEqual([{ by: 'bob', says: 'edited', why: 'a sign' }]);
    await expect(one.decide(id, { is: 'approve' }, as('cy'))).rejects.toMatchObject({
      code: 'stale_review',
      now: anew.id,
    });
    const done = await one.decide(anew.id, { is: 'approve' }, as('cy'));
    expect([done.outcome, done.value]).toEqual(['agreed', value]);
  });

  test('5.8 who is handed the right decides instead', async () => {
    const one = nova();
    const { id } = await asked(one);
    const handed = await one.decide(id, { is: 'delegate', to: 'dan', why: 'away' }, as('ann'));
    expect(first(handed)).toMatchObject({ deciders: ['bob', 'cy', 'dan'], mayDelegate: false });
    await expect(one.decide(id, { is: 'approve' }, as('ann'))).rejects.toMatchObject({
      code: 'may_not_decide',
    });
    await one.decide(id, { is: 'approve' }, as('dan'));
    expect((await one.decide(id, { is: 'approve' }, as('bob'))).outcome).toBe('agreed');
  });
});

test('5.9 an approval that had no effect has none when its letter is delivered again', async () => {
  const one = nova();
  const { id, run } = await asked(one, 'payer', 'Lea');
  await one.decide(id, { is: 'approve' }, as('ann'));
  await expect(one.decide(id, { is: 'approve' }, as('ann'))).rejects.toThrow(/any more/);
  const [letter] = (await one.letters(run)).letters;
  await one.redeliver(letter?.id ?? '');
  const [review] = await one.reviews();
  expect([review?.said.map(({ by }) => by), paid]).toEqual([['ann'], []]);
  expect((await one.letters(run)).letters).toHaveLength(2);
});

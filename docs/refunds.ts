// A worked example of a team. docs/teams.md tells of it, test/team/refunds.test.ts runs it.
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTeam, fan, gate } from 'nova-agents';

const DAY_MS = 86_400_000;
const Claim = z.strictObject({ order: z.string(), amount: z.int().min(1) });
const Finding = z.strictObject({ favours: z.boolean() });
const Letter = z.strictObject({ summary: z.string() });
const base = { version: 1, examples: [] } as const;

/** A request is a word and an order: "refund A17". */
const triage = defineAgent({
  ...base,
  id: 'triage',
  does: 'Tells a question from a claim.',
  input: Ask,
  outcomes: { question: z.strictObject({ about: z.string() }), claim: Claim },
  act: ({ text }, say) => {
    const [word, order = ''] = text.split(' ');
    return word === 'refund'
      ? say.claim({ order, amount: Number(order.slice(1)) || 1 })
      : say.question({ about: text });
  },
});

const finder = (id: string, does: string, favours: (amount: number) => boolean) =>
  defineAgent({
    ...base,
    id,
    does,
    input: Claim,
    outcomes: { found: Finding },
    act: ({ amount }, say) => say.found({ favours: favours(amount) }),
  });
const policy = finder('policy', 'Reads the terms.', (amount) => amount < 1000);
const payments = finder('payments', 'Looks whether it was paid.', (amount) => amount !== 13);

const assessor = defineAgent({
  ...base,
  id: 'assessor',
  does: 'Weighs what was found.',
  input: z.strictObject({ claim: Claim, inFavour: z.int(), asked: z.int() }),
  outcomes: { pay: Claim, deny: z.null(), unsure: z.null() },
  act: ({ claim, inFavour, asked }, say) => {
    if (inFavour === asked) return say.pay(claim);
    return inFavour === 0 ? say.deny(null) : say.unsure(null);
  },
});

const writer = defineAgent({
  ...base,
  id: 'writer',
  does: 'Writes a letter.',
  input: z.strictObject({ says: z.string() }),
  outcomes: { written: Letter },
  act: ({ says }, say) => say.written({ summary: `Dear customer, ${says}` }),
});

const proofreader = defineAgent({
  ...base,
  id: 'proofreader',
  does: 'Reads a letter once more.',
  input: Letter,
  outcomes: { fine: Letter, again: z.strictObject({ says: z.string() }) },
  act: (letter, say) => say.fine(letter),
});

/** A team is a node like any other: this one works inside the other. */
export const letters = defineTeam({
  id: 'letters',
  version: 1,
  does: 'Writes, and reads it once more.',
  input: z.strictObject({ says: z.string() }),
  outcomes: { ready: Letter },
  nodes: { writer, proofreader },
  start: { to: 'writer' },
  routes: {
    writer: { written: { to: 'proofreader' } },
    proofreader: { fine: { end: 'ready' }, again: { to: 'writer', max: 2 } },
  },
  otherwise: { refused: { end: 'failed' }, failed: { end: 'failed' }, expired: { end: 'expired' } },
});

const claimOf = (text: string) => ({
  order: text.slice(7),
  amount: Number(text.slice(8)) || 1,
});

export const refunds = defineTeam({
  id: 'refunds',
  version: 1,
  does: 'Answers a customer who wants money back.',
  asks: ['refund A17'],
  input: Ask,
  outcomes: { replied: Letter, declined: z.strictObject({ why: z.string() }) },
  nodes: {
    triage,
    evidence: fan({
      input: Claim,
      branches: { policy, payments },
      with: { policy: (claim) => claim, payments: (claim) => claim },
    }),
    assessor,
    finance: gate({ subject: Claim, by: ['finance'], withinMs: DAY_MS }),
    letters,
  },
  start: { to: 'triage' },
  routes: {
    triage: {
      question: { to: 'letters', with: ({ about }) => ({ says: `you asked: ${about}` }) },
      claim: { to: 'evidence' },
    },
    evidence: {
      all: { to: 'assessor', with: ({ got }, { text }) => weighed(got, text) },
      some: { to: 'assessor', with: ({ got }, { text }) => weighed(got, text) },
    },
    assessor: {
      pay: { to: 'finance' },
      deny: { end: 'declined', with: () => ({ why: 'nothing speaks for it' }) },
      unsure: { to: 'evidence', max: 2, with: (_, { text }) => claimOf(text) },
    },
    finance: {
      approved: { to: 'letters', with: ({ amount }) => ({ says: `you get ${amount} back.` }) },
      edited: { to: 'letters', with: ({ amount }) => ({ says: `you get ${amount} back.` }) },
      rejected: { end: 'declined', with: () => ({ why: 'finance said no' }) },
      expired: { end: 'declined', with: () => ({ why: 'nobody decided in time' }) },
    },
    letters: { ready: { end: 'replied' } },
  },
  otherwise: {
    refused: { end: 'declined', with: ({ node, reason }) => ({ why: `${node}: ${reason}` }) },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});

/** What the fan brought, for the assessor. */
function weighed(got: readonly { readonly value: unknown }[], text: string) {
  const inFavour = got.filter(({ value }) => Finding.parse(value).favours).length;
  return { claim: claimOf(text), inFavour, asked: got.length };
}

export const organisation = defineOrganisation({
  id: 'shop',
  agents: [triage, policy, payments, assessor, writer, proofreader],
  teams: [refunds, letters],
});

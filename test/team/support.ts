// A small support team: triage, billing, and a person who decides on refunds; used by several tests.
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTeam, gate } from 'nova-agents';

const Refund = z.strictObject({ caseId: z.string(), amount: z.int().min(1) });
const base = { version: 1, examples: [], input: Ask } as const;

/** Says what its text begins with: "billing 7" goes to billing, "broken" fails. */
export const triage = defineAgent({
  ...base,
  id: 'triage',
  does: 'Sorts a request.',
  outcomes: { answered: z.string(), billing: z.strictObject({ caseId: z.string() }) },
  act: ({ text }, say) => {
    if (text.startsWith('broken')) throw new Error('out of order');
    if (text.startsWith('not ours')) return say.refused({ reason: 'not ours' });
    return text.startsWith('billing')
      ? say.billing({ caseId: text.slice(8) })
      : say.answered(`About ${text}: yes.`);
  },
});
export const billing = defineAgent({
  id: 'billing',
  version: 1,
  does: 'Looks at a bill.',
  input: z.strictObject({ caseId: z.string(), tries: z.int() }),
  outcomes: { answered: z.string(), refund: Refund, again: z.null() },
  examples: [],
  act: ({ caseId }, say) => {
    if (caseId === 'loop') return say.again(null);
    return caseId === '7'
      ? say.refund({ caseId, amount: 100 })
      : say.answered(`Case ${caseId} is right.`);
  },
});

const definition = {
  id: 'support',
  version: 1,
  does: 'Answers a customer about an order or a bill.',
  asks: ['billing 7'],
  input: Ask,
  outcomes: { replied: z.string(), declined: z.strictObject({ why: z.string() }) },
  nodes: { triage, billing, finance: gate({ subject: Refund, by: [], withinMs: 60_000 }) },
} as const;

export const support = defineTeam({
  ...definition,
  start: { to: 'triage' },
  routes: {
    triage: {
      answered: { end: 'replied' },
      billing: { to: 'billing', with: ({ caseId }) => ({ caseId, tries: 1 }) },
    },
    billing: {
      answered: { end: 'replied' },
      refund: { to: 'finance' },
      again: {
        to: 'billing',
        max: 3,
        with: (_, { text }) => ({ caseId: text.slice(8), tries: 2 }),
      },
    },
    finance: {
      approved: { end: 'replied', with: ({ amount }) => `You get ${amount} back.` },
      edited: { end: 'replied', with: ({ amount }) => `You get ${amount} back.` },
      rejected: { end: 'declined', with: () => ({ why: 'finance said no' }) },
      expired: { end: 'declined', with: () => ({ why: 'nobody decided' }) },
    },
  },
  otherwise: {
    refused: { end: 'declined', with: ({ node, reason }) => ({ why: `${node}: ${reason}` }) },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});

/** Asks the support team, and says what came of it. */
export const desk = defineTeam({
  id: 'desk',
  version: 1,
  does: 'Greets, and lets support answer.',
  input: Ask,
  outcomes: { said: z.strictObject({ summary: z.string() }) },
  nodes: { support },
  start: { to: 'support' },
  routes: {
    support: {
      replied: { end: 'said', with: (text) => ({ summary: `Hello! ${text}` }) },
      declined: { end: 'said', with: ({ why }) => ({ summary: `Sorry: ${why}` }) },
    },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});

export const organisation = defineOrganisation({
  id: 'shop',
  agents: [triage, billing],
  teams: [support, desk],
});
export { definition, Refund };

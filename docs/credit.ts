// A worked example of a decision. docs/decisions.md tells of it, test/team/credit.test.ts runs it.
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineDecision,
  defineOrganisation,
  defineTeam,
  question,
} from 'nova-agents';

const HOUR_MS = 3_600_000;
const Case = z.strictObject({ customer: z.string(), limit: z.int().min(1) });
const base = { version: 1, examples: [] } as const;

/** What is asked, what may be answered, and what counts as evidence. */
const limit = question({
  subject: Case,
  options: ['raise', 'keep'],
  evidence: {
    invoice: z.strictObject({ overdueDays: z.int() }),
    rule: z.strictObject({ section: z.string() }),
  },
});

/** "acme 500": a customer, and the limit that they ask for. */
const clerk = defineAgent({
  ...base,
  id: 'clerk',
  does: 'Takes the request down.',
  input: Ask,
  outcomes: { noted: Case },
  act: ({ text }, say) => {
    const [customer = '', asked] = text.split(' ');
    return say.noted({ customer, limit: Number(asked) || 1 });
  },
});

const ledger = defineAgent({
  ...base,
  id: 'ledger',
  does: 'Looks how they have paid.',
  input: limit.subject,
  outcomes: limit.positions,
  act: ({ customer }, say) => {
    const overdueDays = customer.length > 8 ? 40 : 0;
    const evidence = [{ kind: 'invoice', overdueDays } as const];
    return overdueDays === 0
      ? say.raise({ why: 'all was paid in time', evidence })
      : say.keep({ why: 'they owe us', evidence });
  },
});

const rules = defineAgent({
  ...base,
  id: 'rules',
  does: 'Reads the rules.',
  input: limit.subject,
  outcomes: limit.positions,
  act: (asked, say) => {
    const evidence = [{ kind: 'rule', section: '4.2' } as const];
    return asked.limit > 1000
      ? say.keep({ why: 'above 1000 nobody is raised at once', evidence })
      : say.raise({ why: 'up to 1000 it is allowed', evidence });
  },
});

/** Decides where they differ, and answers whoever held otherwise. */
const creditOfficer = defineAgent({
  ...base,
  id: 'credit-officer',
  does: 'Sets limits.',
  input: limit.deliberation,
  outcomes: limit.rulings,
  decides: ['credit-limit'],
  act: ({ subject, positions }, say) => {
    const choice = subject.limit > 5000 ? 'keep' : 'raise';
    const others = positions.filter((position) => position.choice !== choice);
    const answers = Object.fromEntries(
      others.map(({ adviser, said }) => [adviser, `seen: ${said.why}`]),
    );
    const evidence = [{ kind: 'rule', section: '1.1' } as const];
    return say[choice]({ why: 'it is within what I may', evidence, answers });
  },
});

export const credit = defineTeam({
  id: 'credit',
  version: 1,
  does: 'Decides how much a customer may owe.',
  asks: ['acme 500'],
  input: Ask,
  outcomes: { raised: Case, kept: z.strictObject({ why: z.string() }) },
  nodes: {
    clerk,
    limit: defineDecision({
      id: 'credit-limit',
      question: limit,
      owner: creditOfficer,
      advisers: { ledger, rules },
      veto: ['ledger'],
      rule: 'owner',
      withinMs: HOUR_MS,
      people: ['finance'],
    }),
  },
  start: { to: 'clerk' },
  routes: {
    clerk: { noted: { to: 'limit' } },
    limit: {
      raise: { end: 'raised', with: ({ subject }) => subject },
      keep: { end: 'kept', with: ({ by }) => ({ why: `decided by ${String(by)}` }) },
      undecided: { end: 'kept', with: () => ({ why: 'a person decided neither' }) },
    },
  },
  otherwise: { refused: { end: 'failed' }, failed: { end: 'failed' }, expired: { end: 'expired' } },
});

export const organisation = defineOrganisation({
  id: 'bank',
  agents: [clerk, ledger, rules, creditOfficer],
  teams: [credit],
});

import { Ask, defineDecision, defineTeam } from 'nova-agents';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { arbiter } from '../coordination/arbiter.ts';
import { Report } from '../coordination/contracts.ts';
import { reporter } from '../coordination/reporter.ts';
import { codeReviewer } from './code-reviewer.ts';
import { refactorer } from './refactorer.ts';
import { testWriter } from './test-writer.ts';

const DAY_MS = 86_400_000;

const otherReport = {
  end: 'declined',
  with: () => ({ why: 'what ran lately is not the change' }),
} as const;

/** Says whether what is changed may be accepted: three reviewers, each alone, and one who rules where they differ. */
export const reviewChange = defineTeam({
  id: 'review-change',
  version: 1,
  does: 'Reviews a change as a whole: its risks and packages, its copies and long functions, and what of it no test knows, each by a reviewer alone; says whether it may be accepted.',
  asks: [
    'Hold a full review of my change by three reviewers',
    'Review the whole change: risks, design and tests',
    'Is my work ready to be merged, all things considered?',
  ],
  input: Ask,
  outcomes: { accepted: Report, held: Report, declined: z.strictObject({ why: z.string() }) },
  nodes: {
    acceptance: defineDecision({
      id: 'change-acceptance',
      question: goAhead,
      owner: arbiter,
      advisers: { risks: codeReviewer, design: refactorer, tests: testWriter },
      positionsAtLeast: 2,
      rule: 'owner',
      withinMs: DAY_MS,
    }),
    report: reporter,
    objections: reporter,
  },
  start: {
    to: 'acceptance',
    with: ({ text }) => ({ text, decision: 'change-acceptance' as const }),
  },
  routes: {
    acceptance: {
      proceed: { to: 'report', with: (record, { text }) => ({ text, record }) },
      hold: { to: 'objections', with: (record, { text }) => ({ text, record }) },
      undecided: { to: 'objections', with: (record, { text }) => ({ text, record }) },
    },
    report: { reported: { end: 'accepted' }, accounted: otherReport },
    objections: { reported: { end: 'held' }, accounted: otherReport },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});

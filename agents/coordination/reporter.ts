import { defineAgent } from 'nova-agents';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { Report } from './contracts.ts';
import { reportOf } from './kit/reports.ts';

const looked = { kind: 'looked' as const, what: 'invoices', count: 12 };
const fault = {
  path: 'books/acme/lagos/invoices.csv',
  line: 14,
  rule: 'doubled',
  about: 'L-0013',
  why: 'R-100 of S-1 is booked as L-0009 already',
};
const held = {
  adviser: 'invoices',
  agent: 'invoice-auditor',
  choice: 'hold' as const,
  weight: 1,
  hasVeto: false,
  said: { why: '1 finding', evidence: [{ kind: 'fault' as const, ...fault }, looked] },
};
const record: z.input<typeof goAhead.record> = {
  decision: 'month-close',
  subject: { text: 'Close June 2026 of acme/lagos', decision: 'month-close' },
  choice: 'hold',
  by: 'agreement',
  why: null,
  author: null,
  isAppealed: false,
  positions: [held],
  missing: [],
  tally: { hold: 1 },
  overruled: [],
  answers: {},
  ruling: null,
};
const asked = { text: 'Report on the closing of June', record };
const reported = {
  summary:
    '**month-close: hold** (by agreement)\n- invoice-auditor held hold: 1 finding\n**Faults** (1)\n' +
    '- doubled: L-0013, R-100 of S-1 is booked as L-0009 already (`books/acme/lagos/invoices.csv:14`)',
  decision: 'month-close',
  choice: 'hold',
  faults: [{ ...fault, shownBy: 'invoice-auditor' }],
  gaps: [],
};
const open = {
  ...record,
  choice: null,
  by: null,
  positions: [],
  tally: {},
  missing: [{ adviser: 'stock', agent: 'inventory', outcome: 'failed', reason: null, note: null }],
};

/** Reports what was decided and why, and leaves out nothing that was shown. */
export const reporter = defineAgent({
  id: 'reporter',
  version: 1,
  does: 'Reports what was done, what was not done and why: who held what in a decision, every fault that was shown, and what could not be judged.',
  doesNot: {
    'settling a disagreement': 'arbiter',
    'putting the results of a request together into its answer': 'composer',
    'writing notes for a release': 'release-notes',
  },
  failsBy: [
    { when: 'there is nothing to report on', caughtBy: 'input', example: { text: '', record } },
    {
      when: 'a fault is told without its place',
      caughtBy: 'outcome',
      example: { reported: { ...reported, faults: [{ ...fault, line: 0, shownBy: 'x' }] } },
    },
    {
      when: 'a fault that was shown is left out',
      caughtBy: 'check',
      example: {
        ask: 'A record with a fault, of which nothing is told',
        input: asked,
        says: { reported: { ...reported, faults: [] } },
      },
    },
  ],
  input: z.strictObject({ text: z.string().min(1), record: goAhead.record }),
  outcomes: { reported: Report },
  limits: { maxTurns: 1, maxRepairs: 0, deadlineMs: 10_000, maxTokens: 0 },
  act: ({ record: told }, say) => say.reported(reportOf(told)),
  check: ({ record: told }, { outcome, value }) => {
    if (outcome !== 'reported') return undefined;
    const { faults, gaps } = value as Report;
    const all = reportOf(told);
    const lacks = all.faults.length - faults.length + all.gaps.length - gaps.length;
    return lacks === 0
      ? undefined
      : `${Math.abs(lacks)} of what was shown are left out, or told twice`;
  },
  examples: [
    { ask: 'Report on what was decided, and why', input: asked, says: { reported } },
    {
      ask: 'Report what was left undone',
      input: { text: 'What was not done?', record: open },
      says: {
        reported: {
          summary:
            '**month-close: nothing** (not decided)\n**Not judged** (1)\n- inventory has no position (failed)',
          decision: 'month-close',
          choice: null,
          faults: [],
          gaps: [{ path: null, line: null, why: 'inventory has no position (failed)' }],
        },
      },
    },
  ],
  asks: [
    'Give me a report of what was done today and what was not',
    'Which runs failed yesterday, and why?',
    'Status report of the last week over what the team did',
    'Who decided that, and on which grounds?',
    'What is still undone of what I asked for?',
    'Account for everything that happened this morning',
    'Report the outcome of the last requests',
    'Which tasks were left undone, and for which reasons?',
  ],
});

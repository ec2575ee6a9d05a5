import { defineAgent } from 'nova-agents';
import { readRuns } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { Account, Report } from './contracts.ts';
import { accountOf, daysIn, MAX_TOLD } from './kit/accounts.ts';
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

const yesterday = { text: 'What was not done yesterday, and why?' };
const accounted = {
  summary:
    '1 run from 2026-11-20 (UTC).\n**Not done** (1)\n- `Repair the door`: failed (hung) (run local/house/r1)',
  runs: 1,
  notDone: [{ what: '`Repair the door`', why: 'failed (hung)', run: 'local/house/r1' }],
  waiting: [],
  truncated: false,
};
const MAX_RUNS = 30;

/** Reports what was decided and why, and what ran lately, and leaves out nothing that was shown. */
export const reporter = defineAgent({
  id: 'reporter',
  version: 1,
  does: 'Reports what was done, what was not done and why: which requests ran lately and what waits on whom; who held what in a decision, every fault that was shown, and what could not be judged.',
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
    {
      when: 'what was not done is passed over in words',
      caughtBy: 'check',
      example: {
        ask: 'A run that failed, of which nothing is said',
        input: yesterday,
        says: { accounted: { ...accounted, summary: 'All is well.' } },
      },
    },
  ],
  /** With the record of a decision on that, else on what ran lately. */
  input: z.strictObject({ text: z.string().min(1), record: goAhead.record.optional() }),
  outcomes: { reported: Report, accounted: Account },
  tools: [readRuns],
  limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 40_000, maxTokens: 0 },
  act: async ({ text, record: told }, say, io) => {
    if (told !== undefined) return say.reported(reportOf(told));
    const ran = await io.tool(readRuns, { ...daysIn(text), maxRuns: MAX_RUNS });
    return ran.known
      ? say.accounted(accountOf(ran, text))
      : say.refused({ reason: 'What ran here is not told.', needs: 'a journal to read' });
  },
  check: ({ record: told }, { outcome, value }) => {
    if (outcome === 'accounted') {
      const { summary, notDone } = value as Account;
      const lost = notDone.slice(0, MAX_TOLD).find(({ what }) => !summary.includes(what));
      return lost && `${lost.what} was not done, and that is not said`;
    }
    if (outcome !== 'reported') return undefined;
    if (told === undefined) return 'there is no decision to report on';
    const { faults, gaps } = value as Report;
    const all = reportOf(told);
    const lacks = all.faults.length - faults.length + all.gaps.length - gaps.length;
    return lacks === 0
      ? undefined
      : `${Math.abs(lacks)} of what was shown are left out, or told twice`;
  },
  examples: [
    { ask: 'Report on what was decided, and why', input: asked, says: { reported } },
    { ask: 'What was not done yesterday, and why?', input: yesterday, says: { accounted } },
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

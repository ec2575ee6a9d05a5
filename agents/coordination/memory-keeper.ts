import { Ask, defineAgent, roleContracts } from 'nova-agents';
import { recall, remember } from 'nova-agents/tools';
import * as z from 'zod';
import { concerning, lineOf, noteIn, openBeside } from './kit/known.ts';
import { split } from './kit/passages.ts';
import { continues } from './kit/pointing.ts';

const MAX_WORDS_CHARS = 2_000;
const MAX_RECORDS = 8;
const MAX_RUNS = 3;
/** What is told stays short enough to be told whole. */
const MAX_TOLD_CHARS = 4_000;
const NOTHING = 'Nothing is known here of it.';
const told = (record: string): string => `- ${record}`;

const question = { text: 'What do we know about refunds?' };
const line = 'fact: A refund above 500 is approved by finance.';
const knowing = (records: string[]) => ({ records, open: [], runs: [], leftOut: 0 });
const noted = {
  summary: 'Noted as a fact: The bank changes in May. It counts once a person accepts it.',
};

/** Recalls what a request builds on, and notes what is to be remembered. */
export const memoryKeeper = defineAgent({
  id: 'memory-keeper',
  version: 1,
  does:
    'Recalls what is known here from earlier: facts, glossary terms, open decisions and promises we made; notes what somebody wants to be ' +
    'remembered, for a person to accept.',
  doesNot: {
    'quoting the documentation': 'researcher',
    'listing TODO comments and open issues in files': 'workspace-keeper',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'something is told that no record says',
      caughtBy: 'check',
      example: {
        ask: 'What do we know about refunds?',
        input: question,
        says: { recalled: { summary: '- fact: Refunds are free.', known: knowing([line]) } },
      },
    },
    {
      when: 'a question is noted as if it were known',
      caughtBy: 'check',
      example: { ask: 'Which promises did we make?', input: question, says: { noted } },
    },
  ],
  input: Ask,
  outcomes: {
    recalled: roleContracts.memoryKeeper.outcomes.recalled.extend({ summary: z.string() }),
    noted: z.strictObject({ summary: z.string() }),
  },
  tools: [recall, remember],
  limits: { maxTurns: 3, maxRepairs: 0, deadlineMs: 40_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const [first = '', ...more] = split(text).passages;
    const note = more.length === 0 ? noteIn(first) : undefined;
    if (note !== undefined) {
      await io.tool(remember, note);
      return say.noted({
        summary: `Noted as a ${note.kind}: ${note.text}\n\nIt counts once a person accepts it (\`nova memory accept\`).`,
      });
    }
    const words = text.slice(0, MAX_WORDS_CHARS);
    const {
      records: all,
      runs,
      leftOut,
      said,
    } = await io.tool(recall, {
      words,
      runs: MAX_RUNS,
      ...(continues(text) && { said: true }),
    });
    const met = concerning(all, words);
    let room = MAX_TOLD_CHARS;
    const chosen = met.filter((one) => (room -= lineOf(one).length) > 0).slice(0, MAX_RECORDS);
    const records = chosen.map(lineOf);
    const open = openBeside(all, chosen);
    const beside = all.filter((one) => one.isOpen || met.includes(one)).length;
    const left = leftOut + beside - records.length - open.length;
    const known = { records, open, runs, ...(said && { said }), leftOut: left };
    const summary = records.length === 0 ? NOTHING : records.map(told).join('\n');
    return say.recalled({ known, summary });
  },
  check: ({ text }, { outcome, value }) => {
    if (outcome === 'noted')
      return noteIn(split(text).passages[0] ?? '') === undefined
        ? 'nobody wants it to be remembered'
        : undefined;
    if (outcome !== 'recalled') return undefined;
    const { summary, known } = value as { summary: string; known: { records: string[] } };
    const { records } = known;
    const said = records.length === 0 ? NOTHING : records.map(told).join('\n');
    return summary === said ? undefined : 'it tells something else than the records';
  },
  examples: [
    {
      ask: 'What do we know about refunds from earlier?',
      input: question,
      says: { recalled: { summary: `- ${line}`, known: knowing([line]) } },
    },
    {
      ask: 'Remember that the bank changes in May',
      input: { text: 'Remember that the bank changes in May.' },
      says: { noted },
    },
    {
      ask: 'Is anything known about the roof?',
      input: { text: 'Is anything known about the roof?' },
      says: { recalled: { summary: NOTHING, known: knowing([]) } },
    },
  ],
  asks: [
    'What did we promise Acme?',
    'Recall what was agreed on with Acme',
    'What was decided about the bank?',
    'Keep in mind that Ada is on holiday until Monday',
    'What does our glossary say about a chargeback?',
    'Which promises did we make to customers?',
    'Note as open decision: do we switch the bank?',
    'Recall what we know about the customer Acme',
  ],
});

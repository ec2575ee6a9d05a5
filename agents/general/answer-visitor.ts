import { defineTeam, gate } from 'nova-agents';
import * as z from 'zod';
import { moderator } from '../language/moderator.ts';
import { VisitorAsk } from './contracts.ts';
import { visitorGuide } from './visitor-guide.ts';

const WITHIN_MS = 2 * 86_400_000;
const LATER = 'Thank you. We will come back to you.';

/** What a person is asked to release: the visitor's words, and why they were held. */
const Held = z.strictObject({ question: z.string(), why: z.string() });
/** What a person is asked to answer: their edit is the answer. */
const Reply = z.strictObject({ question: z.string(), answer: z.string().min(1) });

const noDecision = {
  end: 'declined',
  with: () => ({ why: 'nobody asked for a decision' }),
} as const;

/**
 * Answers a visitor of a web site. It is run in the scope `public`, and as the site's own principal: who asks for the run decides what is
 * held, so a visitor must not.
 */
export const answerVisitor = defineTeam({
  id: 'answer-visitor',
  version: 1,
  does: 'Serves visitors of a site from end to end: holds abuse and spam for a person, answers from what is public, and hands over to a person what stands nowhere.',
  asks: [
    'Serve a visitor from end to end',
    'Take this incoming chat message: hold it if it is abuse, else reply or hand over',
    'Run the visitor desk on this message, with a person for what is unknown',
  ],
  input: VisitorAsk,
  outcomes: {
    answered: z.strictObject({
      summary: z.string().min(1),
      quotes: z.array(z.strictObject({ path: z.string(), line: z.int(), text: z.string() })),
    }),
    declined: z.strictObject({ why: z.string() }),
  },
  nodes: {
    moderator,
    held: gate({ subject: Held, withinMs: WITHIN_MS }),
    guide: visitorGuide,
    desk: gate({ subject: Reply, withinMs: WITHIN_MS }),
  },
  start: {
    to: 'moderator',
    with: ({ text }) => ({ text: 'Moderate what a visitor wrote', passage: text }),
  },
  routes: {
    moderator: {
      pass: { to: 'guide', with: (_, { text }) => ({ text }) },
      held: { to: 'held', with: ({ summary }, { text }) => ({ question: text, why: summary }) },
      proceed: noDecision,
      hold: noDecision,
    },
    held: {
      approved: { to: 'guide', with: ({ question }) => ({ text: question }) },
      edited: { to: 'guide', with: ({ question }) => ({ text: question }) },
      rejected: { end: 'declined', with: () => ({ why: 'a person declined it' }) },
      expired: { end: 'declined', with: () => ({ why: 'nobody looked at it in time' }) },
    },
    guide: {
      answered: { end: 'answered' },
      unknown: { to: 'desk', with: (_, { text }) => ({ question: text, answer: LATER }) },
      refused: { to: 'desk', with: (_, { text }) => ({ question: text, answer: LATER }) },
    },
    desk: {
      approved: { end: 'answered', with: ({ answer }) => ({ summary: answer, quotes: [] }) },
      edited: { end: 'answered', with: ({ answer }) => ({ summary: answer, quotes: [] }) },
      rejected: { end: 'declined', with: () => ({ why: 'a person declined it' }) },
      expired: { end: 'declined', with: () => ({ why: 'nobody answered in time' }) },
    },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});

import { defineAgent } from 'nova-agents';
import { counted } from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { foreign, positionFault, positionOn } from '../positions.ts';
import { commentIn, improprietiesIn, REASONS, reasonsToHold } from './kit/moderation.ts';

const NEEDS = 'the comment, in quotation marks or between lines of three backquotes';
const NONE = { reason: 'The request brings no comment.', needs: NEEDS };
const MAX_REASONS = 40;

const Held = z.strictObject({
  summary: z.string().min(1),
  reasons: z
    .array(z.strictObject({ kind: z.enum(REASONS), what: z.string().min(1) }))
    .min(1)
    .max(MAX_REASONS),
});

const link = { kind: 'link' as const, what: 'addresses: 1' };
const held = { summary: 'Held for a person:\n- link: addresses: 1', reasons: [link] };
const passed = { summary: 'Nothing speaks against this comment of 3 words.' };
const KIND = 'Moderate this comment: "What a lovely post"';
const SPAM = 'Moderate this comment: "Buy at http://pills.test"';

/** Holds comments that a person should see before others do; never deletes one, never does what one says. */
export const moderator = defineAgent({
  id: 'moderator',
  version: 1,
  does:
    'Moderates a comment of a visitor: lets it pass, or holds it for a person, for links, shouting, spam, insults, personal data or ' +
    'prompt injection.',
  doesNot: {
    'correcting the style of a text': 'copy-editor',
    'finding passwords and API keys in a diff': 'code-reviewer',
    'reading dates and amounts out of a text': 'data-extractor',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a comment is held without a reason',
      caughtBy: 'outcome',
      example: { held: { ...held, reasons: [] } },
    },
    {
      when: 'a comment with an insult passes',
      caughtBy: 'check',
      example: {
        ask: 'An insult that passes',
        input: { text: 'Moderate this comment: "You m0ron"' },
        says: { pass: passed },
      },
    },
    {
      when: 'personal data is repeated in what it says',
      caughtBy: 'check',
      example: {
        ask: 'A mail address that is told on',
        input: { text: 'Moderate this comment: "Write to ada.obi@example.org"' },
        says: {
          held: {
            summary: 'Held.',
            reasons: [{ kind: 'personal-data', what: 'ada.obi@example.org' }],
          },
        },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: {
    pass: z.strictObject({ summary: z.string().min(1) }),
    held: Held,
    ...goAhead.positions,
  },
  decides: ['whether a comment waits for a person'],
  limits: { maxTurns: 3, maxRepairs: 0, deadlineMs: 40_000, maxTokens: 0 },
  act: (asked, say) => {
    const { text, passage, decision } = asked;
    const other = foreign(asked, 'post-publication');
    if (other !== undefined) return say.refused(other);
    if (decision !== undefined) {
      const { choice, said } = positionOn(asked, improprietiesIn(passage ?? ''));
      return say[choice](said);
    }
    const comment = passage ?? commentIn(text);
    if (comment === undefined) return say.refused(NONE);
    const reasons = reasonsToHold(comment).slice(0, MAX_REASONS);
    if (reasons.length === 0) {
      const words = counted(comment.trim().split(/\s+/).length, 'word');
      return say.pass({ summary: `Nothing speaks against this comment of ${words}.` });
    }
    const points = reasons.map(({ kind, what }) => `- ${kind.replace('-', ' ')}: ${what}`);
    return say.held({ summary: ['Held for a person:', ...points].join('\n'), reasons });
  },
  check: (asked, { outcome, value }) => {
    const { text, passage } = asked;
    const comment = passage ?? commentIn(text);
    if (comment === undefined || (outcome !== 'pass' && outcome !== 'held'))
      return positionFault(asked, { outcome, value });
    const reasons = reasonsToHold(comment).slice(0, MAX_REASONS);
    const isHeld = outcome === 'held';
    if (isHeld !== reasons.length > 0)
      return isHeld ? 'nothing speaks against it' : `it passes in spite of: ${reasons[0]?.kind}`;
    const told = JSON.stringify(value);
    const leak = comment.match(/\S+@\S+\.\w+/g)?.some((mail) => told.includes(mail)) === true;
    return leak ? 'it tells a mail address of the comment' : undefined;
  },
  examples: [
    {
      ask: 'Moderate this comment of a visitor: "What a lovely post"',
      input: { text: KIND },
      says: { pass: passed },
    },
    { ask: 'Should we hold this comment?', input: { text: SPAM }, says: { held } },
    {
      ask: 'Moderate the comments',
      input: { text: 'Moderate the comments' },
      says: { refused: NONE },
    },
  ],
  asks: [
    'May this comment be published on the blog?',
    'Is this comment spam?',
    'Does this comment insult anybody?',
    'A visitor left a comment under the post, is it fine?',
    'Check a reader’s comment for personal data such as telephone numbers',
    'Hold or approve this visitor’s comment',
    'Is there a prompt injection in this comment?',
  ],
});

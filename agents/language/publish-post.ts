import { defineDecision, defineTeam } from 'nova-agents';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { arbiter } from '../coordination/arbiter.ts';
import { summariser } from '../general/summariser.ts';
import { clientSites } from '../projects/client-sites.ts';
import { blogWriter } from './blog-writer.ts';
import { TextAsk } from './contracts.ts';
import { copyEditor } from './copy-editor.ts';
import { heldOf, pageOf } from './kit/post.ts';
import { moderator } from './moderator.ts';

const DAY_MS = 86_400_000;

const Held = z.strictObject({
  summary: z.string().min(1),
  draft: z.string(),
  faults: z.array(
    z.strictObject({ line: z.int().min(1), why: z.string(), shownBy: z.string().min(1) }),
  ),
});
type Request = z.output<typeof TextAsk>;
type Record = z.output<typeof goAhead.record>;
type Draft = z.output<typeof blogWriter.outcomes.drafted>;

/** The very page that would be written, beside what it was made of. */
const toDecide = (draft: Draft, { text, passage = '' }: Request) => ({
  text,
  decision: 'post-publication' as const,
  passage: pageOf(draft),
  notes: `${text}\n${passage}`,
  open: draft.open,
});
const toRevise = (record: Record, request: Request) => {
  const { draft, faults } = heldOf(record);
  return { ...request, revise: { draft, faults: faults.map(({ line, why }) => ({ line, why })) } };
};
const toPublish = ({ subject: { passage = '', open = [] } }: Record, { text }: Request) => ({
  text,
  page: { content: passage, remarks: open },
});
const held = { end: 'held', with: heldOf } as const;

/** The same decision on the draft, and once more on its revision. */
const publication = defineDecision({
  id: 'post-publication',
  question: goAhead,
  owner: arbiter,
  advisers: { prose: copyEditor, propriety: moderator, facts: summariser },
  positionsAtLeast: 3,
  rule: 'owner',
  withinMs: 14 * DAY_MS,
});

/** Publishes a post, or says what holds it; nothing is written but what a person has approved. */
export const publishPost = defineTeam({
  id: 'publish-post',
  version: 1,
  does: 'Publishes a post from notes to its page: drafts it, has it edited, moderated and held to its notes, revises it once, and writes it once a person has approved. Needs a model.',
  asks: [
    'Publish these notes: drafted, edited, moderated, and online once I approve',
    'Run the publishing pipeline, from my notes to the page that goes online',
    'Take this post all the way: draft, edit, verify, review, publish',
  ],
  input: TextAsk,
  outcomes: {
    published: clientSites.outcomes.published,
    held: Held,
    declined: z.strictObject({ why: z.string() }),
  },
  nodes: {
    writer: blogWriter,
    publication,
    revision: blogWriter,
    'second-look': publication,
    page: clientSites,
  },
  start: { to: 'writer' },
  routes: {
    writer: { drafted: { to: 'publication', with: toDecide } },
    publication: {
      proceed: { to: 'page', with: toPublish },
      hold: { to: 'revision', with: toRevise },
      undecided: held,
    },
    revision: { drafted: { to: 'second-look', with: toDecide } },
    'second-look': {
      proceed: { to: 'page', with: toPublish },
      hold: held,
      undecided: held,
    },
    page: {
      published: { end: 'published' },
      checked: { end: 'declined', with: () => ({ why: 'a look at the sites is no page' }) },
      unpublished: { end: 'declined', with: ({ why }) => ({ why }) },
    },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});

import { defineAgent, type Io } from 'nova-agents';
import {
  inCode,
  listFiles,
  mattersOf,
  readFile,
  readMatters,
  refusedAll,
  textIn,
  type AskedText,
} from 'nova-agents/tools';
import * as z from 'zod';
import { goAhead } from '../contracts.ts';
import { foreign, positionFault, positionOn } from '../positions.ts';
import { byLine, describeFindings, edit, flawsOf } from './kit/edit.ts';
import { brokenAnchors, relativeLinks } from './kit/links.ts';
import type { Prose } from './kit/prose.ts';
import { KINDS, type Finding } from './kit/style.ts';

const MAX_FILE_BYTES = 400_000;
const MAX_FINDINGS = 300;
/** Different files that the links of all texts lead to, each looked for. */
const MAX_LINKED = 40;
const ENDINGS = ['.md', '.markdown', '.mdx', '.txt', '.rst', '.adoc'];
const NEEDS =
  'a text in quotation marks or between lines of three backquotes, or the path of a Markdown or text file of the project';

const Text = z.strictObject({
  /** Null where the text came with the request. */
  path: z.string().nullable(),
  /** By line, from 1. */
  findings: z
    .array(
      z.strictObject({
        line: z.int().min(1),
        kind: z.enum(KINDS),
        what: z.string().min(1),
        /** Only where it is certain. */
        suggestion: z.string().nullable(),
      }),
    )
    .max(MAX_FINDINGS),
  words: z.int().min(0),
  truncated: z.boolean(),
});
type Text = z.infer<typeof Text>;
const Checked = z.strictObject({
  summary: z.string(),
  /** In the order in which they were asked for. */
  texts: z.array(Text).min(1),
  /** Why anything else that was asked for is not among them. */
  unread: z.array(z.string().min(1)),
});

const tools = [listFiles, readFile] as const;

/** Looks whether there is something where the links of a file lead. */
async function linksIn(
  io: Io<typeof tools>,
  { path, text }: { readonly path: string; readonly text: string },
  prose: Prose,
  most: number,
) {
  const { inside, outside } = relativeLinks(path, prose);
  const paths = [...new Set(inside.map((target) => target.path))].filter((one) => one !== '');
  const missing: string[] = [];
  for (const one of paths.slice(0, most)) {
    const file = await io.tool(readFile, { path: one, maxBytes: 1 });
    if (!file.read && file.why === 'missing') missing.push(one);
  }
  const broken = inside
    .filter((target) => missing.includes(target.path))
    .map(({ line, target }): Finding => ({
      line,
      kind: 'link',
      what: `${inCode(target)} leads to no file`,
      suggestion: null,
    }));
  const findings = [...outside, ...broken, ...brokenAnchors(inside, text, prose)];
  return { findings, followed: Math.min(paths.length, most), truncated: paths.length > most };
}

/** What is to be said of one text, and in words. */
async function lookedThrough(
  io: Io<typeof tools>,
  { path, text, truncated: isCut }: AskedText,
  mostLinks: number,
): Promise<{ readonly told: string; readonly of: Text; readonly followed: number }> {
  const edited = edit(text);
  const links =
    path === null ? undefined : await linksIn(io, { path, text }, edited.prose, mostLinks);
  const all = [...edited.findings, ...(links?.findings ?? [])].toSorted(byLine);
  const findings = all.slice(0, MAX_FINDINGS);
  const truncated = isCut || links?.truncated === true || findings.length < all.length;
  const told = describeFindings(path, findings, edited, truncated);
  const of = { path, findings, words: edited.words, truncated };
  return { told, of, followed: links?.followed ?? 0 };
}

const twice = {
  line: 1,
  kind: 'doubled-word' as const,
  what: '`the the` says a word twice',
  suggestion: 'the',
};
const text = { path: null, findings: [twice], words: 4, truncated: false };
const checked = {
  summary: '**The text, 4 words** (1)\n- line 1: `the the` says a word twice; write `the`',
  texts: [text],
  unread: [],
};
const asking = 'Proofread this: "Open the the door"';

/** Reads prose as an editor does. */
export const copyEditor = defineAgent({
  id: 'copy-editor',
  version: 1,
  does:
    'Proofreads prose, a text or a Markdown file such as the README: long sentences, passive voice, doubled words, weasel words, ' +
    'unmatched quotes, names spelled differently, skipped headings and broken relative links, each with its line.',
  doesNot: {
    'finding TODO comments in code': 'workspace-keeper',
    'writing an article': 'blog-writer',
    'translating into another language': 'translator',
    'judging whether a comment may be published': 'moderator',
    'writing release notes': 'release-notes',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a finding has no place',
      caughtBy: 'outcome',
      example: {
        checked: { ...checked, texts: [{ ...text, findings: [{ ...twice, line: 0 }] }] },
      },
    },
    {
      when: 'a finding stands in a line that the text does not have',
      caughtBy: 'check',
      example: {
        ask: 'A text of one line',
        input: { text: asking },
        says: {
          checked: { ...checked, texts: [{ ...text, findings: [{ ...twice, line: 9 }] }] },
        },
      },
    },
  ],
  input: goAhead.subject,
  outcomes: { checked: Checked, ...goAhead.positions },
  tools,
  limits: { maxTurns: 80, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async (asked, say, io) => {
    const { text: request, passage, decision } = asked;
    const other = foreign(asked, 'post-publication');
    if (other !== undefined) return say.refused(other);
    if (decision !== undefined) {
      const { choice, said } = positionOn(asked, flawsOf(passage ?? ''));
      return say[choice](said);
    }
    const matters =
      passage === undefined ? mattersOf(request, ENDINGS, asked.request) : [{ text: passage }];
    if (matters.length === 0)
      return say.refused({ reason: 'The request names no file and brings no text.', needs: NEEDS });
    const { texts, unread } = await readMatters(io, matters, MAX_FILE_BYTES);
    if (texts.length === 0) return say.refused(refusedAll(unread));
    const looked = [];
    let links = MAX_LINKED;
    for (const one of texts) {
      const seen = await lookedThrough(io, one, links);
      links -= seen.followed;
      looked.push(seen);
    }
    const reasons = unread.map(({ reason }) => reason);
    const summary = [...looked.map(({ told }) => told), ...reasons].join('\n\n');
    return say.checked({ summary, texts: looked.map(({ of }) => of), unread: reasons });
  },
  check: (asked, { outcome, value }) => {
    if (outcome !== 'checked') return positionFault(asked, { outcome, value });
    const given = asked.passage ?? textIn(asked.text);
    const [{ path, findings } = { path: null, findings: [] }] = (value as z.output<typeof Checked>)
      .texts;
    if (path !== null || given === undefined) return undefined;
    const lines = given.split('\n').length;
    const beyond = findings.find(({ line }) => line > lines);
    return beyond && `line ${beyond.line} is told of a text of ${lines}`;
  },
  examples: [
    { ask: 'Proofread the README', input: { text: asking }, says: { checked } },
    {
      ask: 'Check the wording of docs/guide.md',
      input: { text: 'Check the wording of docs/guide.md' },
      says: {
        checked: {
          summary: '`docs/guide.md`: nothing to object to in 312 words.',
          texts: [{ path: 'docs/guide.md', findings: [], words: 312, truncated: false }],
          unread: [],
        },
      },
    },
    {
      ask: 'Proofread my text',
      input: { text: 'Proofread my text' },
      says: {
        refused: { reason: 'The request names no file and brings no text.', needs: NEEDS },
      },
    },
  ],
  asks: [
    'Does docs/guide.md have broken links?',
    'Copy-edit this paragraph before we publish it',
    'Which sentences in CONTRIBUTING.md are too long?',
    'Find doubled words and unmatched brackets in this text',
    'Is the prose of this draft readable?',
    'Do the headings in the handbook skip a level?',
    'Edit my draft for style: passive voice and weasel words',
  ],
});

import { Ask, defineAgent } from 'nova-agents';
import { counted, explain, inCode, listFiles, readFile, searchText } from 'nova-agents/tools';
import * as z from 'zod';
import { passagesOf, ranked, searchedWords } from './kit/passages.ts';

const ENDINGS = ['.md', '.markdown', '.txt', '.rst', '.adoc'];
const MAX_FILES = 5_000;
const MAX_MATCHES = 5_000;
/** As many as most likely speak of it. */
const MAX_READ = 8;
const MAX_FILE_BYTES = 400_000;
const MAX_PASSAGES = 5;

const Passage = z.strictObject({
  path: z.string().min(1),
  line: z.int().min(1),
  heading: z.string(),
  text: z.string().min(1),
});
const passage = {
  path: 'docs/refunds.md',
  line: 12,
  heading: 'Refunds',
  text: 'A refund above 500 is approved by finance.',
};
const found = {
  summary: '**`docs/refunds.md:12`** (Refunds)\n\n> A refund above 500 is approved by finance.',
  passages: [passage],
  truncated: false,
};

/** Answers a question by what the project's documents say, with the places. */
export const researcher = defineAgent({
  id: 'researcher',
  version: 1,
  does: 'Answers a question from the documentation of the project: README, docs and other written pages, quoting the passages with file and line.',
  doesNot: {
    'finding TODO comments and written down issues': 'workspace-keeper',
    'telling what changed since the last release': 'release-notes',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a passage is quoted without its place',
      caughtBy: 'outcome',
      example: { found: { ...found, passages: [{ ...passage, line: 0 }] } },
    },
    {
      when: 'something is said that no passage says',
      caughtBy: 'check',
      example: {
        ask: 'Who approves refunds?',
        input: { text: 'Who approves refunds according to the docs?' },
        says: { found: { ...found, summary: 'Everybody does.' } },
      },
    },
  ],
  input: Ask,
  outcomes: {
    found: z.strictObject({
      summary: z.string(),
      /** The best first. */
      passages: z.array(Passage).min(1).max(MAX_PASSAGES),
      truncated: z.boolean(),
    }),
    'not-written': z.strictObject({ summary: z.string(), searched: z.int().min(0) }),
  },
  tools: [listFiles, searchText, readFile],
  limits: { maxTurns: 14, maxRepairs: 0, deadlineMs: 90_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const words = searchedWords(text);
    if (words.length === 0)
      return say.refused({
        reason: 'There is no word in it that could be looked up.',
        needs: 'what the question is about',
      });
    const listed = await io.tool(listFiles, { endings: ENDINGS, maxFiles: MAX_FILES });
    if (!listed.folder) return say.refused(explain(listed));
    const documents = new Set(listed.files.filter(({ link }) => !link).map(({ path }) => path));
    const search = await io.tool(searchText, { words, maxMatches: MAX_MATCHES });
    if (!search.folder) return say.refused(explain(search));
    const met = new Map<string, Set<string>>();
    for (const { path, word } of search.matches)
      if (documents.has(path)) met.set(path, (met.get(path) ?? new Set()).add(word.toLowerCase()));
    const likely = [...met].toSorted(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1));
    let truncated = listed.truncated || search.truncated || likely.length > MAX_READ;
    const passages = [];
    for (const [path] of likely.slice(0, MAX_READ)) {
      const file = await io.tool(readFile, { path, maxBytes: MAX_FILE_BYTES });
      if (!file.read || file.binary) continue;
      truncated ||= file.truncated;
      passages.push(...passagesOf(path, file.text));
    }
    const best = ranked(passages, text).slice(0, MAX_PASSAGES);
    if (best.length === 0) {
      const searched = counted(documents.size, 'document');
      return say['not-written']({
        summary: `Nothing of it is written in ${searched} of the project.`,
        searched: documents.size,
      });
    }
    const quoted = best.map(({ passage: { path, line, heading, text: words_ } }) => {
      const where = `**${inCode(`${path}:${line}`)}**${heading === '' ? '' : ` (${heading})`}`;
      return `${where}\n\n${words_.replace(/^/gm, '> ')}`;
    });
    return say.found({
      summary: quoted.join('\n\n'),
      passages: best.map((one) => one.passage),
      truncated,
    });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'found') return undefined;
    const { summary, passages } = value as typeof found;
    const missing = passages.find(({ path, line }) => !summary.includes(`${path}:${line}`));
    return missing === undefined ? undefined : `${missing.path}:${missing.line} is not quoted`;
  },
  examples: [
    {
      ask: 'Who approves refunds according to the docs?',
      input: { text: 'Who approves refunds according to the docs?' },
      says: { found },
    },
    {
      ask: 'What does the documentation say about parking?',
      input: { text: 'What does the documentation say about parking?' },
      says: {
        'not-written': {
          summary: 'Nothing of it is written in 12 documents of the project.',
          searched: 12,
        },
      },
    },
  ],
  asks: [
    'What do the docs say about retries?',
    'Where is it documented how timeouts work?',
    'Look up in the documentation how a tool is added',
    'How is a new agent added according to the README?',
    'Quote what the architecture page says about the journal',
    'Is there a written rule about naming errors?',
    'Which page of the manual explains the configuration?',
    'Answer from the docs: what is a dead letter?',
  ],
});

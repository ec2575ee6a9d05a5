import * as z from 'zod';
import { defineTool } from '../team/define-tool.ts';
import { isBinary, linesOf, NoFolder, projectFolder, ProjectPath, readStart } from './folder.ts';
import { lookAt, projectFiles } from './project-files.ts';
import { withoutSecrets } from './secrets.ts';
import { cut } from './text.ts';

const MAX_WORDS = 100;
const MAX_WORD_CHARS = 214;
const MAX_MATCHES = 5000;
const MAX_FILES = 20_000;
const MAX_FILE_BYTES = 1_000_000;
const MAX_ALL_BYTES = 100_000_000;
const MAX_TEXT_CHARS = 240;
const CHARS_BEFORE = 80;

const Match = z.strictObject({
  path: ProjectPath,
  line: z.int().min(1),
  /** The first of the words that the line holds. */
  word: z.string(),
  text: z.string().max(MAX_TEXT_CHARS),
});
type Match = z.input<typeof Match>;

const Found = z.strictObject({
  folder: z.literal(true),
  /** Sorted by path, then line; secrets left out. */
  matches: z.array(Match).max(MAX_MATCHES),
  searched: z.int().min(0),
  /** Files that were not read; links are not followed. */
  skipped: z.strictObject({ binary: z.int(), large: z.int(), unreadable: z.int() }),
  /** Not the whole project was searched, or there are more matches. */
  truncated: z.boolean(),
});
export type Found = z.infer<typeof Found>;

/** The part of a long line around the word. */
function around(line: string, word: string): string {
  if (line.length <= MAX_TEXT_CHARS) return line;
  const from = Math.max(0, line.indexOf(word) - CHARS_BEFORE);
  return cut(line.slice(from).toWellFormed(), MAX_TEXT_CHARS).text;
}

/** The matches of one file; secrets are looked for only where there is a match, as that is slow. */
function matchesIn(path: string, lines: readonly string[], words: readonly string[]): Match[] {
  const holds = (line: string) => words.find((word) => line.includes(word));
  if (!lines.some(holds)) return [];
  return withoutSecrets(lines).lines.flatMap((text, index) => {
    const word = holds(text);
    return word === undefined ? [] : [{ path, line: index + 1, word, text: around(text, word) }];
  });
}

/** The lines of the project that hold one of some words, letter by letter. */
export const searchText = defineTool({
  name: 'search-text',
  does: 'Searches all texts of the project for fixed words and returns the lines with their places.',
  input: z.strictObject({
    words: z.array(z.string().min(1).max(MAX_WORD_CHARS)).min(1).max(MAX_WORDS),
    /** Only files whose names end so, such as `.ts`. */
    endings: z.array(z.string().min(1)).min(1).max(50).optional(),
    maxMatches: z.int().min(1).max(MAX_MATCHES),
  }),
  output: z.discriminatedUnion('folder', [NoFolder, Found]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: async ({ words, endings, maxMatches }, context) => {
    const folder = await projectFolder(context.project);
    if (typeof folder !== 'string') return folder;
    const listed = await projectFiles(folder, context);
    const paths = listed.paths.filter((path) => endings?.some((end) => path.endsWith(end)) ?? true);
    const skipped = { binary: 0, large: 0, unreadable: 0 };
    const matches: Match[] = [];
    let [searched, bytes, truncated] = [0, 0, listed.truncated || paths.length > MAX_FILES];
    for (const path of paths.slice(0, MAX_FILES)) {
      context.signal.throwIfAborted();
      if (matches.length > maxMatches || bytes > MAX_ALL_BYTES) truncated = true;
      if (matches.length > maxMatches || bytes > MAX_ALL_BYTES) break;
      // A link's text is found where it lies; what git lists and is gone is no part of the project.
      const file = await lookAt(folder, path);
      if (file === undefined || file.link) continue;
      const start = await readStart(folder, path, MAX_FILE_BYTES);
      if (typeof start === 'string') skipped.unreadable += 1;
      else if (start.bytes > MAX_FILE_BYTES) skipped.large += 1;
      else if (isBinary(start.data)) skipped.binary += 1;
      else {
        searched += 1;
        bytes += start.data.length;
        matches.push(...matchesIn(path, linesOf(start), words));
      }
    }
    truncated ||= matches.length > maxMatches;
    const shown = matches.slice(0, maxMatches);
    return { folder: true as const, matches: shown, searched, skipped, truncated };
  },
});

import type { Io } from '../team/agent.ts';
import type { Refusal } from '../team/refusal.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { inCode } from './text.ts';

const FENCED = /```[^\n`]*\n([\s\S]*?)\n?```/;
/** An apostrophe inside a word quotes nothing. */
const QUOTED = /"([^"]+)"|“([^“”]+)”|«([^«»]+)»|(?<![\p{L}\p{N}])'([^'\n]+)'(?![\p{L}\p{N}])/gu;
const AFTER_COLON = /^[^\n:]{1,200}:\s+(\S[\s\S]*)$/;

/**
 * The text that a request brings along: a fenced block, else the longest quotation, else what follows the first colon; undefined where
 * it brings none.
 */
export function textIn(request: string): string | undefined {
  const fenced = FENCED.exec(request)?.[1];
  if (fenced !== undefined) return fenced.trim() === '' ? undefined : fenced;
  const quotations = [...request.matchAll(QUOTED)].map(
    ([, ...said]) => said.find((one) => one !== undefined) ?? '',
  );
  const [longest] = quotations.toSorted((a, b) => b.length - a.length);
  const text = longest ?? AFTER_COLON.exec(request)?.[1] ?? '';
  return text.trim() === '' ? undefined : text;
}

const ADDRESS = /\bhttps?:\/\/\S+/g;
const SPAN = new RegExp(`\`([^\`\\n]{1,400})\`|${QUOTED.source}`, 'gu');
/** What stands for a span meanwhile. */
const MARK = String.raw`\uE000\d+\uE000`;
const WORD = String.raw`\/?[\p{L}\p{N}_.@~](?:[\p{L}\p{N}_.@~/-]|['’](?=[\p{L}\p{N}_-]*\.)){0,400}`;
const TOKEN = new RegExp(`${MARK}|${WORD}`, 'gu');
/** Pages that people name without their ending, `.md`. */
const PAGES = String.raw`README|[Rr]eadme|CHANGELOG|CONTRIBUTING|ARCHITECTURE`;
const PAGE = new RegExp(`^(?:${PAGES})$`, 'u');
const NAMED = String.raw`(?:the\s+)?(?:${MARK}|[^\s,;]*\.[a-z][a-z0-9]{0,9}\b|(?:${PAGES})\b)`;
/** "But not docs/b.md", "do not proofread the README": what is said not to be meant. */
const NOT_MEANT = new RegExp(
  String.raw`\b(?:not|never|except(?:\s+for)?|excluding|without|other\s+than|instead\s+of)\s+(?:\p{L}+\s+){0,3}?${NAMED}(?:\s*(?:,|\b(?:and|or|nor)\b)+\s*${NAMED})*`,
  'giu',
);
/** A quotation with an ending is a path where it is no sentence. */
const SENTENCE = /[.!?;:]\s|\n/;

/** The files and pages that a request names, each once, in its order, but for those that it says not to mean. */
function namesIn(request: string, endings: readonly string[]): { name: string; isPage: boolean }[] {
  const spans: string[] = [];
  const masked = request.replace(ADDRESS, ' ').replace(SPAN, (...found: (string | undefined)[]) => {
    const [, code, ...quoted] = found.slice(0, 6);
    const said = code ?? quoted.find((one) => typeof one === 'string') ?? '';
    spans.push(code === undefined && SENTENCE.test(said) ? '' : said);
    return ` \uE000${spans.length - 1}\uE000 `;
  });
  const isFile = (name: string) =>
    endings.some((end) => name.length > end.length && name.toLowerCase().endsWith(end));
  const named = [...masked.replace(NOT_MEANT, ' ').matchAll(TOKEN)].flatMap(([token]) => {
    const mark = /^\uE000(\d+)/.exec(token)?.[1];
    const word = mark === undefined ? token.replace(/\.$/, '') : (spans[Number(mark)] ?? '');
    const name = word.replace(/^\.\//, '');
    if (isFile(name)) return [{ name, isPage: false }];
    const isPage = endings.includes('.md') && PAGE.test(name);
    return isPage ? [{ name: `${name.toUpperCase()}.md`, isPage }] : [];
  });
  return [...new Map(named.map((one) => [one.name, one])).values()];
}

/** The files that a request names, by their endings, each once, in its order; in backquotes or quotation marks they may have spaces. */
export const filesIn = (request: string, endings: readonly string[]): string[] =>
  namesIn(request, endings).flatMap(({ name, isPage }) => (isPage ? [] : [name]));

/** What a request is about: a text that it brings, or a file that it names. */
export type Matter = { readonly text: string } | { readonly file: string };

/**
 * What a request is about: a fenced block, else the files that it names and whose names end in one of the endings (`.md`;
 * in backquotes it may have spaces), else a text in quotation marks or after a colon, else pages without their ending ("the README").
 * Files and pages stand as in the request.
 * @param whole what the request is a part of: where the part says nothing of its matter, that is the only file which the whole names.
 */
export function mattersOf(request: string, endings: readonly string[], whole = ''): Matter[] {
  const named = FENCED.test(request) ? [] : namesIn(request, endings);
  const text = named.every(({ isPage }) => isPage) ? textIn(request) : undefined;
  if (text !== undefined) return [{ text }];
  if (named.length > 0) return named.map(({ name }) => ({ file: name }));
  const [only, another] = filesIn(whole, endings);
  return only === undefined || another !== undefined ? [] : [{ file: only }];
}

/** The first of what a request is about (`mattersOf`); undefined where it names nothing. */
export const matterOf = (request: string, endings: readonly string[]): Matter | undefined =>
  mattersOf(request, endings)[0];

const MAX_SAME_NAMED = 20;
/** Why a file is not read, before its name. */
export const WHY_UNREAD = {
  missing: 'There is no file',
  outside: 'It leads out of the project:',
  'not-a-file': 'It is no file:',
  unreadable: 'It may not be read:',
} as const;

/** A file of the project that was asked for, with its text. */
export interface AskedFile {
  readonly path: string;
  readonly text: string;
  /** How many secrets were left out. */
  readonly redacted: number;
  /** It goes on; the text ends with its last whole line. */
  readonly truncated: boolean;
}

type Named<Found> = { readonly path: string; readonly found: Found };

/** Looks a file up by its path, else by its name where one file alone has it. */
export async function soughtBy<Found extends { readonly read: boolean; readonly why?: string }>(
  io: Io<readonly [typeof listFiles]>,
  named: string,
  look: (path: string) => Promise<Found>,
): Promise<Named<Found> | Refusal> {
  const found = await look(named);
  if (found.why !== 'missing' || named.includes('/')) return { path: named, found };
  const listed = await io.tool(listFiles, { called: [named], maxFiles: MAX_SAME_NAMED });
  const [path, ...more] = listed.folder ? listed.files.map((one) => one.path) : [];
  if (path === undefined) return { path: named, found };
  if (more.length === 0) return { path, found: await look(path) };
  return {
    reason: `Several files are called ${inCode(named)}: ${[path, ...more].map(inCode).join(', ')}.`,
    needs: 'the path of the one that is meant',
  };
}

/**
 * Reads the file that a request names: by its path, else by its name where one file alone has it. What cannot be read, or is no text,
 * is a refusal that says what is needed.
 */
export async function readAsked(
  io: Io<readonly [typeof listFiles, typeof readFile]>,
  named: string,
  maxBytes: number,
): Promise<AskedFile | Refusal> {
  const sought = await soughtBy(io, named, (path) => io.tool(readFile, { path, maxBytes }));
  if ('reason' in sought) return sought;
  const { found } = sought;
  const path = found.read ? found.path : sought.path;
  const needs = 'a text file of the project, by its path';
  if (!found.read) return { reason: `${WHY_UNREAD[found.why]} ${inCode(path)}.`, needs };
  if (found.binary) return { reason: `${inCode(path)} is no text.`, needs };
  const { text, redacted, truncated } = found;
  return { path, text, redacted, truncated };
}

/** A text that was asked for: of a file, or null where the request brought it. */
export type AskedText = Omit<AskedFile, 'path' | 'redacted'> & { readonly path: string | null };

const MAX_TEXTS = 12;

/** Reads all that a request is about, at most twelve texts; each that is not read is a refusal of its own. */
export async function readMatters(
  io: Io<readonly [typeof listFiles, typeof readFile]>,
  matters: readonly Matter[],
  maxBytes: number,
): Promise<{ readonly texts: readonly AskedText[]; readonly unread: readonly Refusal[] }> {
  const texts: AskedText[] = [];
  const unread: Refusal[] = [];
  for (const matter of matters.slice(0, MAX_TEXTS)) {
    const read =
      'text' in matter
        ? { path: null, text: matter.text, truncated: false }
        : await readAsked(io, matter.file, maxBytes);
    if ('reason' in read) unread.push(read);
    else texts.push({ path: read.path, text: read.text, truncated: read.truncated });
  }
  for (const matter of matters.slice(MAX_TEXTS))
    if ('file' in matter)
      unread.push({
        reason: `${inCode(matter.file)} is beyond ${MAX_TEXTS} files.`,
        needs: `a request of at most ${MAX_TEXTS} files`,
      });
  return { texts, unread };
}

/** All of it in one: what nothing came of. */
export function refusedAll(unread: readonly Refusal[]): Refusal {
  const needs = [...new Set(unread.map((one) => one.needs))].join('; ');
  return { reason: unread.map(({ reason }) => reason).join(' '), needs };
}

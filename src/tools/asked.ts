import type { Io } from '../team/agent.ts';
import type { Refusal } from '../team/refusal.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { inCode } from './text.ts';

const FENCED = /```[^\n`]*\n([\s\S]*?)\n?```/;
const QUOTED = /"([^"]+)"|“([^“”]+)”|«([^«»]+)»/g;
const AFTER_COLON = /^[^\n:]{1,200}:\s+(\S[\s\S]*)$/;

/**
 * The text that a request brings along: a fenced block, else the longest quotation, else what follows the first colon; undefined where
 * it brings none.
 */
export function textIn(request: string): string | undefined {
  const fenced = FENCED.exec(request)?.[1];
  if (fenced !== undefined) return fenced.trim() === '' ? undefined : fenced;
  const quotations = [...request.matchAll(QUOTED)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const [longest] = quotations.toSorted((a, b) => b.length - a.length);
  const text = longest ?? AFTER_COLON.exec(request)?.[1] ?? '';
  return text.trim() === '' ? undefined : text;
}

const IN_BACKQUOTES = /`([^`\n]{1,400})`/g;
const WORD = /[\p{L}\p{N}_.@~][\p{L}\p{N}_.@~/-]{0,400}/gu;

/** The files that a request names, by their endings, each once, in its order; those in backquotes first. */
export function filesIn(request: string, endings: readonly string[]): string[] {
  const named = [...request.matchAll(IN_BACKQUOTES)].map(([, name = '']) => name);
  const prose = request
    .replace(/\bhttps?:\/\/\S+/g, ' ')
    .replace(QUOTED, (said) => (/\s/.test(said) ? ' ' : said));
  const words = [...prose.matchAll(WORD)].map(([word]) => word.replace(/\.$/, ''));
  const isFile = (name: string) =>
    endings.some((end) => name.length > end.length && name.toLowerCase().endsWith(end));
  const files = [...named, ...words].filter(isFile);
  return [...new Set(files.map((name) => name.replace(/^\.\//, '')))];
}

/** What a request is about: a text that it brings, or a file that it names. */
export type Matter = { readonly text: string } | { readonly file: string };

/**
 * What a request is about: a fenced block, else the first file that it names and whose name ends in one of the endings (`.md`; in
 * backquotes it may have spaces), else a text in quotation marks or after a colon. Undefined where it has none of them.
 * @param whole what the request is a part of: where the part says nothing of its matter, that is the only file which the whole names.
 */
export function matterOf(
  request: string,
  endings: readonly string[],
  whole = '',
): Matter | undefined {
  const [file] = FENCED.test(request) ? [] : filesIn(request, endings);
  if (file !== undefined) return { file };
  const text = textIn(request);
  if (text !== undefined) return { text };
  const [only, another] = filesIn(whole, endings);
  return only === undefined || another !== undefined ? undefined : { file: only };
}

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
  const { path, found } = sought;
  const needs = 'a text file of the project, by its path';
  if (!found.read) return { reason: `${WHY_UNREAD[found.why]} ${inCode(path)}.`, needs };
  if (found.binary) return { reason: `${inCode(path)} is no text.`, needs };
  const { text, redacted, truncated } = found;
  return { path, text, redacted, truncated };
}

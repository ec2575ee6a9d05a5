import { sentencesOf } from './sentences.ts';

/** Something that says what a thing is, word for word. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const MAX_COMMENT_LINES = 30;
const MAX_TEXT_CHARS = 1_500;
const DOCUMENT = /\.(?:md|markdown|txt|rst|adoc)$/i;
const DECLARES = String.raw`(?:export\s+|default\s+|declare\s+|public\s+|private\s+|protected\s+|static\s+|abstract\s+|async\s+|readonly\s+|pub\s+)*(?:function\*?|class|interface|type|enum|const|let|var|def|fn|func|struct|trait|module|namespace)\s+`;
const COMMENT = /^\s*(?:\/\*|\*|\/\/|#(?!!)|--|"""|''')/;

const escaped = (name: string): string => name.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
export const isDocument = (path: string): boolean => DOCUMENT.test(path);

/** True where a line of code declares a name. */
export const declares = (line: string, name: string): boolean =>
  new RegExp(String.raw`^\s*${DECLARES}${escaped(name)}(?![\w$-])`, 'u').test(line);

const bare = (line: string): string =>
  line
    .replace(/^\s*(?:\/\*\*?|\*\/|\*(?!\/)|\/\/+|#+|--)?\s?/, '')
    .replace(/\s*\*\/\s*$/, '')
    .trim();

function placeOf(
  path: string,
  from: number,
  lines: readonly string[],
  declared: string,
): Place | undefined {
  const said = lines.map(bare).filter((line) => line !== '');
  const text = [...said, ...(declared === '' ? [] : [declared.trim()])].join('\n');
  return text === '' ? undefined : { path, line: from + 1, text: text.slice(0, MAX_TEXT_CHARS) };
}

/** The declaration on a line of a file, with the comment right above it. */
export function declarationAt(path: string, text: string, line: number): Place | undefined {
  const lines = text.split(/\r?\n/);
  let from = line - 1;
  while (from > 0 && line - from <= MAX_COMMENT_LINES && COMMENT.test(lines[from - 1] ?? ''))
    from -= 1;
  return placeOf(path, from, lines.slice(from, line - 1), lines[line - 1] ?? '');
}

/** What a file says of itself: the comment that it begins with, of a document its first sentences. */
export function openingOf(path: string, text: string): Place | undefined {
  if (isDocument(path)) {
    const [first, ...more] = sentencesOf(path, text).slice(0, 3);
    return first && { ...first, path, text: [first, ...more].map((one) => one.text).join(' ') };
  }
  const lines = text.split(/\r?\n/);
  const from = lines.findIndex((line) => COMMENT.test(line));
  if (from < 0) return undefined;
  const length = lines.slice(from).findIndex((line) => !COMMENT.test(line));
  const to = length < 0 ? lines.length : from + length;
  return placeOf(
    path,
    from,
    lines.slice(from, Math.min(to, from + MAX_COMMENT_LINES)),
    lines[to] ?? '',
  );
}

/** The sentences of a document that say what something is. */
export function definitionsIn(path: string, text: string, name: string): Place[] {
  const word = escaped(name);
  const defining = new RegExp(
    String.raw`^(?:an?\s+|the\s+)?[*_\x60"“]*${word}[*_\x60"”]*(?:\s+\([^)]*\))?\s*(?::|\s(?:is|are|means|stands for)\b)`,
    'iu',
  );
  return sentencesOf(path, text)
    .filter((one) => defining.test(one.text.replace(/^[*_]+/, '')))
    .map(({ line, text: words }) => ({ path, line, text: words }));
}

const PATH =
  /[\w.@~-]+(?:\/[\w.@~-]+)+|\b[\w-]+\.(?:[cm]?[jt]sx?|md|json|ya?ml|py|sql|css|html|sh)\b/u;
const IDENTIFIER = /\b(?:[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|\w+_\w+|\w+\(\))/u;
const ASKED =
  /\b(?:what\s+(?:is|are|does|do)|explain(?:\s+to\s+me)?|meaning\s+of|define|definition\s+of)\s+(?:(?:an?|the|our|term|word|function|class|type|error|file)\s+)*["“'\x60]?([\p{L}\p{N}_$][\p{L}\p{N}_$ -]{0,60}?)["”'\x60]?(?=\s+(?:mean|do|does|stand|in\b|here|for\b)|[?.!,;:]|$)/iu;

const QUOTED = /`([^`\n]{1,200})`|"([^"\n]{1,200})"|“([^”\n]{1,200})”/gu;
const all = (kind: RegExp, request: string): string[] =>
  [...request.matchAll(new RegExp(kind.source, 'gu'))].map(([whole, ...groups]) =>
    groups.length === 0 ? whole : (groups.find((one) => one !== undefined) ?? ''),
  );

/** What a request wants to have explained, each once: what it quotes, else paths, else names of code, else the term; empty where it names nothing. */
export function thingsIn(request: string): string[] {
  const term = ASKED.exec(request)?.[1];
  const kinds = [QUOTED, PATH, IDENTIFIER].map((kind) => all(kind, request));
  const things = kinds.find((named) => named.length > 0) ?? (term === undefined ? [] : [term]);
  const names = things.map((thing) => thing.replace(/\(\)$/, '').trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
/** Of "credit and debit" each: for where the two together are no term. */
export const partsOf = (term: string): string[] => term.split(/\s*,\s*(?:and\s+)?|\s+and\s+/u);
export const isPath = (thing: string): boolean => PATH.exec(thing)?.[0] === thing;

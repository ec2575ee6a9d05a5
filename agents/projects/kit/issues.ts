import { byText, type Found } from 'nova-agents/tools';

/** Words that mark a place in code as unfinished. */
export const MARKERS = ['TODO', 'FIXME', 'HACK', 'XXX'] as const;
export type Marker = (typeof MARKERS)[number];

/** Something open, with its place. */
export interface Issue {
  readonly kind: Marker | 'issue';
  readonly path: string;
  readonly line: number;
  readonly text: string;
  /** Named beside the marker, or who wrote the line; null where nobody is known. */
  readonly owner: string | null;
}

const MARKED =
  /(?:^|[^\w.$-])(TODO|FIXME|HACK|XXX)(?:\(([^)\n]{1,60})\))?(?::|\s-|\s–|\s|$)\s*(.*)$/;
const COMMENT = /\/\/|\/\*|^\s*\*|#|<!--|^\s*(?:--|;|%|"""|''')/;
const PROSE = /\.(?:md|markdown|txt|rst|adoc)$/i;
const PROSE_MARK = /<!--|^\s*(?:[-*+]\s+)?(?:TODO|FIXME)(?:\([^)]*\))?:/;
const COMMENT_ENDS = /\s*(?:\*\/|-->|"""|''')\s*$/;

/** Whether a place in a line of code is inside a comment and not inside a text in quotes. */
function isInComment(before: string): boolean {
  const sign = COMMENT.exec(before);
  if (sign === null) return false;
  const code = before.slice(0, sign.index);
  return ['"', "'", '`'].every((quote) => code.split(quote).length % 2 === 1);
}

/** Reads a marker out of a line; undefined where the word only occurs in code or prose. */
export function readMarker(path: string, line: number, text: string): Issue | undefined {
  const found = MARKED.exec(text);
  if (found === null) return undefined;
  const [, word = '', owner, rest = ''] = found;
  const before = text.slice(0, found.index + found[0].indexOf(word));
  if (!(PROSE.test(path) ? PROSE_MARK.test(text) : isInComment(before))) return undefined;
  const said = rest.replace(COMMENT_ENDS, '').trim();
  return { kind: word as Marker, path, line, text: said, owner: owner?.trim() ?? null };
}

/** The markers among the matches of a search; lines of issue files are read elsewhere. */
export const markersIn = (matches: Found['matches'], isIssueFile: (path: string) => boolean) =>
  matches.flatMap(({ path, line, text }) => {
    const issue = isIssueFile(path) ? undefined : readMarker(path, line, text);
    return issue === undefined ? [] : [issue];
  });

const LIST_NAME = /^(?:todos?|to-do|issues?|backlog|bugs?|known[-_ ]issues)\.(?:md|markdown|txt)$/i;
const ISSUE_FOLDER = /(?:^|\/)(?:\.?issues|bugs|todos?)\/[^/]+\.(?:md|markdown|txt)$/i;

/** Whether a file is a list of issues, or one issue, by its name. */
export const isIssueFile = (path: string): boolean =>
  LIST_NAME.test(path.slice(path.lastIndexOf('/') + 1)) || ISSUE_FOLDER.test(path);

const FENCE = /^\s*(?:```|~~~)/;
const BOX = /^\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+(\S.*)$/;
const POINT = /^\s*[-*+]\s+(\S.*)$/;
const TITLE = /^#\s+(\S.*)$/;
const CLOSED = /^\W*(?:status|state)\W{1,4}(?:closed|done|fixed|resolved)\b/im;

/** Reads an issue file: its check boxes; without any its points, or the title of the one issue it is. */
export function readIssueFile(path: string, text: string): { open: Issue[]; done: number } {
  let fenced = false;
  const lines = text.split('\n').map((line) => {
    const isFence = FENCE.test(line);
    if (isFence) fenced = !fenced;
    return fenced || isFence ? '' : line;
  });
  const matching = (pattern: RegExp) =>
    lines.flatMap((line, index) => {
      const found = pattern.exec(line);
      return found === null ? [] : [{ line: index + 1, found }];
    });
  const issue = (line: number, said: string): Issue => ({
    kind: 'issue',
    path,
    line,
    owner: null,
    text: said.trim(),
  });
  const boxes = matching(BOX);
  if (boxes.length > 0) {
    const open = boxes.filter(({ found }) => found[1] === ' ');
    const issues = open.map(({ line, found }) => issue(line, found[2] ?? ''));
    return { open: issues, done: boxes.length - open.length };
  }
  if (ISSUE_FOLDER.test(path)) {
    const [title] = matching(TITLE);
    if (CLOSED.test(text)) return { open: [], done: 1 };
    return { open: title ? [issue(title.line, title.found[1] ?? '')] : [], done: 0 };
  }
  return { open: matching(POINT).map(({ line, found }) => issue(line, found[1] ?? '')), done: 0 };
}

/** Sorted by place. */
export const byPlace = (a: Issue, b: Issue): number => byText(a.path, b.path) || a.line - b.line;

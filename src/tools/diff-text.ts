import { pieces } from './git.ts';

export type Change =
  | 'added'
  | 'modified'
  | 'deleted'
  | 'renamed'
  | 'copied'
  | 'type'
  | 'conflict'
  | 'untracked';

/** One file of a diff, before its lines are known. */
export interface ListedFile {
  readonly path: string;
  readonly renamedFrom: string | null;
  readonly change: Change;
  readonly added: number;
  readonly deleted: number;
  readonly binary: boolean;
}

/** Added lines that stand together, as they are in the file. */
export interface AddedLines {
  readonly start: number;
  readonly lines: readonly string[];
}

const CHANGES: Readonly<Record<string, Change>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type',
  U: 'conflict',
};

/** Reads what `git diff --raw --numstat -z` prints: first how each file changed, then by how much. */
export function readList(text: string): ListedFile[] {
  const tokens = pieces(text);
  const changes = new Map<string, Change>();
  const files: ListedFile[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token.startsWith(':')) {
      const letter = token.split(' ').at(-1)?.[0] ?? '';
      at += letter === 'R' || letter === 'C' ? 2 : 1;
      const path = tokens[at] ?? '';
      // A conflict is listed twice: as such, and as the change of the file that holds both sides.
      if (changes.get(path) !== 'conflict') changes.set(path, CHANGES[letter] ?? 'modified');
      continue;
    }
    const [, added = '', deleted = '', only = ''] = /^(\S+)\t(\S+)\t(.*)$/s.exec(token) ?? [];
    const renamedFrom = only === '' ? (tokens[at + 1] ?? null) : null;
    const path = only === '' ? (tokens[at + 2] ?? '') : only;
    if (only === '') at += 2;
    const counts = { added: Number(added) || 0, deleted: Number(deleted) || 0 };
    if (path === '' || files.at(-1)?.path === path) continue;
    const change = changes.get(path) ?? 'modified';
    files.push({ path, renamedFrom, change, ...counts, binary: added === '-' });
  }
  return files;
}

const SIGNS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

/** Undoes git's C quoting; names without odd signs stand as they are, those with spaces before a tab. */
export function unquote(name: string): string {
  if (!name.startsWith('"')) return name.replace(/\t$/, '');
  return name
    .slice(1, name.lastIndexOf('"'))
    .replace(/\\([0-7]{3}|.)/g, (_, sign: string) =>
      sign.length === 3 ? String.fromCharCode(parseInt(sign, 8)) : (SIGNS[sign] ?? sign),
    );
}

const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/;

/**
 * Reads the added lines of what `git diff --patch --unified=0` prints, by path.
 * A hunk says how many lines it has, so no content can be taken for a header.
 */
export function readPatch(text: string): Map<string, AddedLines[]> {
  const hunks = new Map<string, AddedLines[]>();
  let current: AddedLines[] = [];
  let lines: string[] = [];
  let added = 0;
  let removed = 0;
  for (const line of text.split('\n')) {
    if (added > 0 && line.startsWith('+')) {
      lines.push(line.slice(1));
      added -= 1;
    } else if (removed > 0 && line.startsWith('-')) removed -= 1;
    else if (line.startsWith('+++ ')) {
      current = [];
      const path = unquote(line.slice(4)).replace(/^b\//, '');
      if (!hunks.has(path)) hunks.set(path, current);
    } else if (line.startsWith('@@ ')) {
      const [, start, count = '1'] = HUNK.exec(line) ?? [];
      added = Number(count);
      removed = Number(/^@@ -\d+(?:,(\d+))?/.exec(line)?.[1] ?? 1);
      lines = [];
      if (added > 0) current.push({ start: Number(start), lines });
    }
  }
  return hunks;
}

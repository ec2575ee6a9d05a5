import { bullets, counted, inCode, inLine, type Commits, type Tags } from 'nova-agents/tools';

type Commit = Commits['commits'][number];

/** The headings of the notes, in their order. */
export const KINDS = ['breaking', 'features', 'fixes', 'others'] as const;
export type Kind = (typeof KINDS)[number];

export interface Entry {
  readonly kind: Kind;
  readonly area: string | null;
  readonly text: string;
  readonly authors: readonly string[];
  readonly commits: readonly string[];
}

const TYPES: Readonly<Record<string, Kind>> = {
  feat: 'features',
  feature: 'features',
  fix: 'fixes',
  bugfix: 'fixes',
  hotfix: 'fixes',
  perf: 'others',
  refactor: 'others',
  docs: 'others',
  style: 'others',
  test: 'others',
  tests: 'others',
  build: 'others',
  ci: 'others',
  chore: 'others',
  revert: 'others',
};
const VERBS: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:drop|remove)(?:s|d|ped)? support\b/i, 'breaking'],
  [/^(?:add|introduce|support|allow|enable|implement|provide|create)(?:s|d|ed)?\b/i, 'features'],
  [/^(?:fix|correct|repair|resolve|prevent|handle|avoid|restore)(?:s|d|es|ed)?\b/i, 'fixes'],
];
const CONVENTIONAL = /^([a-z][\w.-]{0,30})(?:\(([^)]{1,60})\))?(!)?:\s+(\S.*)$/i;
const BREAKING = /^BREAKING[ -]CHANGE:\s*(\S.*)$/m;

/** Reads a commit's words: conventional prefixes, else the verb that they begin with. */
export function read({ subject, body }: Pick<Commit, 'subject' | 'body'>) {
  const [, word, scope, mark, rest = subject] = CONVENTIONAL.exec(subject) ?? [];
  const type = word === undefined ? undefined : TYPES[word.toLowerCase()];
  const byVerb = VERBS.find(([verb]) => verb.test(rest))?.[1] ?? 'others';
  const notice = BREAKING.exec(body)?.[1];
  const breaks = mark === '!' || notice !== undefined;
  // `parser: fix …` names an area, not a type; so does `feat(parser): …`.
  const area = scope ?? (type === undefined ? word : undefined) ?? null;
  return { kind: breaks ? ('breaking' as const) : (type ?? byVerb), area, text: notice ?? rest };
}

const REVERT = /^Revert "(.+)"$/;
const SHORT_HASH_CHARS = 10;

/** Folds commits into entries: merges and what was taken back again go, equal words become one. */
export function fold(commits: readonly Commit[]) {
  const entries = new Map<string, Entry>();
  const takenBack: string[] = [];
  let [merges, reverted] = [0, 0];
  for (const commit of commits) {
    const back = REVERT.exec(commit.subject)?.[1];
    const undone = takenBack.indexOf(commit.subject);
    if (commit.parents.length > 1) merges += 1;
    else if (undone >= 0) {
      takenBack.splice(undone, 1);
      reverted += 1;
    } else if (back !== undefined && commits.some(({ subject }) => subject === back))
      takenBack.push(back);
    else {
      const { kind, area, text } = read(commit);
      const key = [kind, area, text.toLowerCase()].join('\0');
      const before = entries.get(key);
      const authors = [...new Set([...(before?.authors ?? []), commit.author])];
      const hashes = [...(before?.commits ?? []), commit.hash.slice(0, SHORT_HASH_CHARS)];
      entries.set(key, { kind, area, text: before?.text ?? text, authors, commits: hashes });
    }
  }
  return { entries: [...entries.values()], merges, reverted };
}

/** What of the history is meant. */
export type Range =
  | { readonly from: 'tag'; readonly tag: string; readonly commit: string }
  | { readonly from: 'last'; readonly maxCommits: number }
  | { readonly from: 'unknown'; readonly tag: string };

/** Commits that are told where there is no tag. */
export const DEFAULT_COMMITS = 100;
/** Commits that are read of any range. */
export const MAX_COMMITS = 500;
const VERSION = /^v?\d+\.\d+/i;
const LAST = /\blast\s+(\d{1,4})\s+commits?\b/i;
const SINCE =
  /\b(?:since|after|from)\s+(?:version\s+|tag\s+|release\s+)?["'`]?(v?\d+(?:\.[\w-]+)+)/i;

/** Reads the range out of a person's words; without any, it begins at the last release. */
export function rangeOf(text: string, tags: Tags['tags']): Range {
  const last = LAST.exec(text)?.[1];
  if (last !== undefined)
    return { from: 'last', maxCommits: Math.min(Math.max(Number(last), 1), MAX_COMMITS) };
  const asked = SINCE.exec(text)?.[1];
  if (asked !== undefined) {
    const tag = tags.find(
      ({ name }) => name === asked || name.endsWith(`@${asked}`) || name === `v${asked}`,
    );
    return tag
      ? { from: 'tag', tag: tag.name, commit: tag.commit }
      : { from: 'unknown', tag: asked };
  }
  const release = tags.find(({ name }) => VERSION.test(name.replace(/^.*@/, ''))) ?? tags[0];
  return release
    ? { from: 'tag', tag: release.name, commit: release.commit }
    : { from: 'last', maxCommits: DEFAULT_COMMITS };
}

const HEADINGS: Readonly<Record<Kind, string>> = {
  breaking: 'Breaking',
  features: 'Features',
  fixes: 'Fixes',
  others: 'Other changes',
};
const MAX_POINTS = 15;
const MAX_AUTHORS = 20;

const point = ({ area, text, commits }: Entry) =>
  `${area === null ? '' : `${inLine(area)}: `}${inLine(text)} (${commits.join(', ')})`;

/** Writes the notes in markdown. */
export function write(
  range: Range,
  entries: readonly Entry[],
  authors: readonly string[],
  { shallow, truncated }: Commits,
): string {
  const title = range.from === 'last' ? 'Last commits' : `Since ${inCode(range.tag)}`;
  const shown = authors.slice(0, MAX_AUTHORS).map(inLine).join(', ');
  const more = authors.length > MAX_AUTHORS ? ` and ${authors.length - MAX_AUTHORS} more` : '';
  const groups = KINDS.flatMap((kind) =>
    bullets(HEADINGS[kind], entries.filter((entry) => entry.kind === kind).map(point), MAX_POINTS),
  );
  return [
    `**${title}**: ${counted(entries.length, 'change')} by ${shown}${more}`,
    ...groups,
    ...(truncated ? ['There are older commits than were read.'] : []),
    ...(shallow ? ['Part of the history is not here.'] : []),
  ].join('\n');
}

import * as z from 'zod';
import { jsonBreak } from './json-break.ts';

/** What is wrong, and where. */
export interface Finding {
  readonly kind:
    | 'broken'
    | 'unpinned'
    | 'unused'
    | 'missing'
    | 'duplicated'
    | 'out-of-step'
    | 'no-lock';
  /** The package's name; null where a whole file is meant. */
  readonly name: string | null;
  readonly path: string;
  readonly line: number;
  readonly why: string;
}

export const SECTIONS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as readonly Section[];
export type Section =
  | 'dependencies'
  | 'devDependencies'
  | 'optionalDependencies'
  | 'peerDependencies';

const Ranges = z.record(z.string(), z.string()).optional();
const Shape = z.object({
  name: z.string().optional(),
  dependencies: Ranges,
  devDependencies: Ranges,
  optionalDependencies: Ranges,
  peerDependencies: Ranges,
  scripts: z.record(z.string(), z.unknown()).optional(),
  workspaces: z
    .union([z.array(z.string()), z.object({ packages: z.array(z.string()) })])
    .optional(),
});

/** A `package.json` that could be read. */
export interface Manifest extends z.infer<typeof Shape> {
  readonly path: string;
  /** Its folder, with a slash at the end; empty at the root. */
  readonly folder: string;
  readonly text: string;
}

/** Reads JSON, or says where it breaks; the parser's own words may quote the file and are not told. */
export function readJson(path: string, text: string): { json: unknown } | Finding {
  const plain = text.replace(/^\ufeff/, '').trimEnd();
  try {
    return { json: JSON.parse(plain) };
  } catch {
    const at = jsonBreak(plain);
    const line = plain.slice(0, at).split('\n').length;
    const why = at === plain.length ? 'the JSON ends too early' : 'the JSON breaks here';
    return { kind: 'broken', name: null, path, line, why };
  }
}

/** Reads a `package.json`, or says where it is broken. */
export function readManifest(path: string, text: string): Manifest | Finding {
  const read = readJson(path, text);
  if (!('json' in read)) return read;
  const shaped = Shape.safeParse(read.json);
  if (shaped.success)
    return { ...shaped.data, path, text, folder: path.slice(0, path.lastIndexOf('/') + 1) };
  const key = String(shaped.error.issues[0]?.path[0] ?? 'the file');
  const line = lineOf(text, `"${key}"`);
  return {
    kind: 'broken',
    name: null,
    path,
    line,
    why: `\`${key}\` has another shape than npm knows`,
  };
}

/** The line of the first occurrence of some text, after that of another; 1 where there is none. */
export function lineOf(text: string, wanted: string, after?: string): number {
  const from = after === undefined ? 0 : Math.max(0, text.indexOf(after));
  const at = text.indexOf(wanted, from);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}

export const placeOf = ({ path, text }: Manifest, section: Section, name: string) => ({
  path,
  line: lineOf(text, `"${name}"`, `"${section}"`),
});

const REGEX_SIGN = /[.+^${}()|[\]\\]/g;

/** Which of the files are the manifests of workspaces; a pattern with `!` takes some away again. */
export function workspacesOf(root: Manifest, paths: readonly string[]): string[] {
  const listed = root.workspaces ?? [];
  const patterns = Array.isArray(listed) ? listed : (listed as { packages: string[] }).packages;
  const toRegExp = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/^\.\//, '')
        .replace(/\/+$/, '')
        .replace(REGEX_SIGN, '\\$&')
        .replace(/(?:\*{2,}\/?)+|\*/g, (stars) =>
          stars === '*' ? '[^/]*' : '.*',
        )}/package\\.json$`,
    );
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(toRegExp);
  const unwanted = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => toRegExp(pattern.slice(1)));
  return paths.filter(
    (path) =>
      wanted.some((pattern) => pattern.test(path)) &&
      !unwanted.some((pattern) => pattern.test(path)),
  );
}

const ANY = /^(?:|\*|x|latest|next|canary|>.*)$/i;
const FROM_GIT = /^(?:git[+:@]|github:|gitlab:|bitbucket:|https?:|[\w-]+\/[\w.-]+(?:#|$))/i;
const COMMIT = /#[0-9a-f]{40}$/i;
const FLOATING = /^[\^~]|\.x|\|\||\s-\s|^<|^\d+(?:\.\d+)?$/;

/** Ranges that any new version, or any push, may change; with a lock `^1.2.3` is held by it. */
export function unpinned(manifest: Manifest, hasLock: boolean): Finding[] {
  const findings: Finding[] = [];
  for (const section of SECTIONS.filter((name) => name !== 'peerDependencies'))
    for (const [name, range] of Object.entries(manifest[section] ?? {})) {
      const any = ANY.test(range.trim());
      const git = FROM_GIT.test(range) && !COMMIT.test(range) && !range.endsWith('.tgz');
      if (!any && !git && (hasLock || !FLOATING.test(range))) continue;
      const why = any
        ? `takes any version (\`${range.slice(0, 40)}\`)`
        : git
          ? 'is taken from an address without a commit'
          : `floats (\`${range.slice(0, 40)}\`), as no lock file holds it`;
      findings.push({ kind: 'unpinned', name, ...placeOf(manifest, section, name), why });
    }
  return findings;
}

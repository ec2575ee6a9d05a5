import type { Io } from 'nova-agents';
import { explain, listFiles, readFile, searchText, type Listed } from 'nova-agents/tools';
import * as z from 'zod';
import { Place } from '../contracts.ts';
import { byKind, describeDependencies, KINDS } from './dependency-report.ts';
import {
  idle,
  IMPORT_WORDS,
  isCommentedOut,
  commandsOf,
  judgeIdle,
  missing,
  readImports,
  SOURCE_ENDINGS,
} from './imports.ts';
import { duplicated, outOfStep, readLock, usesOf, type Lock } from './lock.ts';
import { readManifest, unpinned, workspacesOf, type Finding, type Manifest } from './manifests.ts';

const MAX_LISTED = 500;
const MAX_WORKSPACES = 20;
const MAX_FILE_BYTES = 4_000_000;
const MAX_IMPORTS = 4000;
const MAX_NAMES = 100;
const MAX_MENTIONS = 400;
const MAX_FINDINGS = 300;
/** Files that are read to see whether an import in them is only an example. */
const MAX_LOOKED_INTO = 8;

export const packageTools = [listFiles, readFile, searchText] as const;
const LOCK = 'package-lock.json';
const OTHER_LOCKS = ['npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'];
const NOT_MENTIONS = /(?:^|\/)(?:package\.json|[\w-]*lock[\w.-]*|[^/]*\.(?:md|txt|log))$/i;
const CANNOT_KNOW =
  'Not known from outside: packages loaded by a name put together while running, plugins, and import aliases.';

/** What was found in a project's packages. */
export const Packages = z.strictObject({
  findings: z
    .array(Place.extend({ kind: z.enum(KINDS), name: z.string().nullable(), why: z.string() }))
    .max(MAX_FINDINGS),
  /** Not imported, and used in another way or perhaps so. */
  uncertain: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  manifests: z.int().min(1),
  declared: z.int().min(0),
  truncated: z.boolean(),
});
export type Packages = z.output<typeof Packages>;

type Files = { readonly manifests: Manifest[]; readonly findings: Finding[]; truncated: boolean };

/** Reads the manifest of the root, and those of its workspaces. */
async function readManifests(io: Io<typeof packageTools>, files: Listed['files']): Promise<Files> {
  const read: Files = { manifests: [], findings: [], truncated: false };
  const take = async (path: string) => {
    const file = await io.tool(readFile, { path, maxBytes: MAX_FILE_BYTES });
    if (!file.read || file.truncated) {
      const why = file.read ? 'it is too large to be read' : `it cannot be read (${file.why})`;
      read.findings.push({ kind: 'broken', name: null, path, line: 1, why });
      return undefined;
    }
    const manifest = readManifest(path, file.text);
    if ('kind' in manifest) read.findings.push(manifest);
    else read.manifests.push(manifest);
    return 'kind' in manifest ? undefined : manifest;
  };
  const root = await take('package.json');
  const paths = files.map(({ path }) => path);
  const workspaces = root === undefined ? [] : workspacesOf(root, paths);
  for (const path of workspaces.slice(0, MAX_WORKSPACES)) await take(path);
  read.truncated = workspaces.length > MAX_WORKSPACES;
  return read;
}

/** Reads the lock file; what is wrong with it becomes a finding. */
async function compareLock(io: Io<typeof packageTools>, there: readonly string[], files: Files) {
  if (!there.includes(LOCK)) {
    const other = OTHER_LOCKS.find((name) => there.includes(name));
    const declares = files.manifests.some(
      ({ dependencies, devDependencies }) => dependencies ?? devDependencies,
    );
    const why = 'what is installed may differ from one day to the next';
    if (other === undefined && declares)
      files.findings.push({ kind: 'no-lock', name: null, path: 'package.json', line: 1, why });
    return { lock: undefined, held: other !== undefined, other };
  }
  const file = await io.tool(readFile, { path: LOCK, maxBytes: MAX_FILE_BYTES });
  const tooLarge = 'it is too large to be compared, or cannot be read';
  const lock: Lock | Finding =
    file.read && !file.truncated
      ? readLock(LOCK, file.text)
      : { kind: 'broken', name: null, path: LOCK, line: 1, why: tooLarge };
  if ('kind' in lock) files.findings.push(lock);
  else files.findings.push(...outOfStep(files.manifests, lock), ...duplicated(lock));
  return { lock: 'kind' in lock ? undefined : lock, held: true, other: undefined };
}

/** Leaves out what is imported only in a comment; beyond the limit of files a finding stands as it is. */
async function withoutExamples(
  io: Io<typeof packageTools>,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const texts = new Map<string, string>();
  for (const path of [...new Set(findings.map((finding) => finding.path))].slice(
    0,
    MAX_LOOKED_INTO,
  )) {
    const file = await io.tool(readFile, { path, maxBytes: MAX_FILE_BYTES });
    if (file.read) texts.set(path, file.text);
  }
  return findings.filter(({ path, line }) => !isCommentedOut(texts.get(path) ?? '', line));
}

/** Compares what is declared with what is imported. */
async function compareImports(
  io: Io<typeof packageTools>,
  folders: readonly string[],
  files: Files,
  lock?: Lock,
) {
  const words = [...IMPORT_WORDS];
  const search = { words, endings: [...SOURCE_ENDINGS], maxMatches: MAX_IMPORTS };
  const found = await io.tool(searchText, search);
  if (!found.folder) return { uncertain: [], searched: 0 };
  const imported = readImports(found.matches, folders);
  files.findings.push(...(await withoutExamples(io, missing(imported, files.manifests))));
  // With half of the imports, nothing can be called unused.
  files.truncated ||= found.truncated;
  const candidates = found.truncated ? [] : idle(imported, files.manifests);
  const names = [...new Set(candidates.map(({ name }) => name))].slice(0, MAX_NAMES);
  files.truncated ||= new Set(candidates.map(({ name }) => name)).size > MAX_NAMES;
  if (names.length === 0) return { uncertain: [], searched: found.searched };
  const mentionsOf = async (said: readonly string[]) => {
    const named = await io.tool(searchText, { words: [...said], maxMatches: MAX_MENTIONS });
    return named.folder ? named.matches.filter(({ path }) => !NOT_MENTIONS.test(path)) : [];
  };
  const mentions = await mentionsOf(names);
  const known = candidates.filter(({ name }) => names.includes(name));
  const uses = usesOf(lock);
  let judged = judgeIdle(known, files.manifests, mentions, uses);
  // A hook or a workflow calls a command, not its package.
  const commands = commandsOf(judged.unused, uses).slice(0, MAX_NAMES);
  if (commands.length > 0)
    judged = judgeIdle(
      known,
      files.manifests,
      [...mentions, ...(await mentionsOf(commands))],
      uses,
    );
  files.findings.push(...judged.unused);
  return { uncertain: judged.uncertain, searched: found.searched };
}

/** Where a package is imported without being declared, it cannot be unused as well. */
export function contradiction({ findings }: Packages): string | undefined {
  const isMissing = (name: string | null, path: string) =>
    findings.some((one) => one.kind === 'missing' && one.name === name && one.path === path);
  const both = findings.find(({ kind, name, path }) => kind === 'unused' && isMissing(name, path));
  return both === undefined ? undefined : `${both.name} is called both unused and missing`;
}

/** Compares what is declared, locked and imported; a refusal where there is nothing to compare. */
export async function lookAtPackages(
  io: Io<typeof packageTools>,
): Promise<{ readonly summary: string; readonly packages: Packages } | ReturnType<typeof explain>> {
  const called = ['package.json', LOCK, ...OTHER_LOCKS];
  const listed = await io.tool(listFiles, { called, maxFiles: MAX_LISTED });
  if (!listed.folder) return explain(listed);
  const there = listed.files.map(({ path }) => path);
  if (!there.includes('package.json'))
    return {
      reason: 'The project has no package.json.',
      needs: 'a project of JavaScript or TypeScript with a package.json at its root',
    };
  const manifestFiles = listed.files.filter(({ path }) => /(?:^|\/)package\.json$/.test(path));
  const files = await readManifests(io, manifestFiles);
  const { lock, held, other } = await compareLock(io, there, files);
  for (const manifest of files.manifests) files.findings.push(...unpinned(manifest, held));
  const folders = manifestFiles.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  const { uncertain } =
    files.manifests.length === 0
      ? { uncertain: [] }
      : await compareImports(io, folders, files, lock);
  const findings = files.findings.toSorted(byKind);
  const truncated = listed.truncated || files.truncated || findings.length > MAX_FINDINGS;
  const sections = files.manifests.flatMap((at) => [
    at.dependencies,
    at.devDependencies,
    at.optionalDependencies,
  ]);
  const declared = new Set(sections.flatMap((section) => Object.keys(section ?? {}))).size;
  const manifests = Math.max(1, files.manifests.length);
  const notes = [
    ...(other === undefined ? [] : [`\`${other}\` is not read; only ${LOCK} can be compared.`]),
    ...(truncated ? ['The project is larger than was read, so that not all is told.'] : []),
    ...(findings.some(({ kind }) => kind === 'unused' || kind === 'missing') ? [CANNOT_KNOW] : []),
  ];
  return {
    summary: describeDependencies(findings, { manifests, declared, uncertain, notes }),
    packages: {
      findings: findings.slice(0, MAX_FINDINGS),
      uncertain,
      manifests,
      declared,
      truncated,
    },
  };
}

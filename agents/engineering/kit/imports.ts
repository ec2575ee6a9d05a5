import type { Found } from 'nova-agents/tools';
import { placeOf, SECTIONS, type Finding, type Manifest, type Section } from './manifests.ts';

/** Files in which imports are looked for. */
export const SOURCE_ENDINGS = [
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.vue',
  '.svelte',
  '.astro',
];
/** What a line with an import holds. */
export const IMPORT_WORDS = [
  "from '",
  'from "',
  "import '",
  'import "',
  'import(',
  'require(',
  'require.resolve(',
  '@import ',
  '/// <reference types',
];

// Node's own, which may be imported without `node:`.
const BUILTIN = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram ' +
    'diagnostics_channel dns domain events fs http http2 https inspector module net os path ' +
    'perf_hooks process punycode querystring readline repl stream string_decoder sys timers tls ' +
    'trace_events tty url util v8 vm wasi worker_threads zlib bun deno'
  ).split(' '),
);
const NAME = /^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*$/i;
const STATEMENT = [
  /^[\s\w$,{}*]*\bfrom\s*['"]([^'"]+)['"]/,
  /^\s*import\s*['"]([^'"]+)['"]/,
  /^\s*\/\/\/\s*<reference types=['"]([^'"]+)['"]/,
];
const CALL = /\b(?:require(?:\.resolve)?|import)\(\s*['"]([^'"]+)['"]/g;
const COMMENTED = /^\s*(?:\/\/(?!\/)|\*|#)/;

/** The package that an import names; undefined for a file, an alias or a part of Node. */
export function packageOf(specifier: string): string | undefined {
  if (/^(?:[./~#]|[a-z]+:|@\/)/i.test(specifier)) return undefined;
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  return NAME.test(name) && !BUILTIN.has(name) ? name : undefined;
}

/** Whether a place in a line is inside a text in quotes, as code in a test is. */
const isQuoted = (before: string) =>
  ['"', "'", '`'].some((quote) => before.split(quote).length % 2 === 0);

/** The packages that a line imports. */
export function importsOf(line: string): string[] {
  if (COMMENTED.test(line)) return [];
  const specifiers = [
    ...STATEMENT.flatMap((pattern) => pattern.exec(line)?.[1] ?? []),
    ...[...line.matchAll(CALL)]
      .filter(({ index }) => !isQuoted(line.slice(0, index)))
      .map((match) => match[1] ?? ''),
  ];
  return specifiers.flatMap((specifier) => packageOf(specifier) ?? []);
}

/** Where a package is imported. */
export interface Imported {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  /** The folder of the manifest that answers for the file. */
  readonly folder: string;
}

/** Every import of a package, with the nearest of all manifests; nested ones may be no workspaces. */
export function readImports(
  matches: Found['matches'],
  manifestFolders: readonly string[],
): Imported[] {
  const nearest = (path: string) =>
    manifestFolders
      .filter((folder) => path.startsWith(folder))
      .reduce((best, folder) => (folder.length > best.length ? folder : best), '');
  return matches.flatMap(({ path, line, text }) =>
    importsOf(text).map((name) => ({ name, path, line, folder: nearest(path) })),
  );
}

const declares = (manifest: Manifest, name: string) =>
  SECTIONS.some((section) => manifest[section]?.[name] !== undefined);

/** The types of `x` lie in `@types/x`, those of `@a/b` in `@types/a__b`. */
export const typesOf = (name: string): string =>
  `@types/${name.replace(/^@/, '').replace('/', '__')}`;

/** Packages that are imported and declared neither there nor at the root, at their first place. */
export function missing(imported: readonly Imported[], manifests: readonly Manifest[]): Finding[] {
  const [root] = manifests;
  const own = new Set(manifests.flatMap(({ name }) => name ?? []));
  const seen = new Set<string>();
  return imported.flatMap(({ name, path, line, folder }) => {
    const manifest = manifests.find((candidate) => candidate.folder === folder);
    const key = `${folder}\0${name}`;
    if (manifest === undefined || root === undefined || own.has(name) || seen.has(key)) return [];
    seen.add(key);
    const known = [manifest, root].some((at) => declares(at, name) || declares(at, typesOf(name)));
    if (known) return [];
    const why = `is imported and not declared in \`${manifest.path}\``;
    return [{ kind: 'missing' as const, name, path, line, why }];
  });
}

/** True for a line inside of a block comment: what is imported there is an example. */
export function isCommentedOut(text: string, line: number): boolean {
  const before = text.split('\n', line - 1).join('\n');
  return before.lastIndexOf('/*') > before.lastIndexOf('*/');
}

/** A declared package that nothing imports. */
export interface Idle {
  readonly name: string;
  readonly manifest: Manifest;
  readonly section: Section;
}

/** Declared packages that are not imported where they are declared; peers and types excepted. */
export function idle(imported: readonly Imported[], manifests: readonly Manifest[]): Idle[] {
  return manifests.flatMap((manifest) => {
    const used = new Set(
      // What the root declares, every workspace can import.
      imported
        .filter(({ folder }) => manifest.folder === '' || folder === manifest.folder)
        .map(({ name }) => name),
    );
    return SECTIONS.filter((section) => section !== 'peerDependencies').flatMap((section) =>
      Object.keys(manifest[section] ?? {})
        .filter((name) => !used.has(name) && !name.startsWith('@types/'))
        .map((name) => ({ name, manifest, section })),
    );
  });
}

/** Said by its name, by a path to it, or with a part of it: `tsx/esm`. */
const hasWord = (text: string, word: string) =>
  text
    .split(/[^\w@./-]+/)
    .some((part) => part === word || part.endsWith(`/${word}`) || part.startsWith(`${word}/`));

interface Uses {
  binsOf(name: string): readonly string[] | undefined;
  isPeer(name: string): boolean;
}

/** The commands of packages, as they would be called; without a lock a package's command is taken to be called as the package. */
const callsOf = (name: string, uses: Uses): string[] => [
  ...(uses.binsOf(name) ?? [name.replace(/^@[^/]+\//, '')]),
];

/** The commands of packages that nothing else uses, where they are called otherwise than the package. */
export const commandsOf = (unused: readonly Finding[], uses: Uses): string[] => [
  ...new Set(
    unused.flatMap(({ name }) =>
      name === null ? [] : callsOf(name, uses).filter((call) => call !== name),
    ),
  ),
];

/** Sorts idle packages into unused ones and those that something other than an import may use. */
export function judgeIdle(
  candidates: readonly Idle[],
  manifests: readonly Manifest[],
  mentions: Found['matches'],
  uses: Uses,
): { unused: Finding[]; uncertain: { name: string; why: string }[] } {
  const scripts = manifests
    .flatMap((manifest) => Object.values(manifest.scripts ?? {}))
    .map(String)
    .join('\n');
  const unused: Finding[] = [];
  const uncertain: { name: string; why: string }[] = [];
  for (const { name, manifest, section } of candidates) {
    const commands = [name, ...callsOf(name, uses)];
    const mention = mentions.find(
      ({ text }) => text.includes(name) || commands.some((command) => hasWord(text, command)),
    );
    if (commands.some((command) => hasWord(scripts, command)))
      uncertain.push({ name, why: 'a script runs it' });
    else if (uses.isPeer(name))
      uncertain.push({ name, why: 'another package asks for it beside itself' });
    else if (mention !== undefined)
      uncertain.push({ name, why: `named at ${mention.path}:${mention.line}` });
    else {
      const why = 'is declared, and neither imported nor named anywhere else';
      unused.push({ kind: 'unused', name, ...placeOf(manifest, section, name), why });
    }
  }
  return { unused, uncertain };
}

import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { parseSync, Visitor, type ParseResult, type VisitorObject } from 'oxc-parser';

/** A file of the repository: its path from the root, with forward slashes, and its text. */
export type Source = { path: string; text: string };

/** A rule of the house: what it says, how it finds what breaks it, and samples that show it can tell. */
export type Rule = {
  says: string;
  faults: (sources: readonly Source[]) => string[];
  breaks: readonly Source[][];
  keeps: readonly Source[][];
};

/** One mention of another module, in whatever form: import, re-export, type or dynamic import. */
export type Mention = { specifier: string; dynamic: boolean };

const notOurs = new Set(['node_modules', 'dist', 'coverage']);

/** Every TypeScript and JavaScript file below a folder that is ours. */
export function readSources(root: string, folder = ''): Source[] {
  return readdirSync(posix.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return notOurs.has(entry.name) || entry.name.startsWith('.') ? [] : readSources(root, path);
    }
    return /\.(ts|mjs)$/.test(path)
      ? [{ path, text: readFileSync(posix.join(root, path), 'utf8') }]
      : [];
  });
}

const parses = new WeakMap<Source, ParseResult>();

/** The syntax tree of a source, made once; text that does not parse is an error here, so that no rule passes it over. */
export function parse(source: Source): ParseResult {
  const known = parses.get(source);
  if (known) return known;
  const result = parseSync(source.path, source.text);
  const [error] = result.errors;
  if (error) throw new SyntaxError(`${source.path}: ${error.message}`);
  parses.set(source, result);
  return result;
}

/** Walks the tree of a source. */
export function walk(source: Source, visitor: VisitorObject): void {
  new Visitor(visitor).visit(parse(source).program);
}

/** What a source mentions, type imports and re-exports included; a computed dynamic import has no name to tell. */
export function mentions(source: Source): Mention[] {
  const { module } = parse(source);
  const found: Mention[] = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ].map((specifier) => ({ specifier, dynamic: false }));
  walk(source, {
    ImportExpression({ source: from }) {
      if (from.type === 'Literal' && typeof from.value === 'string') {
        found.push({ specifier: from.value, dynamic: true });
      }
    },
    TSImportType({ source: from }) {
      found.push({ specifier: from.value, dynamic: false });
    },
  });
  return found;
}

/** The path that a relative specifier leads to, or nothing for a package. */
export function target({ path }: Source, { specifier }: Mention): string | undefined {
  return /^\.\.?(\/|$)/.test(specifier) ? posix.join(posix.dirname(path), specifier) : undefined;
}

/** The package that a specifier names, or nothing for a relative path or a part of Node. */
export function packageOf({ specifier }: Mention): string | undefined {
  if (/^[./]/.test(specifier) || isBuiltin(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The sources under a folder. */
export const under = (folder: string, sources: readonly Source[]): Source[] =>
  sources.filter(({ path }) => path.startsWith(`${folder}/`));

/** A rule about each source by itself. */
export const each =
  (faultsOf: (source: Source) => string[]): Rule['faults'] =>
  (sources) =>
    sources.flatMap((source) => faultsOf(source).map((fault) => `${source.path}: ${fault}`));

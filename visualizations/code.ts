import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { parseSync, Visitor, type ParseResult } from 'oxc-parser';

/** The folder of the repository. */
export const repository = resolve(import.meta.dirname, '..');

/** One mention of another module: a path of the repository, or a package's name and sub-path. */
export interface Mention {
  readonly to: string;
  readonly isDynamic: boolean;
}

function parsed(path: string): ParseResult {
  const result = parseSync(path, readFileSync(join(repository, path), 'utf8'));
  const [error] = result.errors;
  if (error) throw new SyntaxError(`${path}: ${error.message}`);
  return result;
}

/** The TypeScript files below a folder, by their paths from the root, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return path.endsWith('.ts') ? [path] : [];
    })
    .toSorted();
}

/** What a file mentions, by import, re-export, type or dynamic import; data is no code. */
export function mentionsOf(path: string): Mention[] {
  const { module, program } = parsed(path);
  const still = [
    ...module.staticImports
      .map(({ moduleRequest }) => moduleRequest.value)
      .filter((to) => !to.endsWith('.json')),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ];
  const moving: string[] = [];
  new Visitor({
    ImportExpression({ source }) {
      if (source.type === 'Literal' && typeof source.value === 'string') moving.push(source.value);
    },
    TSImportType({ source }) {
      still.push(source.value);
    },
  }).visit(program);
  const folder = posix.dirname(path);
  const reached = (to: string): string => (/^\.\.?\//.test(to) ? posix.join(folder, to) : to);
  return [
    ...still.map((to) => ({ to: reached(to), isDynamic: false })),
    ...moving.map((to) => ({ to: reached(to), isDynamic: true })),
  ];
}

/** The names that a file exports; throws where the file is gone. */
export const exportsOf = (path: string): string[] =>
  parsed(path).module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName }) => exportName.name ?? []),
  );

/** The string literals of an exported type, in order: the members of a closed list. Throws where there are none. */
export function literalsOf(path: string, type: string): string[] {
  const found: string[] = [];
  const { program } = parsed(path);
  let span = { start: -1, end: -1 };
  new Visitor({
    TSTypeAliasDeclaration({ id, start, end }) {
      if (id.name === type) span = { start, end };
    },
    TSLiteralType({ literal, start, end }) {
      const isInside = start >= span.start && end <= span.end;
      if (isInside && literal.type === 'Literal' && typeof literal.value === 'string')
        found.push(literal.value);
    },
  }).visit(program);
  if (found.length === 0) throw new RangeError(`${path} has no closed list ${type}`);
  return found;
}

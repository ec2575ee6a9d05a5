import { resolved, type Module, type Thing } from './modules.ts';
import { isTest } from './syntax.ts';

/** Imports that lead somewhere in the project, by a name that only its configuration knows. */
const ALIAS = /^(?:#|@\/|~\/?)/;

interface Reach {
  readonly names: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** What it imports can be anything of the project. */
  readonly isOpen: boolean;
}

/** Whether a test of a project takes a thing of it into its hands: it names the thing, and its imports lead to the file. */
export function testedBy(modules: readonly Module[], ownName: string | undefined) {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const there = new Set(byPath.keys());
  const next = new Map(
    modules.map(({ path, specifiers }) => [
      path,
      specifiers.flatMap((specifier) => resolved(path, specifier, there) ?? []),
    ]),
  );
  const isOwn = (specifier: string) =>
    ALIAS.test(specifier) ||
    (ownName !== undefined && (specifier === ownName || specifier.startsWith(`${ownName}/`)));
  const reaches = modules
    .filter(({ path }) => isTest(path))
    .map(({ path, names, specifiers }): Reach => {
      const files = new Set([path]);
      for (const file of files) for (const one of next.get(file) ?? []) files.add(one);
      return { names, files, isOpen: specifiers.some(isOwn) };
    });
  const reached = (path: string) =>
    reaches.filter(({ files, isOpen }) => isOpen || files.has(path));
  return {
    /** A thing without a name is tested where its file is imported. */
    tested: (path: string, { name }: Thing): boolean =>
      reached(path).some(({ names, files }) =>
        name === 'default' ? files.has(path) : names.has(name),
      ),
    imported: (path: string): boolean => reaches.some(({ files }) => files.has(path)),
    tests: reaches.length,
  };
}

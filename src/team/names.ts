import { DefinitionError } from '../errors/definition-error.ts';

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Holds ids to kebab-case, so that a path, a file and a name are the same word. @throws DefinitionError. */
export function requireName(where: string, name: string): void {
  if (!NAME.test(name) || name.length > 64)
    throw new DefinitionError(
      where,
      `${JSON.stringify(name)} is no kebab-case name of at most 64 letters`,
    );
}

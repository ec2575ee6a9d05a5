import * as z from 'zod';

/** The scope that belongs to nobody: it has no ancestor and no tenant reads it by default. */
export const PUBLIC_SCOPE = 'public';

/** The tenant of whoever works on a machine of their own. */
export const LOCAL = 'local';

/** A scope: `public`, or one to three encoded parts `tenant/project/branch`. */
export const Scope = z
  .string()
  .max(512)
  .regex(
    /^(?:public|[^/\s#]+(?:\/[^/\s#]+){0,2})$/,
    'a scope is `public` or tenant/project/branch',
  );
export type Scope = z.infer<typeof Scope>;

/**
 * Builds a scope from plain names, each encoded so that `feature/x` stays one part.
 * @param parts 1 to 3 names: tenant, project, branch; an empty one becomes `-`.
 */
export function scopeOf(...parts: readonly [string, string?, string?]): Scope {
  return parts
    .filter((part) => part !== undefined)
    .map((part) => encodeURIComponent(part === '' ? '-' : part.toWellFormed()))
    .join('/');
}

/** Whose a scope is: its first part. */
export const tenantOf = (scope: Scope): string => scope.split('/')[0] as string;

/** True where `reader` is the scope of the value itself or lies below it. */
export function mayRead(reader: Scope, label: Scope): boolean {
  return reader === label || (label !== PUBLIC_SCOPE && reader.startsWith(`${label}/`));
}

/** The scope of a run stands before the last slash of its name. */
export const scopeOfRun = (run: string): string => run.slice(0, Math.max(0, run.lastIndexOf('/')));

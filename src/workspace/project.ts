import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { LOCAL, scopeOf } from '../../machines/protocol/scope.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { runGit } from '../tools/git.ts';

/** How long git may take to say which branch it is on. */
const GIT_TIMEOUT_MS = 5_000;
/** Of a name in a scope, encoded: a longer one is cut, and told from others by its hash. */
const MAX_NAME_CHARS = 120;
const HASH_CHARS = 16;

/** A folder that a request is about, and the scope of runs over it. */
export interface Project {
  readonly folder: string;
  /** `local/<folder>/<branch>`; `-` where there is no branch. */
  readonly scope: string;
}

/** Looks at a project's folder. @throws BadRequestError where there is none that could be read. */
export async function openProject(path: string): Promise<Project> {
  if (path === '') throw new BadRequestError('--project names no folder');
  const folder = resolve(path);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new BadRequestError(`there is no folder ${folder}`);
  if (!found.isDirectory()) throw new BadRequestError(`${folder} is not a folder`);
  await access(folder, constants.R_OK | constants.X_OK).catch((cause: unknown) => {
    throw new BadRequestError(`${folder} may not be read`, { cause });
  });
  const branch = await branchOf(folder);
  return { folder, scope: scopeOf(LOCAL, fitting(basename(folder)), fitting(branch)) };
}

/** The folders of several projects by their scopes. @throws BadRequestError where one cannot be read, and for two of one scope. */
export async function projectsIn(
  folders: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const projects: Record<string, string> = {};
  for (const { scope, folder } of await Promise.all(folders.map(openProject))) {
    const other = projects[scope];
    if (other !== undefined && other !== folder)
      throw new BadRequestError(`${other} and ${folder} are one project by their names, ${scope}`);
    projects[scope] = folder;
  }
  return projects;
}

const encodedLength = (name: string): number => encodeURIComponent(name.toWellFormed()).length;

/** A name as it is, or its beginning and its hash where a scope has no room for it. */
function fitting(name: string): string {
  if (encodedLength(name) <= MAX_NAME_CHARS) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARS);
  let beginning = '';
  for (const character of name) {
    if (encodedLength(`${beginning}${character}~${hash}`) > MAX_NAME_CHARS) break;
    beginning += character;
  }
  return `${beginning}~${hash}`;
}

async function branchOf(folder: string): Promise<string> {
  try {
    const run = await runGit(folder, AbortSignal.timeout(GIT_TIMEOUT_MS), [
      'symbolic-ref',
      '--short',
      '-q',
      'HEAD',
    ]);
    return run.code === 0 ? run.text.trim() : '';
  } catch {
    return '';
  }
}

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { scopeOf } from '../../machines/protocol/scope.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { runGit } from '../tools/git.ts';

/** How long git may take to say which branch it is on. */
const GIT_TIMEOUT_MS = 5_000;

/** A folder that a request is about, and the scope of runs over it. */
export interface Project {
  readonly folder: string;
  /** `local/<folder>/<branch>`; `-` where there is no branch. */
  readonly scope: string;
}

/** Looks at a project's folder. @throws BadRequestError where there is none that could be read. */
export async function openProject(path: string): Promise<Project> {
  const folder = resolve(path);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new BadRequestError(`there is no folder ${folder}`);
  if (!found.isDirectory()) throw new BadRequestError(`${folder} is not a folder`);
  await access(folder, constants.R_OK | constants.X_OK).catch((cause: unknown) => {
    throw new BadRequestError(`${folder} may not be read`, { cause });
  });
  return { folder, scope: scopeOf('local', basename(folder), await branchOf(folder)) };
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

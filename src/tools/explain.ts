import type { NoFolder } from './folder.ts';
import type { NoRepository } from './repository.ts';

const REASONS: Readonly<Record<NoRepository['why'] | NoFolder['why'], readonly [string, string]>> =
  {
    'no-folder': ['The project folder cannot be looked at', 'a folder that exists'],
    none: [
      'This folder is not the root of a git repository',
      'the root of a repository; a folder inside of one is asked about there',
    ],
    'no-git': ['Git is not installed on this machine', 'git on the PATH'],
    refused: [
      'Git does not trust this folder, as it belongs to somebody else',
      'the folder under `safe.directory` in the git settings of whoever owns it',
    ],
    corrupt: ['Git cannot read this repository', 'a repository that `git fsck` finds whole'],
    bare: ['This repository has a history and no files', 'a checked-out copy'],
    outside: [
      'The files of this repository lie elsewhere than its folder',
      'the folder in which the files are',
    ],
    missing: ['The project folder does not exist', 'a folder that exists'],
    'not-a-folder': ['The project is a file, not a folder', 'the folder of the project'],
    unreadable: ['The project folder may not be read', 'the right to read it'],
    'other-scope': [
      'These books are of another tenant or branch than this run is for',
      'a run in the scope of that branch',
    ],
  };

/** Says to a person why a project cannot be looked at, and what would be needed. */
export function explain(fact: NoRepository | NoFolder): { reason: string; needs: string } {
  const [reason, needs] = REASONS[fact.why];
  const note =
    'note' in fact && fact.why === 'corrupt' && fact.note !== '' ? ` (${fact.note})` : '';
  return { reason: `${reason}${note}.`, needs };
}

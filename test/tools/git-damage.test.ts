// Goal: a damaged repository is a fact, whichever of its files is damaged and however.
// Method: every sixth file of a small repository, the others for other NOVA_SEEDs, is emptied, cut, overwritten or removed; every tool is asked.
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Tool } from 'nova-agents';
import * as tools from 'nova-agents/tools';
import { call } from '../fixtures/perform.ts';
import { Folder, Repository } from '../fixtures/repository.ts';

const MAX_DAMAGED_FILES = 40;
const seed = Number(process.env['NOVA_SEED'] ?? 1);

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['emptied', (file) => truncateSync(file, 0)],
  ['cut', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
  ['overwritten', (file) => writeFileSync(file, '\0[junk\n= \xff\n')],
  ['removed', (file) => rmSync(file)],
];

const asked: readonly (readonly [Tool, unknown])[] = [
  [tools.gitStatus, {}],
  [tools.gitBranches, {}],
  [tools.gitTags, {}],
  [tools.gitCommits, { after: 'v1', maxCommits: 10 }],
  [tools.gitDiff, { of: 'files' }],
  [tools.gitDiff, { of: 'branch', base: 'main', branch: 'side' }],
  [tools.gitAuthors, { lines: [{ path: 'a.txt', line: 1 }] }],
  [tools.listFiles, { maxFiles: 10 }],
  [tools.searchText, { words: ['a'], maxMatches: 10 }],
];

function sound(): Repository {
  const project = new Repository().write('a.txt', 'a\n').commit('One').tag('v1');
  project.git('checkout', '--quiet', '-b', 'side');
  project.write('b.txt', 'b\n').commit('Two', { day: 1 }).git('checkout', '--quiet', 'main');
  rmSync(join(project.path, '.git/hooks'), { recursive: true });
  return project.write('a.txt', 'changed\n');
}

test.each(damages)(
  `a file of git that is %s (seed ${seed})`,
  { timeout: 120_000 },
  async (_, damage) => {
    const project = sound();
    const all = readdirSync(join(project.path, '.git'), { recursive: true, withFileTypes: true });
    const files = all
      .filter((entry) => entry.isFile())
      .slice(0, MAX_DAMAGED_FILES)
      .filter((_file, at) => at % 6 === seed % 6);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const copy = join(new Folder().path, 'copy');
      cpSync(project.path, copy, { recursive: true });
      damage(join(file.parentPath, file.name).replace(project.path, copy));
      const told = await Promise.all(asked.map(([tool, input]) => call(tool, input, copy)));
      for (const answer of told) {
        expect(typeof Object.values(answer as object)[0]).toBe('boolean');
        expect(JSON.stringify(answer)).not.toContain(copy);
      }
    }
  },
);

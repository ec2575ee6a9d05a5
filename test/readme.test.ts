// Goal: what the README shows is what happens.
// Method: its program is run as it stands, and the files that its tables name must be there.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const readme = readFileSync('README.md', 'utf8');

const programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program);

test.each([
  ['embeds Nova', 'new Nova(', 'Hello to you!'],
  ['goes both ways to XState', 'asActorLogic(', 'Ada lives in Lagos'],
])('the program that %s runs as printed', (_, of, says) => {
  const program = programs.find((text) => text.includes(of)) ?? '';
  const flags = ['--input-type=module-typescript', '--conditions=nova-source', '--no-warnings'];
  const said = execFileSync(process.execPath, [...flags, '--eval', program], { encoding: 'utf8' });
  expect(said).toContain(says);
});

test.each(['with-xstate', 'with-mcp'])(
  'the program %s is the one that the compiler sees',
  (name) => {
    const [, ...lines] = readFileSync(`test/fixtures/${name}.ts`, 'utf8').split('\n');
    expect(programs).toContain(lines.join('\n'));
  },
);

test.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/protocol.md'])(
  'every file that %s names is there',
  (page) => {
    const text = readFileSync(page, 'utf8');
    const names = [...text.matchAll(/`((?:src|machines|agents|test|docs|tools)\/[\w./*-]*)/g)];
    const missing = names
      .map(([, name = '']) => name)
      .filter((name) => !existsSync(name) && globSync(name).length === 0);
    expect(missing).toEqual([]);
    expect(names.length).toBeGreaterThan(0);
  },
);

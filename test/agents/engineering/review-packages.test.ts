// Goal: the review of packages finds what is wrong with packages, with its place, and calls nothing unused that may be used.
// Method: generated projects with known faults, through the real tools; findings compared by kind, name and place.
import { expect, test } from 'vitest';
import { codeReviewer } from '../../../agents/engineering/code-reviewer.ts';
import { importsOf, packageOf } from '../../../agents/engineering/kit/imports.ts';
import { readManifest, workspacesOf } from '../../../agents/engineering/kit/manifests.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository } from '../../fixtures/repository.ts';

interface Checked {
  readonly summary: string;
  readonly findings: readonly {
    readonly kind: string;
    readonly name: string | null;
    readonly path: string;
    readonly line: number;
  }[];
  readonly uncertain: readonly { readonly name: string }[];
}
const act = async (project: string) => {
  const said = await perform<{ summary: string; packages: Checked | null }>(
    codeReviewer,
    'Check our packages',
    project,
  );
  const { summary, packages } = said.value;
  return { ...said, value: { ...packages, summary } as Checked };
};
const told = ({ findings }: Checked) =>
  findings.map(({ kind, name, path, line }) => `${kind} ${name} ${path}:${line}`);
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const used = {
  used: '^1.0.0',
  idle: '^1.0.0',
  runner: '^1.0.0',
  named: '^1.0.0',
  plug: '^1.0.0',
  any: '*',
};
const locked = (name: string, more: object = {}) => ({
  [`node_modules/${name}`]: { version: '1.0.0', ...more },
});

function faulty(): Repository {
  const manifest = {
    name: 'root',
    workspaces: ['packages/*', '!packages/skipped'],
    scripts: { build: 'run-it --all' },
    dependencies: { ...used, late: '^2.0.0', git: 'github:a/b' },
    devDependencies: { '@types/node': '^24.0.0' },
  };
  const { late: _, ...before } = manifest.dependencies;
  const packages = {
    '': {
      name: 'root',
      dependencies: { ...before, gone: '^1.0.0', used: '^0.9.0' },
      devDependencies: manifest.devDependencies,
    },
    'packages/a': { name: '@root/a', dependencies: { inner: '^1.0.0' } },
    ...locked('used'),
    ...locked('idle'),
    ...locked('named'),
    ...locked('any'),
    ...locked('git'),
    ...locked('@types/node'),
    ...locked('runner', { bin: { 'run-it': 'x.js' } }),
    ...locked('plug'),
    ...locked('inner', { peerDependencies: { plug: '*' } }),
    'node_modules/idle/node_modules/used': { version: '0.5.0' },
    'node_modules/@root/a': { resolved: 'packages/a', link: true },
  };
  const source = [
    "import used from 'used/deep';",
    "import 'any';",
    "import git from 'git';",
    '// import not from "commented";',
    'import {',
    '  x,',
    "} from '@scope/undeclared/sub';",
    "import fs from 'fs'; import y from './y.js'; import z from '@/alias';",
  ];
  return new Repository()
    .write('package.json', json(manifest))
    .write('package-lock.json', json({ lockfileVersion: 3, packages }))
    .write('src/a.ts', source.join('\n'))
    .write('tool.config.js', "export default { preset: 'named' };\n")
    .write('packages/a/package.json', json({ name: '@root/a', dependencies: { inner: '^1.0.0' } }))
    .write(
      'packages/a/i.js',
      "const inner = require('inner'); require('used'); require('nowhere');\n",
    )
    .write('packages/skipped/package.json', json({ dependencies: { never: '*' } }))
    .write('packages/skipped/i.js', "require('of-no-concern');\n")
    .write('node_modules/x/index.js', "require('ignored');\n")
    .write('.gitignore', 'node_modules\n')
    .commit('Start');
}

test('finds every planted fault at its place, twice the same', async () => {
  const project = faulty();
  const said = await act(project.path);
  expect(told(said.value)).toEqual([
    'missing nowhere packages/a/i.js:1',
    'missing @scope/undeclared src/a.ts:7',
    'out-of-step gone package-lock.json:14',
    'out-of-step used package.json:11',
    'out-of-step late package.json:17',
    'unpinned any package.json:16',
    'unpinned git package.json:18',
    'unused idle package.json:12',
    'unused late package.json:17',
    'duplicated used package-lock.json:26',
  ]);
  expect(said.value.uncertain.map(({ name }) => name)).toEqual(['runner', 'named', 'plug']);
  expect(said.value.summary).toContain(
    '**Dependencies**: 10 findings, 10 packages declared in 2 manifests',
  );
  expect(said.value.summary).toContain('Not known from outside');
  expect(JSON.stringify(await act(project.path))).toBe(JSON.stringify(said));
});

test('an import in a comment is an example, and a part of a package named in a script is a use', async () => {
  const manifest = {
    scripts: { test: 'node --import=loader/esm --test' },
    devDependencies: { loader: '1.0.0', '@lint/messages': '1.0.0' },
  };
  const project = new Repository()
    .write('package.json', json(manifest))
    .write('a.ts', "/**\n@example\nimport x from 'only-shown';\n*/\nimport y from 'really';\n")
    .write('.husky/commit-msg', 'npx --no-install messages --edit "$1"\n')
    .commit('Start');
  const { value } = await act(project.path);
  expect(told(value)).toEqual(['missing really a.ts:5', expect.stringMatching(/^no-lock/)]);
  expect(value.uncertain).toEqual([
    { name: 'loader', why: 'a script runs it' },
    { name: '@lint/messages', why: 'named at .husky/commit-msg:1' },
  ]);
});

test('a broken file is a finding with its line, and is not quoted', async () => {
  const broken = new Folder().write('package.json', '{\n  "name": "x",\n  "hush": oops\n}\n');
  expect(told((await act(broken.path)).value)).toEqual(['broken null package.json:3']);
  expect(JSON.stringify((await act(broken.path)).value)).not.toContain('oops');
  const early = new Folder().write('package.json', '{\n  "name": "x"');
  expect(told((await act(early.path)).value)).toEqual(['broken null package.json:2']);
  const shape = new Folder().write('package.json', '{\n  "dependencies": ["a"]\n}');
  expect(told((await act(shape.path)).value)).toEqual(['broken null package.json:2']);
  const lock = new Folder()
    .write('package.json', '{}')
    .write('package-lock.json', '{\n<<<<<<< HEAD\n');
  expect(told((await act(lock.path)).value)).toEqual(['broken null package-lock.json:2']);
  const old = new Folder()
    .write('package.json', '{}')
    .write('package-lock.json', '{"lockfileVersion":1}');
  expect(told((await act(old.path)).value)).toEqual(['broken null package-lock.json:1']);
});

test('without a lock ranges float; another lock is named and not read', async () => {
  const project = new Folder().write(
    'package.json',
    json({ dependencies: { a: '^1.0.0', b: '1.0.0' } }),
  );
  project.write('i.js', "import 'a';\nimport 'b';\n");
  expect(told((await act(project.path)).value)).toEqual([
    'no-lock null package.json:1',
    'unpinned a package.json:3',
  ]);
  const other = await act(project.write('yarn.lock', '').path);
  expect(told(other.value)).toEqual([]);
  expect(other.value.summary).toContain('`yarn.lock` is not read');
});

test('calls nothing unused where not all imports were read', async () => {
  const project = new Folder().write('package.json', json({ dependencies: { idle: '1.0.0' } }));
  project.write(
    'package-lock.json',
    json({ packages: { '': { dependencies: { idle: '1.0.0' } }, ...locked('idle') } }),
  );
  project.write('i.js', "require('./x');\n".repeat(5000));
  const said = await act(project.path);
  expect(said.value).toMatchObject({ findings: [], truncated: true });
  expect(said.value.summary).toContain('not all is told');
});

test('refuses a project without a manifest', async () => {
  for (const project of [new Folder().path, `${new Folder().path}/missing`])
    expect((await act(project)).outcome).toBe('refused');
});

test('reads imports as they are written', () => {
  expect(importsOf("export * from 'a';")).toEqual(['a']);
  expect(importsOf("const { b } = await import('b/x'), c = require('@c/d/e');")).toEqual([
    'b',
    '@c/d',
  ]);
  expect(importsOf(`write("require('x')"); import('y');`)).toEqual(['y']);
  expect(importsOf("say('it comes from ' + 'x');")).toEqual([]);
  expect(
    ['node:fs', 'fs/promises', './a', '#in', '@/a', '~/b', 'https://x'].map(packageOf),
  ).toEqual(Array.from({ length: 7 }, () => undefined));
});

test('workspace patterns take stars, and give files back', () => {
  const root = readManifest('package.json', '{"workspaces":["a/*","b/**","!b/no","./c/"]}');
  const paths = ['a/x', 'a/x/y', 'b/x/y', 'b/no', 'c', 'd'].map(
    (folder) => `${folder}/package.json`,
  );
  expect('kind' in root ? root : workspacesOf(root, paths)).toEqual(
    ['a/x', 'b/x/y', 'c'].map((folder) => `${folder}/package.json`),
  );
});

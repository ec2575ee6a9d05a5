// Goal: command-runner runs exactly what was approved of a fixed list, sees no secret, ends what it started, and says how it went.
// Method: words and printed lines through the kit; real npm runs in projects of one test each, one of them aborted with its children.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runScript } from 'nova-agents/tools';
import { failedTests, scriptIn } from '../../../agents/pipeline/kit/scripts.ts';
import { commandRunner } from '../../../agents/pipeline/command-runner.ts';
import { call, perform } from '../../fixtures/perform.ts';
import { Folder, SECRETS } from '../../fixtures/repository.ts';

interface Ran {
  readonly summary: string;
  readonly exitCode: number | null;
  readonly lastLines: readonly string[];
  readonly failedTests: readonly string[];
  readonly reason: string;
}
const project = (scripts: object) =>
  new Folder().write('package.json', JSON.stringify({ name: 'a', scripts }));
const run = (text: string, { path }: Folder) => perform<Ran>(commandRunner, text, path);
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((settle) => setImmediate(settle));
};

test.each([
  ['Run the tests', { script: 'test' }],
  ['Run npm run build.', { script: 'build' }],
  ['Does the linter complain?', { script: 'lint' }],
  ['Type-check it', { script: 'typecheck' }],
  ['Run npm run test:evil', { other: 'test:evil' }],
  ['npm install left-pad and test', { other: 'install' }],
  ['Do something', undefined],
])('%s', (text, expected) => {
  expect(scriptIn(text)).toEqual(expected);
});

test('failed tests are read out of what runners print', () => {
  const printed = [
    'not ok 3 - adds # time=1',
    'ok 4 - fine',
    '✖ subtracts (1.2ms)',
    ' FAIL  test/a.test.ts > divides',
    '   × divides 12ms',
    '  ● multiplies',
    'FAILED tests/a.py::test_b - assert',
    '--- FAIL: TestC (0.00s)',
    'test d::e ... FAILED',
    'it did not fail',
    '✖ failing tests:',
    '✓ passes',
  ].join('\n');
  expect(failedTests(printed)).toEqual([
    'adds',
    'subtracts',
    'test/a.test.ts > divides',
    'divides',
    'multiplies',
    'tests/a.py::test_b',
    'TestC',
    'd::e',
  ]);
});

describe('over real scripts', () => {
  test('one that passes and one that fails are told with code and last lines, without secrets or this environment', async () => {
    const scripts = {
      build: 'node -e "console.log(process.env.NOVA_CANARY, process.env.CI)"',
      test: 'node fail.cjs',
    };
    const says = `console.log('not ok 1 - adds'); console.error('token = ${SECRETS.github}'); process.exit(3)`;
    const folder = project(scripts).write('fail.cjs', says);
    process.env['NOVA_CANARY'] = 'canary';
    const [built, tested] = await Promise.all([
      run('Build it', folder),
      run('Run the tests', folder),
    ]);
    delete process.env['NOVA_CANARY'];
    expect(built).toMatchObject({
      outcome: 'passed',
      value: { exitCode: 0, lastLines: ['undefined 1'] },
    });
    expect(tested).toMatchObject({
      outcome: 'not-passed',
      value: { exitCode: 3, failedTests: ['adds'] },
    });
    expect(tested.value.summary).toContain('failed with exit code 3');
    expect(JSON.stringify(tested.value.lastLines)).not.toContain(SECRETS.github);
  });

  test('runs nothing but what was approved: a script that changed meanwhile, or another before it', async () => {
    const { path } = project({ pretest: 'touch ran', test: 'touch ran' });
    for (const commands of [['touch ran'], ['true', 'touch ran']])
      expect(await call(runScript, { script: 'test', commands }, path)).toEqual({
        ran: false,
        why: 'changed',
      });
    expect(existsSync(`${path}/ran`)).toBe(false);
  });

  test('is ended with its children when the call is aborted', async () => {
    const folder = project({});
    const child =
      "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)";
    folder
      .write('child.cjs', child)
      .write(
        'parent.cjs',
        "require('child_process').spawn(process.execPath, ['child.cjs']); setInterval(() => {}, 1000)",
      );
    folder.write('package.json', JSON.stringify({ scripts: { test: 'node parent.cjs' } }));
    const stop = new AbortController();
    const ended = call(
      runScript,
      { script: 'test', commands: ['node parent.cjs'] },
      folder.path,
      stop.signal,
    );
    const pid = `${folder.path}/pid`;
    await until(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
    stop.abort(new Error('stopped'));
    await expect(ended).rejects.toThrow('stopped');
    const isGone = () => {
      try {
        // One that is dead and not yet buried has no memory of its own.
        return (
          process.kill(Number(readFileSync(pid, 'utf8')), 0) &&
          /State:\s+Z/.test(readFileSync(`/proc/${readFileSync(pid, 'utf8')}/status`, 'utf8'))
        );
      } catch {
        return true;
      }
    };
    await until(isGone);
    expect(isGone()).toBe(true);
  });
});

test.each([
  ['Run the tests', {}, 'no script `test`'],
  ['Run npm publish', {}, 'not on the list'],
  ['Do something', {}, 'names no script'],
])('%s is refused', async (text, scripts, reason) => {
  const said = await run(text, project(scripts));
  expect([said.outcome, said.value.reason]).toEqual(['refused', expect.stringContaining(reason)]);
});

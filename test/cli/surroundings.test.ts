// Goal: the command does its work in any surroundings a shell may give it: streams that close, names of any length, no home, no name.
// Method: one odd circumstance a test, over the real process; what it prints must be an answer or one line, never a stack trace.
import { chmodSync, chownSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Repository } from '../fixtures/repository.ts';
import { CAN_BE_NOBODY, Child, folder, NOBODY, nova, ROOT, Stage, start } from './nova-process.ts';

test('npm start prints the answer on stdout, and nothing of its own', async () => {
  const request = 'What is in progress in this project?';
  const { path } = new Repository().write('a.txt', 'a\n').commit('Start');
  const args = ['start', '--silent', '--', '--project', path, request];
  const env = { NOVA_HOME: folder() };
  const { code, out } = await new Child('npm', args, { cwd: ROOT, env }).ended;
  expect(code).toBe(0);
  expect(out).toMatch(/^#{0,2} ?\S[^]*\n\nanswered · local\//);
  expect(out).not.toMatch(/nova-agents@|> node/);
});

describe('streams', () => {
  test('a reader that goes away early is no failure', async () => {
    const stage = new Stage();
    const asked = stage.start('ask', 'actor');
    await asked.says(/uses curtain/);
    asked.deafen();
    stage.raiseCurtain();
    expect(await asked.ended).toMatchObject({
      code: 0,
      err: expect.not.stringMatching(/Error|at /),
    });
  });

  test('in a pipe: head -1', async () => {
    const line = '"$@" | head -1; echo "${PIPESTATUS[0]}"';
    const stage = new Stage();
    const { out, err } = await stage.startBy('bash', (words) => ['-c', line, '-', ...words], [
      'ask',
      'honest',
    ]).ended;
    expect(out).toBe('honest: honest\n0\n');
    expect(err).not.toMatch(/Error|\bat /);
  });

  test('words that are lost on a full disk are a failure', async () => {
    const line = '"$@" > /dev/full';
    const stage = new Stage();
    const { code, err } = await stage.startBy('bash', (words) => ['-c', line, '-', ...words], [
      'ask',
      'honest',
    ]).ended;
    expect(code).toBe(3);
    expect(err).toMatch(/^nova: stdout: .*ENOSPC.*$/m);
  });

  test.each([{ closed: '<&-' }, { closed: '>&-' }, { closed: '2>&-' }, { closed: '<&- >&- 2>&-' }])(
    'closed from the start: $closed',
    async ({ closed }) => {
      const stage = new Stage();
      const { code } = await stage.startBy(
        'bash',
        (words) => ['-c', `"$@" ${closed}`, '-', ...words],
        ['ask', 'honest'],
      ).ended;
      expect(code).toBe(0);
    },
  );
});

describe('names', () => {
  test.each([
    { what: 'umlauts, quotes and orders', name: `ü und 日本, it's $(touch x) \`y\`;\u001b[2J\nz` },
    { what: 'above the length of a socket path', name: join('x'.repeat(160), '日'.repeat(85)) },
  ])('a store and a project: $what', async ({ name }) => {
    const store = folder(name);
    const project = folder(name);
    const asked = await nova(['--store', store, 'ask', 'honest', '--project', project, '--json']);
    expect(asked.code).toBe(0);
    // A second process finds the same folder by the same name.
    const holder = start(['--store', store, 'ask', 'writer', '--project', project]);
    const [, { out }] = await Promise.all([holder.ended, nova(['--store', store, 'runs'])]);
    expect(out).not.toContain('\u001b');
    const waiting = (await holder.ended).out;
    const command = /nova (review reject .*)$/m.exec(waiting)?.[1] ?? '';
    // What it prints for a shell is for a shell.
    const shell = new Child('bash', ['-c', `printf '%s\\n' ${command}`], {});
    const [, , id = ''] = (await shell.ended).out.split('\n');
    expect(await nova(['--store', store, 'review', 'reject', id])).toMatchObject({ code: 0 });
  });

  test('6.2 long names of folder and branch are cut, and stay different', async () => {
    const stage = new Stage();
    const scopes = ['a', 'b'].map(async (end) => {
      const project = new Repository();
      const below = join(project.path, `${'日'.repeat(80)}${end}`);
      mkdirSync(below);
      project.git('-C', below, 'init', '--quiet', `--initial-branch=${'b'.repeat(200)}${end}`);
      const { run, outcome } = await stage.json('ask', 'honest', '--project', below);
      expect(outcome).toBe('answered');
      return run.split('/').slice(0, -1);
    });
    const [one = [], two = []] = await Promise.all(scopes);
    expect([...new Set([...one, ...two])]).toHaveLength(5);
  });
});

describe('surroundings', () => {
  test('no home', async () => {
    const stage = new Stage({ env: { HOME: undefined } });
    expect(await stage.run('ask', 'honest')).toMatchObject({ code: 0 });
  });

  test('a data folder that is named relatively lies where the person stands', async () => {
    const cwd = folder();
    const env = { NOVA_HOME: 'state' };
    expect(await nova(['runs'], { cwd, env })).toMatchObject({ code: 0, out: 'no runs\n' });
    expect(openSync(join(cwd, 'state', 'holder.lock'), 'r')).toBeGreaterThan(0);
  });

  test.each([{ state: '' }, { state: 'relative' }])(
    'XDG_STATE_HOME that is no path ("$state") is as none',
    async ({ state }) => {
      const cwd = folder();
      const HOME = folder();
      const env = { XDG_STATE_HOME: state, HOME };
      expect(await nova(['runs'], { cwd, env })).toMatchObject({ code: 0 });
      expect(openSync(join(HOME, '.local', 'state', 'nova', 'holder.lock'), 'r')).toBeGreaterThan(
        0,
      );
    },
  );

  test('a user without a name', { skip: !CAN_BE_NOBODY }, async () => {
    const store = folder();
    chownSync(store, NOBODY, NOBODY);
    chmodSync(dirname(store), 0o755);
    const { code, out } = await nova(['--store', store, 'ask', 'honest'], { uid: NOBODY });
    expect(code).toBe(0);
    expect(out).toMatch(/^honest: honest/);
  });

  test('a current folder that is gone', async () => {
    const line = 'rmdir "$PWD"; "$@"';
    const stage = new Stage({ cwd: folder() });
    const { code, err } = await stage.startBy('bash', (words) => ['-c', line, '-', ...words], [
      'review',
    ]).ended;
    expect(code).toBe(3);
    expect(err).toMatch(/^nova: [^\n]*\n$/);
  });
});

test('1 a name is kept for people: the scope says folder and branch', async () => {
  const project = new Repository().commit('Start');
  project.git('checkout', '--quiet', '-b', 'feature/x');
  const { run } = await new Stage().json('ask', 'honest', '--project', project.path);
  expect(run).toMatch(new RegExp(`^local/${basename(project.path)}/feature%2Fx/`));
});

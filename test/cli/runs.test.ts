// Goal: `nova runs` shows what a person looks for first, says what it leaves out, and loads nobody's code for it.
// Method: a folder filled by its journal, listed by processes from a place whose configuration does not load.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileJournal } from '../../src/store/file-journal.ts';
import { folder, nova } from './nova-process.ts';

test('10.5 the newest runs first, how many more there are, and only those that are asked for', async () => {
  const store = folder();
  const journal = fileJournal(store);
  for (const [n, scope] of ['a', 'b', 'a'].entries()) {
    const run = `local/${scope}/main/r${n}`;
    const started = { kind: 'started', input: { request: { hash: 'h' } }, at: n * 60_000 };
    const ending = { outcome: n === 1 ? 'failed' : 'answered' };
    const outbox = n === 2 ? [] : [{ kind: 'ended', actor: 'request', ending }];
    await journal.append(
      [
        { kind: 'blob', run, hash: 'h', value: { text: `request ${n}` } },
        { kind: 'committed', run, seq: 1, incoming: started, outbox, digest: 'd' },
      ],
      { sync: false },
    );
  }
  await journal.close();
  const cwd = join(folder(), 'broken');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'nova.config.ts'), 'throw new Error("loaded")');
  const runs = (...args: string[]) => nova(['--store', store, 'runs', ...args], { cwd });
  const [all, newest, failed, ofA, none, wrong] = await Promise.all([
    runs(),
    runs('--limit', '1'),
    runs('--state', 'failed', '--json'),
    runs('--scope', 'local/a'),
    runs('--scope', 'local/c'),
    runs('--limit', 'some'),
  ]);
  expect(all).toMatchObject({ code: 0, err: '' });
  expect(all.out.match(/r\d .*\n/g)).toEqual([
    'r2  1970-01-01T00:02  open      request 2\n',
    'r1  1970-01-01T00:01  failed    request 1\n',
    'r0  1970-01-01T00:00  answered  request 0\n',
  ]);
  expect(newest.out).toMatch(/^local\/a\/main\/r2 .*\n… and 2 more: nova runs --limit all\n$/);
  expect(JSON.parse(failed.out)).toEqual([
    {
      run: 'local/b/main/r1',
      at: 60_000,
      lastAt: 60_000,
      text: 'request 1',
      events: 1,
      waits: false,
      untold: 0,
      outcome: 'failed',
    },
  ]);
  expect(ofA.out.match(/r\d/g)).toEqual(['r2', 'r0']);
  expect(none.out).toBe('no runs\n');
  expect(wrong).toMatchObject({ code: 64, err: expect.stringMatching(/--limit is a number/) });
});

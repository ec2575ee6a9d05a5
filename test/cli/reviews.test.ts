// Goal: what waits on a person is decided from any process, once, in time, and only then does the write happen.
// Method: the waiting process has ended, another one decides; the tool's file is counted. On a pseudo terminal it asks at once.
import { userInfo } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/decide/reviews.ts';
import { onTerminal, Stage } from './nova-process.ts';

/** How long the person has. */
const WITHIN_MS = 1_000;

/** A request that waits on a person, its process gone. */
async function waiting(stage: Stage, ...args: string[]): Promise<Review> {
  const { outcome, waiting: reviews } = await stage.json('ask', ...args);
  expect(outcome).toBe('waiting');
  return reviews[0] as Review;
}

describe('5.1 across processes', () => {
  test('an approved write happens once, and a second approval is refused', async () => {
    const stage = new Stage();
    const { id } = await waiting(stage, 'writer');
    expect(stage.written).toEqual([]);
    expect((await stage.run('runs')).out).toMatch(/ waiting +writer\n/);
    const listed = await stage.run('review');
    expect(listed).toMatchObject({ code: 0, out: expect.stringContaining(`approve '${id}'`) });
    expect(await stage.run('review', 'approve', id)).toMatchObject({ code: 0 });
    expect(stage.written).toEqual(['writer']);
    const again = await stage.run('review', 'approve', id);
    expect(again).toMatchObject({ code: 64, err: expect.stringMatching(/approved by/) });
    expect((await stage.run('review', 'list')).out).toBe('nothing waits on you\n');
    expect((await stage.run('runs')).out).toMatch(/ answered +writer\n/);
    expect(stage.written).toEqual(['writer']);
  });

  test('a rejected write does not happen', async () => {
    const stage = new Stage();
    const { id } = await waiting(stage, 'writer');
    const { code, out } = await stage.run('review', 'reject', id);
    expect(code).toBe(0);
    expect(out).toMatch(/write: rejected/);
    expect(stage.written).toEqual([]);
  });

  test('another content in the place of what was shown is what happens; what is no JSON, or breaks the contract, is refused', async () => {
    const stage = new Stage();
    const { id } = await waiting(stage, 'writer');
    expect(await stage.run('review', 'edit', id, 'ink')).toMatchObject({ code: 64 });
    expect((await stage.run('review', 'edit', id, '{"ink":1}')).code).not.toBe(0);
    expect(stage.written).toEqual([]);
    expect(await stage.run('review', 'edit', id, '{"text":"ink"}')).toMatchObject({ code: 0 });
    expect(stage.written).toEqual(['ink']);
  });

  test('a question is answered, and takes no approval', async () => {
    const stage = new Stage();
    const { id, run } = await waiting(stage, 'which');
    expect((await stage.run('review', 'show', run)).out).toContain(`review answer '${id}'`);
    expect(await stage.run('review', 'approve', id)).toMatchObject({ code: 64 });
    const { code, out } = await stage.run('review', 'answer', id, 'honest');
    expect(code).toBe(0);
    expect(out).toMatch(/^honest: honest/);
  });
});

test('5.2 of two processes that approve at once, one write comes', async () => {
  const stage = new Stage();
  const { id } = await waiting(stage, 'writer');
  const both = await Promise.all([1, 2].map(() => stage.run('review', 'approve', id)));
  expect(stage.written).toEqual(['writer']);
  expect(both.map(({ code }) => code)).toContain(0);
  expect(both.filter(({ code }) => code !== 0 && code !== 64)).toEqual([]);
});

describe('5.7 several decide', () => {
  const bob = { env: { NOVA_TOKEN: 'the token of bob' } };

  test('what it changes is shown, one approval waits for another, and who has approved is told so', async () => {
    const stage = new Stage();
    const { id, diff } = await waiting(stage, 'sealer');
    expect(diff).toBe('@@ -1 +1 @@\n-wax\n+lead');
    const listed = await stage.run('review');
    expect(listed.out).toContain('\n@@ -1 +1 @@\n-wax\n+lead\n');
    expect(listed.out).toMatch(/, bob, cy: 2 approvals of 2 missing · until /);
    const first = await stage.run('review', 'approve', id, '--why', 'it holds');
    expect(first).toMatchObject({ code: 7, out: expect.stringMatching(/approved \(it holds\)\n/) });
    expect(await stage.run('review', 'approve', id)).toMatchObject({
      code: 64,
      err: expect.stringMatching(/any more: approved by/),
    });
    expect(await stage.run('review', 'delegate', id, 'dan')).toMatchObject({ code: 64 });
    expect(stage.written).toEqual([]);
    const other = new Stage(bob, stage.store);
    // Who holds the folder is another process: the token goes through its socket.
    const staying = stage.start('stay');
    await staying.says(/staying/);
    const sealed = await other.run('review', 'approve', id);
    expect(sealed).toMatchObject({ code: 0, out: expect.stringMatching(/^sealer: sealed/) });
    staying.kill('SIGINT');
    await staying.ended;
    expect(stage.written).toEqual(['lead']);
  });

  test('who hands the right on has it no more; an edit is another address; nobody comes by a token of nobody', async () => {
    const stage = new Stage(bob);
    const { id } = await waiting(stage, 'sealer');
    const handed = await stage.json('review', 'delegate', id, 'dan', '--why', 'on leave');
    expect(handed.waiting[0]?.deciders.toSorted()).toEqual(
      [userInfo().username, 'cy', 'dan'].toSorted(),
    );
    expect(handed.decisions).toMatchObject([
      { by: 'bob', says: 'delegated', to: 'dan', why: 'on leave' },
    ]);
    const refused = await stage.run('review', 'approve', id);
    expect(refused).toMatchObject({ code: 64, err: expect.stringMatching(/bob may not decide/) });
    const user = new Stage({ env: { NOVA_TOKEN: undefined } }, stage.store);
    const edited = await user.json('review', 'edit', id, '{"before":"wax\\n","after":"tin\\n"}');
    const [now] = edited.waiting;
    expect(now).toMatchObject({ id: `${id}:2`, diff: '@@ -1 +1 @@\n-wax\n+tin' });
    expect(await user.run('review', 'reject', id)).toMatchObject({
      code: 64,
      err: expect.stringMatching(/is not what waits now/),
    });
    const nobody = new Stage({ env: { NOVA_TOKEN: 'bob' } }, stage.store);
    expect(await nobody.run('review', 'approve', `${id}:2`)).toMatchObject({
      code: 64,
      err: expect.stringMatching(/the token is nobody/),
    });
    expect((await user.json<Review>('review', 'show', `${id}:2`)).said).toMatchObject([
      { says: 'edited' },
    ]);
  });
});

test('5.4 an approval that comes too late for a process that was not there approves nothing', async () => {
  const stage = new Stage({ env: { TEST_LIMITS: `{"personWithinMs":${WITHIN_MS}}` } });
  const result = await stage.json('ask', 'writer', '--review-plan');
  await wait(WITHIN_MS);
  const id = result.waiting[0]?.id ?? '';
  expect([4, 64]).toContain((await stage.run('review', 'approve', id)).code);
  const shown = await stage.json('resume', result.run);
  expect(shown.outcome).toBe('expired');
  expect(shown.trace.map(({ node }) => node)).not.toContain('writer');
});

describe('5.1 on a terminal', () => {
  test('the person is asked at once, on stderr, and the answer alone is on stdout', async () => {
    const stage = new Stage();
    const terminal = onTerminal(stage, ['ask', 'writer', '--project', '.']);
    await terminal.says(/What shall be done/);
    expect(stage.written).toEqual([]);
    // Up from `later` twice, to `approve`.
    terminal.type('\u001b[A\u001b[A\r');
    const { code } = await terminal.ended;
    expect(code).toBe(0);
    expect(stage.written).toEqual(['writer']);
    expect(terminal.stdout()).toMatch(/^writer: writer\n\nanswered · /);
  });

  test('who leaves the question decides later', async () => {
    const stage = new Stage();
    const terminal = onTerminal(stage, ['ask', 'writer']);
    await terminal.says(/What shall be done/);
    terminal.type('\u0003');
    expect(await terminal.ended).toMatchObject({ code: 7 });
    expect(terminal.stdout()).toMatch(/nova review approve/);
    expect(stage.written).toEqual([]);
  });

  test('a terminal that can do nothing gets plain lines', async () => {
    const stage = new Stage({ env: { TERM: 'dumb' } });
    const terminal = onTerminal(stage, ['ask', 'honest']);
    const { code, out } = await terminal.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/honest …/);
    expect(out).not.toContain('\u001b');
  });
});

test('10.5 progress goes to stderr as plain lines where there is no terminal', async () => {
  const piped = (words: readonly string[]) => ['-c', `echo honest | "$@"`, '-', ...words];
  const { out, err } = await new Stage().startBy('bash', piped, ['ask', '-']).ended;
  expect(err.split('\n')).toEqual([
    'splitter …',
    'planner-1: planned',
    'honest …',
    'p0: done',
    'plan: all',
    'teller …',
    'composer: composed',
    '',
  ]);
  expect(out).toMatch(/^honest: honest\n\nanswered · local\//);
});

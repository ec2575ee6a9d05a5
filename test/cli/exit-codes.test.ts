// Goal: a shell learns from the exit code how a request ended, and finds on stdout the answer and nothing else.
// Method: the command line as a process, over an organisation that ends every way there is, and over words it must refuse.
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/host/asks.ts';
import { folder, nova, Stage } from './nova-process.ts';

// eslint-disable-next-line no-control-regex -- they are what must not be there
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

describe('1.1 each end has its code', () => {
  const hurried = { env: { TEST_LIMITS: '{"deadlineMs":700}' } };
  test.each([
    { ask: 'honest', code: 0, outcome: 'answered', how: {} },
    { ask: 'honest stranger', code: 3, outcome: 'failed', how: {} },
    { ask: 'actor', code: 4, outcome: 'expired', how: hurried },
    { ask: 'honest thrower', code: 6, outcome: 'partial', how: {} },
    { ask: 'writer', code: 7, outcome: 'waiting', how: {} },
    { ask: 'which', code: 7, outcome: 'waiting', how: {} },
  ])('$ask: $outcome, $code', async ({ ask, code, outcome, how }) => {
    const { out, err, ...ended } = await new Stage(how).run('ask', ask, '--json');
    expect(ended).toEqual({ code, signal: null });
    const result = JSON.parse(out) as Result;
    expect(result.outcome).toBe(outcome);
    expect(result.waiting).toHaveLength(outcome === 'waiting' ? 1 : 0);
    expect(err).toMatch(/^splitter …$/m);
    expect(err).not.toMatch(CONTROL);
  });

  test('what nobody takes is refused with 2 and says what it would need', async () => {
    const { code, out } = await nova(['--store', folder(), 'ask', 'Bake me a chocolate cake'], {
      cwd: folder(),
    });
    expect(code).toBe(2);
    expect(out).toMatch(/it would need an agent for it/);
    expect(out).toMatch(/refused \(no_fit\)/);
  });
});

test('6 what an agent says reaches a terminal without orders to it, as text and as JSON', async () => {
  const stage = new Stage();
  const plain = await stage.run('ask', 'shouter');
  expect(plain.code).toBe(0);
  expect(plain.out).toMatch(/shout/);
  expect(plain.out).not.toMatch(CONTROL);
  const { out } = await stage.run('ask', 'shouter', '--json');
  expect(out).not.toMatch(CONTROL);
  // Escaped, not lost: the document holds what was said.
  expect((JSON.parse(out) as Result).answer?.text).toContain('\u001b[2J\u009b31m\u202eshout');
});

const NO_REQUESTS = [
  { args: ['ask', ''], says: /the request is empty/ },
  { args: ['ask', 'x'.repeat(100_000)], says: /100000 characters; 20000 are the limit/ },
  { args: ['ask', 'honest', '--project', '/nowhere/at/all'], says: /there is no folder/ },
  { args: ['ask', 'honest', '--project', import.meta.filename], says: /is not a folder/ },
  { args: ['ask', 'honest', '--project', ''], says: /--project names no folder/ },
  { args: ['show', 'local/x'], says: /there is no run/ },
  { args: ['show', ''], says: /there is no run/ },
  { args: ['show', 'a\nb\u001b[31m'], says: /there is no run a b\ufffd\[31m/ },
  { args: ['resume', '../../x'], says: /there is no run/ },
  { args: ['stop', 'local/x'], says: /there is no run/ },
  { args: ['agents', '--for', ' '], says: /the words of a request/ },
  { args: ['session', 'none'], says: /nothing was said in a conversation none/ },
  { args: ['review', 'approve', 'x'], says: /nothing waits/ },
  { args: ['review', 'answer', '#', 'yes'], says: /nothing waits/ },
];
test('2.4 what is no request is refused with 64 in one line', async () => {
  const all = await Promise.all(NO_REQUESTS.map(({ args }) => new Stage().run(...args)));
  for (const [at, { code, out, err }] of all.entries()) {
    const { args, says } = NO_REQUESTS[at] ?? { args: [], says: /never/ };
    expect({ args, code, out }).toEqual({ args, code: 64, out: '' });
    expect(err).toMatch(says);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(CONTROL);
  }
});

test('an empty store is no store, and least of all the current folder', async () => {
  const { code, err } = await nova(['--store', '', 'runs']);
  expect({ code, err }).toEqual({ code: 64, err: 'nova: --store names no folder\n' });
});

const NO_COMMANDS = [
  { args: [] },
  { args: ['ask'] },
  { args: ['ask', 'one', 'two'] },
  { args: ['ask', 'honest', '--frobnicate'] },
  { args: ['ask', '--not-an-option'] },
  { args: ['frobnicate\u001b[2J\u009b'] },
  { args: ['review', 'approve'] },
  { args: ['--store'] },
];
test('2.4 a line that is no command is refused with 64 and how it would be right', async () => {
  const env = { NOVA_HOME: folder() };
  const all = await Promise.all(NO_COMMANDS.map(({ args }) => nova(args, { env })));
  for (const [at, { code, out, err }] of all.entries()) {
    const { args } = NO_COMMANDS[at] ?? {};
    expect({ args, code, out }).toEqual({ args, code: 64, out: '' });
    expect(err).toMatch(/Usage: nova/);
    expect(err).not.toMatch(CONTROL);
  }
});

test('help and version are answers: on stdout, with 0', async () => {
  const [help, version] = await Promise.all([nova(['--help']), nova(['--version'])]);
  expect(help).toMatchObject({ code: 0, err: '' });
  expect(help.out).toMatch(/Usage: nova[^]*ask[^]*resume[^]*review/);
  expect(version).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

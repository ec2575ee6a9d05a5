// Goal: `nova inspect` shows a run to an inspector, whoever is at work on it, and says in a line what it cannot do.
// Method: the real command beside a real run that another process holds in its middle; clients of ws take what it sends.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { InspectMessage } from 'nova-agents/inspect';
import { Stage, type Child } from './nova-process.ts';

/** The address that the command printed. */
async function addressOf(inspecting: Child): Promise<string> {
  await inspecting.says(/ws:\S+\n/);
  return /ws:\S+/.exec(inspecting.out)?.[0] ?? '';
}

/** A client, with what it has got so far. */
function follow(url: string, origin?: string) {
  const socket = new WebSocket(url, { ...(origin !== undefined && { origin }) });
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  const got: InspectMessage[] = [];
  socket.on('message', (data: Buffer) => got.push(JSON.parse(String(data)) as InspectMessage));
  return { got, socket, closed: new Promise<number>((resolve) => socket.on('close', resolve)) };
}
const endOf = (got: readonly InspectMessage[]) =>
  got.findLast(({ type, sessionId }) => type === '@xstate.snapshot' && sessionId === 'request');

test('a run that is over comes whole, once, and then the command ends', async () => {
  const stage = new Stage();
  const { run } = await stage.json('ask', 'honest');
  const inspecting = stage.start('inspect', run, '--once');
  const { got, closed } = follow(await addressOf(inspecting));
  expect(await closed).toBe(1000);
  expect(endOf(got)).toMatchObject({
    snapshot: { status: 'done', output: { outcome: 'answered' } },
  });
  expect(await inspecting.ended).toMatchObject({ code: 0, err: '' });
});

test('a run that another process is at work on is followed to its end; Ctrl-C ends the command', async () => {
  const stage = new Stage();
  const asked = stage.start('ask', 'actor');
  await asked.says(/uses curtain/);
  const { out } = await stage.run('runs');
  const inspecting = stage.start('inspect', out.split(' ')[0] ?? '');
  const url = await addressOf(inspecting);
  const early = follow(url);
  await once(early.socket, 'message');
  expect(early.socket.readyState).toBe(WebSocket.OPEN);
  stage.raiseCurtain();
  expect((await asked.ended).code).toBe(0);
  expect(await early.closed).toBe(1000);
  const late = follow(url);
  expect(await late.closed).toBe(1000);
  expect(late.got).toEqual(early.got);
  expect(endOf(late.got)).toMatchObject({ snapshot: { output: { outcome: 'answered' } } });
  inspecting.kill('SIGINT');
  expect(await inspecting.ended).toMatchObject({ code: 0, err: '' });
});

test('a run that waits comes as far as it is; a client that is still there holds up no Ctrl-C', async () => {
  const stage = new Stage();
  const { run, outcome } = await stage.json('ask', 'honest', '--review-plan');
  expect(outcome).toBe('waiting');
  const first = follow(await addressOf(stage.start('inspect', run, '--once')));
  expect(await first.closed).toBe(1000);
  expect(endOf(first.got)).toMatchObject({ snapshot: { status: 'active' } });
  const inspecting = stage.start('inspect', run);
  const { got, closed } = follow(await addressOf(inspecting));
  await expect.poll(() => got.length).toBe(first.got.length);
  inspecting.kill('SIGTERM');
  expect(await inspecting.ended).toMatchObject({ code: 0 });
  expect(await closed).toBe(1006);
});

test('6.4 contexts and events come by their keys, and whole with --context', async () => {
  const stage = new Stage();
  const { run } = await stage.json('ask', 'honest');
  const frames = async (...flags: string[]) => {
    const { got, closed } = follow(
      await addressOf(stage.start('inspect', run, '--once', ...flags)),
    );
    await closed;
    return got.map((message) => JSON.stringify(message));
  };
  const hash = /[0-9a-f]{64}/;
  expect((await frames()).filter((frame) => hash.test(frame))).toEqual([]);
  expect((await frames('--context')).some((frame) => hash.test(frame))).toBe(true);
});

test('6.3 web pages that are named may read it, and no others', async () => {
  const stage = new Stage();
  const { run } = await stage.json('ask', 'honest');
  const origins = ['--origin', 'https://a.test', '--origin', 'https://b.test'];
  const url = await addressOf(stage.start('inspect', ...origins, run));
  for (const origin of ['https://a.test', 'https://b.test']) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await follow(url, origin).closed).toBe(1000);
  }
  const other = follow(url, 'https://c.test');
  const [, response] = (await once(other.socket, 'unexpected-response')) as [
    unknown,
    { statusCode: number },
  ];
  expect(response.statusCode).toBe(403);
});

test.each([
  ['a run that is not there', ['local/nobody'], 64, /^nova: there is no run local\/nobody\n$/],
  ['a port that is none', ['local/x', '--port', '70000'], 64, /^nova: --port is a number/],
  ['an origin that is none', ['local/x', '--origin', 'stately.ai'], 64, /is no origin/],
])('%s', async (_, words, code, says) => {
  const { code: came, err } = await new Stage().run('inspect', ...words);
  expect(err).toMatch(says);
  expect(came).toBe(code);
});

test('a port that is taken is said to be', async () => {
  const stage = new Stage();
  const { run } = await stage.json('ask', 'honest');
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const port = String((other.address() as { port: number }).port);
  const { code, err } = await stage.run('inspect', run, '--port', port);
  expect([code, err]).toEqual([3, expect.stringMatching(/^nova: nobody can listen at .*\n$/)]);
});

// Goal: whoever follows a run by WebSocket gets all of it in order, late or not, and nothing of what came into it.
// Method: real runs on real sockets; the messages are taken by the receiver of @statelyai/inspect itself.
import { createRequire } from 'node:module';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Nova } from 'nova-agents';
import {
  heardJournal,
  openInspector,
  type InspectMessage,
  type InspectorOptions,
} from 'nova-agents/inspect';
import { memoryJournal } from 'nova-agents/store';
import { framesOf } from '../../src/inspect/frames.ts';
import { worldOf } from '../../src/team/world.ts';
import { inline } from '../fixtures/mischief.ts';
import { client } from '../server/frame-clients.ts';
import { organisation as shop } from '../team/support.ts';

/** Required, since what it declares about itself wants a browser's types. */
const require = createRequire(import.meta.url);
const stately = require('@statelyai/inspect') as {
  createWebSocketReceiver(options: { server: string }): {
    subscribe(hear: (message: InspectMessage) => void): unknown;
  };
};
const RUN = 'local/a';

function atWork() {
  const journal = heardJournal(memoryJournal());
  const nova = new Nova({ organisation: inline, journal });
  onTestFinished(() => nova.close());
  return { nova, journal };
}
async function inspecting(options: Pick<InspectorOptions, 'records'> & Partial<InspectorOptions>) {
  const server = await openInspector({ organisation: inline, run: RUN, ...options });
  onTestFinished(() => server.close());
  return server;
}
/** What the receiver of @statelyai/inspect hears, up to the end of the root actor. */
function received(url: string): Promise<InspectMessage[]> {
  const { promise, resolve } = Promise.withResolvers<InspectMessage[]>();
  const events: InspectMessage[] = [];
  stately.createWebSocketReceiver({ server: url }).subscribe((event) => {
    events.push(event);
    if (event.type !== '@xstate.snapshot' || event.sessionId !== 'request') return;
    if (event.snapshot.status !== 'active') resolve(events);
  });
  return promise;
}

test('a run is followed while it goes on, by several, late ones too, and all get the same', async () => {
  const { nova, journal } = atWork();
  const { url } = await inspecting({ records: (signal) => journal.follow(RUN, signal) });
  const early = [received(url), received(url)];
  const asked = await nova.ask('honest', { id: 'a' });
  const late = received(url);
  const first = await late;
  expect(await Promise.all(early)).toEqual([first, first]);
  const recorded: unknown[] = [];
  const batch = async function* () {
    yield await journal.read(RUN);
  };
  for await (const frame of framesOf(worldOf(inline), RUN, batch()))
    recorded.push(JSON.parse(frame));
  expect(first).toEqual(recorded);
  expect(first.at(-1)).toMatchObject({ snapshot: { output: { outcome: asked.outcome } } });
});

test('a run comes with definitions, events and snapshots, each before what it leads to', async () => {
  const { nova, journal } = atWork();
  const { url } = await inspecting({ records: (signal) => journal.follow(RUN, signal) });
  await nova.ask('honest', { id: 'a' });
  const events = await received(url);
  const said = events.map(({ type, sessionId }) => `${type.slice(8)} ${sessionId}`);
  const beginning = ['actor', 'event', 'snapshot'];
  expect(said.slice(0, 6)).toEqual(
    ['request', 'request/planner-1'].flatMap((path) => beginning.map((kind) => `${kind} ${path}`)),
  );
  const actors = events.filter((event) => event.type === '@xstate.actor');
  expect(actors.map(({ sessionId, parentId }) => [sessionId, parentId])).toEqual([
    ['request', undefined],
    ['request/planner-1', 'request'],
    ['request/plan', 'request'],
    ['request/plan/part-1', 'request/plan'],
    ['request/composer', 'request'],
  ]);
  for (const { definition = '' } of actors) expect(JSON.parse(definition)).toHaveProperty('states');
});

test('6.4 a run shows no text of the request or the answer, and no context, until it is asked for', async () => {
  const { nova, journal } = atWork();
  const records = (signal: AbortSignal) => journal.follow(RUN, signal);
  const principal = { id: 'ada-4711', proof: 'os-user' } as const;
  const { answer } = await nova.ask('honest', { id: 'a', principal, project: 'sesame-0815' });
  expect(answer?.text).toBe('honest: honest');
  // After the end: a dead letter that names who sent it.
  await nova.send(`${RUN}#request`, { type: 'run.paused' }, principal);
  const all = async (withContext: boolean) => {
    const { closed, got } = await client((await inspecting({ records, withContext })).url);
    expect(await closed).toBe(1000);
    return got;
  };
  const [veiled, open] = [await all(false), await all(true)];
  expect(veiled.length).toBe(open.length);
  for (const secret of ['ada-4711', 'sesame-0815', 'honest: honest'])
    expect(veiled.filter((frame) => frame.includes(secret))).toEqual([]);
  expect(veiled.filter((frame) => /[0-9a-f]{64}/.test(frame))).toEqual([]);
  expect(open.some((frame) => frame.includes('ada-4711'))).toBe(true);
  expect(open.some((frame) => /[0-9a-f]{64}/.test(frame))).toBe(true);
});

test('11.2 a run of another organisation is not shown as something that it was not', async () => {
  const { nova, journal } = atWork();
  await nova.ask('honest', { id: 'a' });
  const onTrouble = vi.fn<(error: unknown) => void>();
  const records = (signal: AbortSignal) => journal.follow(RUN, signal);
  const { url } = await inspecting({ records, organisation: shop, onTrouble });
  const { closed } = await client(url);
  expect(await closed).toBe(1011);
  expect(onTrouble.mock.calls).toMatchObject([[{ code: 'version_unavailable' }]]);
});

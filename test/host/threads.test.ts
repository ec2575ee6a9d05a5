// Goal: an agent whose code hangs or ends its threads costs nobody else a thread, nor the process one thread after another.
// Method: turns of the misbehaving specialists on a small pool of real threads; what counts is the order in which they come back.
import { expect, onTestFinished, test } from 'vitest';
import type { RecordedCall } from '../../src/host/act-session.ts';
import { Restarts } from '../../src/host/restarts.ts';
import { threadActors } from '../../src/host/threads.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { mischief } from '../fixtures/mischief.ts';

function pool(restarts: ConstructorParameters<typeof Restarts>[1] = false) {
  const clock = new ManualClock();
  const actors = threadActors(mischief.module ?? '', mischief.id, {
    maxThreads: 2,
    clock,
    restarts: new Restarts(clock, restarts),
  });
  onTestFinished(() => actors.close());
  const back: string[] = [];
  const turn = async (agent: string, session: string, calls: readonly RecordedCall[] = []) => {
    const input = { text: session };
    const result = await actors.turn({ session, agent, version: 1, input, calls });
    back.push(session);
    return result;
  };
  return { actors, clock, back, turn };
}
const sessions = (count: number) => Array.from({ length: count }, (_, at) => `hung-${at}`);

test('7.12 one agent that hangs in all of its 12 parts does not hold up another one', async () => {
  const { actors, back, turn } = pool();
  const hung = sessions(12).map((session) => turn('hanger', session));
  expect((await turn('mute', 'other')).kind).toBe('says');
  expect(back).toEqual(['other']);
  for (const session of sessions(12)) actors.release(session, true);
  expect((await Promise.all(hung)).map(({ kind }) => kind)).toEqual(
    sessions(12).map(() => 'threw'),
  );
});

test('7.12 code that ends its threads gets no other one until its time is over; the others do', async () => {
  const { actors, clock, turn } = pool({ times: 2, withinMs: 1_000 });
  const one = async (agent: string, session: string) => {
    const { kind } = await turn(agent, session);
    actors.release(session);
    return kind;
  };
  const kinds = (agent: string, count: number) =>
    Promise.all(sessions(count).map((session) => one(agent, `${agent} ${session}`)));
  expect(await kinds('exiter', 5)).toEqual(['threw', 'threw', ...Array(3).fill('unavailable')]);
  expect(await kinds('mute', 2)).toEqual(['says', 'says']);
  clock.advance(999);
  expect(await kinds('exiter', 1)).toEqual(['unavailable']);
  clock.advance(1);
  expect(await kinds('exiter', 3)).toEqual(['threw', 'threw', 'unavailable']);
});

test('7.12 a hang counts where its time is up, and not where somebody stops it', async () => {
  const { actors, turn } = pool({ times: 1, withinMs: 1_000 });
  const ended = async (session: string, isLate: boolean) => {
    const hung = turn('hanger', session);
    actors.release(session, isLate);
    return (await hung).kind;
  };
  expect(await ended('stopped', false)).toBe('threw');
  expect(await ended('late', true)).toBe('threw');
  expect(await ended('again', true)).toBe('unavailable');
});

const answered = (session: string): RecordedCall[] => [
  { tool: 'echo', input: { text: session }, result: { value: { text: `to ${session}` } } },
];
const SIX = ['a', 'b', 'c', 'd', 'e', 'f'];

test('7.18 code that waits for answers keeps no thread from others, and ends as if it had', async () => {
  const { clock, turn } = pool();
  const asked = SIX.map((session) => turn('honest', session));
  for (const one of asked) {
    expect((await one).kind).toBe('wants');
    clock.advance(1_000);
  }
  const said = SIX.map((session) => turn('honest', session, answered(session)));
  for (const [at, one] of said.entries()) {
    expect(await one).toMatchObject({
      kind: 'says',
      said: { value: { summary: `to ${SIX[at]}` } },
    });
    clock.advance(1_000);
  }
});

test('7.18 it keeps its thread for a while, and for as long as nobody else needs one', async () => {
  const { actors, clock, back, turn } = pool();
  await turn('honest', 'a');
  await turn('waiter', 'b');
  clock.advance(999);
  const third = turn('mute', 'c');
  await turn('honest', 'a', answered('a'));
  expect(back).toEqual(['a', 'b', 'a']);
  actors.release('a');
  expect((await third).kind).toBe('says');
});

test('7.18 who comes while all threads are held gets one when the first has been idle for long enough', async () => {
  const { clock, turn } = pool();
  await turn('honest', 'a');
  await turn('waiter', 'b');
  clock.advance(999);
  const third = turn('mute', 'c');
  clock.advance(1);
  expect((await third).kind).toBe('says');
});

// Goal: whatever an endpoint does, a call ends in time as what it is: an answer that is whole, or a reason; and lets go of the endpoint.
// Method: a hostile endpoint on loopback that does everything wrong that it can, by both APIs, plain and streamed; a clock moved by hand.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Models } from 'nova-agents/models';
import { ask, cameOf, DEADLINE_MS, REQUEST_MS, WatchedClock } from './asking.ts';
import { answerHazards } from './answer-hazards.ts';
import { transportHazards } from './transport-hazards.ts';
import { hostile, type Hostile } from './hostile.ts';
import { ways } from './ways.ts';

let at: Hostile;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(async () => {
  at = await hostile();
  process.on('unhandledRejection', note);
});
afterEach(() => expect(unhandled).toEqual([]));
afterAll(async () => {
  process.off('unhandledRejection', note);
  await at.close();
});

describe.each(ways)('$api, streamed: $isStream', (way) => {
  const { api, isStream } = way;
  const those = [...transportHazards, ...answerHazards].filter(({ where }) =>
    Object.entries(where ?? {}).every(([key, value]) => way[key as keyof typeof way] === value),
  );

  test.each(those)('$name', async ({ behave, comes, made, lastsMs = 0 }) => {
    const clock = new WatchedClock();
    at.behave(behave(way));
    const worker = { model: 'm', baseURL: at.url, api, timeoutMs: REQUEST_MS };
    const models = new Models({ worker }, { clock, env: {} });
    const came = await ask(models, clock, { isStream, isStill: () => at.isStill });
    expect([cameOf(came), came.made, at.requests.length]).toEqual([comes, made, made]);
    expect(clock.now()).toBeLessThanOrEqual(DEADLINE_MS);
    expect(clock.now()).toBeGreaterThanOrEqual(lastsMs);
    await at.left();
  });
});

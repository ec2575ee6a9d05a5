// Goal: 34 agents outlive a minute in which their endpoint turns everybody away: few ask in vain, nobody is lost, who came first is first.
// Method: the whole host over an endpoint on loopback; time passes only when nothing else can happen.
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import { Models } from 'nova-agents/models';
import type { Model } from '../../src/host/ports.ts';
import { REQUEST_MS, WatchedClock } from './asking.ts';
import { callIn, completion, json, loopback, said } from './loopback.ts';

const AGENTS = 34;
const CALLS = AGENTS * 3;
const STORM_MS = 60_000;

const Count = z.strictObject({ n: z.int() });
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: Count,
  output: Count,
  effect: 'reads',
  run: async (count) => count,
});
const agents = Array.from({ length: AGENTS }, (_, n) =>
  defineAgent({
    id: `agent-${n}`,
    version: 1,
    does: 'Looks twice, then says so.',
    input: Count,
    outcomes: { done: Count },
    tools: [look],
    limits: { deadlineMs: 600_000 },
    instructions: () => 'Look twice.',
    examples: [],
  }),
);
const organisation = defineOrganisation({ id: 'crowd', agents, roles: {} });

/** Sees who asks, and who is still at it. */
class Watched implements Model {
  readonly isGuarded = true;
  readonly came: { readonly name: string; readonly at: number }[] = [];
  readonly sent: { readonly name: string; readonly at: number }[] = [];
  pending = 0;
  preparing = 0;
  readonly #models: Model;
  readonly #clock: WatchedClock;

  constructor(models: Model, clock: WatchedClock) {
    this.#models = models;
    this.#clock = clock;
  }

  async call(...[call, signal, hearing]: Parameters<Model['call']>) {
    this.pending += 1;
    const name = `${call.node}, ${call.turn}`;
    this.came.push({ name, at: this.#clock.now() });
    const onPrompt = async (prompt: Parameters<NonNullable<typeof hearing>['onPrompt']>[0]) => {
      this.sent.push({ name, at: this.#clock.now() });
      this.preparing += 1;
      await hearing?.onPrompt(prompt);
      this.preparing -= 1;
    };
    return this.#models.call(call, signal, { onPrompt }).finally(() => (this.pending -= 1));
  }
}

interface Storm {
  /** Answers that it still gives before. */
  readonly after: number;
  readonly retryAfter?: (leftMs: number) => string;
}

async function storm({ after, retryAfter }: Storm) {
  const clock = new WatchedClock();
  let [good, ends] = [0, 0];
  const at = await loopback(({ body }, response) => {
    if (good >= after && ends === 0) ends = clock.now() + STORM_MS;
    const left = ends - clock.now();
    if (left > 0) {
      const headers = retryAfter && { 'retry-after': retryAfter(left) };
      return json(response, { error: { message: 'too many' } }, 429, headers);
    }
    good += 1;
    const looked = (body['messages'] as { role: string }[]).filter((one) => one.role === 'tool');
    const n = looked.length;
    const answer =
      n < 2 ? callIn('look', `{"n":${n}}`) : completion({ content: said('done', { n }) });
    return json(response, answer);
  });
  const worker = { model: 'm', baseURL: at.url, api: 'chat', timeoutMs: REQUEST_MS } as const;
  const model = new Watched(new Models({ worker }, { clock, env: {} }), clock);
  const nova = new Nova({ organisation, model, clock });
  const over: string[] = [];
  const runs = agents.map(({ id }, n) => nova.run(id, { n }).finally(() => over.push(id)));
  for (let quiet = 0; over.length < AGENTS;) {
    await setImmediate();
    const isQuiet =
      model.pending + over.length === AGENTS && model.preparing === 0 && clock.requests === 0;
    quiet = isQuiet ? quiet + 1 : 0;
    if (quiet < 3 || clock.pause === undefined) continue;
    clock.advance(clock.pause - clock.now());
    quiet = 0;
  }
  const outcomes = (await Promise.all(runs)).map(({ outcome }) => outcome);
  await nova.close();
  await at.close();
  return { outcomes, came: model.came, sent: model.sent, ends, asked: at.asked.length };
}

test.each([
  { name: 'from the first moment', after: 0, atOnce: 5 },
  {
    name: 'with Retry-After',
    after: 0,
    atOnce: 5,
    retryAfter: (left: number) => String(Math.ceil(left / 1000)),
  },
  { name: 'with a Retry-After that is too short', after: 0, atOnce: 5, retryAfter: () => '1' },
  // What was under way when the first of them failed.
  { name: 'from the middle on', after: 40, atOnce: 8 },
])('7.16 a storm $name', async ({ after, atOnce, ...how }) => {
  const { outcomes, came, sent, ends, asked } = await storm({ after, ...how });
  expect(outcomes).toEqual(Array.from({ length: AGENTS }, () => 'done'));
  process.stdout.write(`${(asked / CALLS).toFixed(2)} requests a call\n`);
  expect(asked).toBeLessThanOrEqual(1.2 * CALLS);
  const isAtOnce = ({ at }: { readonly at: number }) => at < ends - STORM_MS + 1_000;
  expect(sent.filter(isAtOnce).length - after).toBeLessThanOrEqual(atOnce);
  // Who waited is served in the order of coming, but for the one that went to see.
  const waited = came.filter(({ at }) => at < ends).map(({ name }) => name);
  const served = sent.filter(({ at, name }) => at >= ends && waited.includes(name));
  expect((served[0]?.at ?? Infinity) - ends).toBeLessThanOrEqual(5_000);
  const places = served.slice(1).map(({ name }) => waited.indexOf(name));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

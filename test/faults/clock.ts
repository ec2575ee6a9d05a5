// Thousands of timers under a clock that jumps by hours and by months, both ways, while the process is there and while it is not.
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { defineOrganisation, fromMachine, Nova } from 'nova-agents';
import { memoryJournal, type MemoryRecords } from 'nova-agents/testing';
import type { Journal } from '../../src/store/ports.ts';
import { JumpingClock } from './jumping-clock.ts';
import { randomBy, type Part, type Scale } from './part.ts';

const TIMERS = 20;
const RUNS = 500;
const SHORT_RUNS = 15;
const JUMPS = 12;
/** Between two jumps; each timer takes one. */
const MAX_TURNS = 1_000;
const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 24 * HOUR_MS;
const YEAR_MS = 12 * MONTH_MS;

const numbers = Array.from({ length: TIMERS }, (_, at) => at);
interface Alarms {
  readonly delays: number[];
  readonly fired: number[];
}
interface Concluded {
  readonly outcome: 'done';
  readonly value: number[];
}
/** A state for each timer, side by side. */
const machine = setup({
  types: {} as { context: Alarms; input: { delays: number[] }; output: Concluded },
  delays: Object.fromEntries(
    numbers.map((at) => [`d${at}`, ({ context }: { context: Alarms }) => context.delays[at] ?? 0]),
  ),
  actions: {
    rings: assign({
      fired: ({ context }, { at }: { at: number }) => [...context.fired, at],
    }),
  },
}).createMachine({
  id: 'alarms',
  type: 'parallel',
  context: ({ input }) => ({ delays: input.delays, fired: [] }),
  output: ({ context }: { context: Alarms }) => ({
    outcome: 'done' as const,
    value: context.fired,
  }),
  states: Object.fromEntries(
    numbers.map((at) => [
      `t${at}`,
      {
        initial: 'waits',
        states: {
          waits: {
            after: { [`d${at}`]: { target: 'rang', actions: { type: 'rings', params: { at } } } },
          },
          rang: { type: 'final' },
        },
      },
    ]),
  ),
});
const alarms = fromMachine(machine, {
  id: 'alarms',
  version: 1,
  does: 'Waits.',
  input: z.strictObject({ delays: z.array(z.int()) }),
  outcomes: { done: z.array(z.int()) },
  deadlineMs: 10 * YEAR_MS,
});
const organisation = defineOrganisation({ id: 'clocks', agents: [], machines: [alarms] });

const turnOfTheLoop = (): Promise<void> => new Promise((done) => setImmediate(done));

/** One run of timers, from its beginning to its end; what is wrong with it. */
async function run(id: string, random: () => number): Promise<string[]> {
  const clock = new JumpingClock(YEAR_MS, random);
  const kept: MemoryRecords = [];
  const delays = numbers.map(() => 1 + Math.floor(random() * 2 * MONTH_MS));
  const began = clock.now();
  /** When each record was written, by the clock itself. */
  const times: number[] = [];
  const open = () => {
    const limits = { deadlineMs: 10 * YEAR_MS };
    const journal = memoryJournal(kept);
    const append: Journal['append'] = async (records, options) => {
      times.push(...records.map(() => clock.now()));
      await journal.append(records, options);
    };
    const nova = new Nova({ organisation, journal: { ...journal, append }, clock, limits });
    const running = nova.run('alarms', { delays }, { id, project: '.' }).catch(() => undefined);
    return { nova, running };
  };
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < MAX_TURNS; turns += 1) {
      await turnOfTheLoop();
      if (!clock.ring()) return;
    }
    throw new RangeError(`${id} does not come to rest`);
  };
  let { nova, running } = open();
  await settle();
  for (let count = 0; count <= JUMPS; count += 1) {
    const isLast = count === JUMPS;
    const span = random() < 0.5 ? 12 * HOUR_MS : MONTH_MS;
    const jump = isLast ? YEAR_MS : Math.floor((random() * 2 - 1) * span);
    const isDown = random() < 0.5;
    if (isDown) await nova.close();
    clock.jump(jump);
    if (isDown) ({ nova, running } = open());
    await settle();
  }
  // One that has not ended by now never will; closing tells whoever waits for it.
  await nova.close();
  const result = await running;
  return faults(id, { kept, times, delays, began, fired: result?.value as number[] | undefined });
}

function faults(
  id: string,
  {
    kept,
    times,
    delays,
    began,
    fired = [],
  }: {
    kept: MemoryRecords;
    times: readonly number[];
    delays: number[];
    began: number;
    fired: number[] | undefined;
  },
): string[] {
  const wrong: string[] = [];
  const incoming = kept
    .map(({ text }) => JSON.parse(text) as { incoming?: { kind: string } })
    .flatMap((record, at) => (record.incoming?.kind === 'timer' ? [{ at: times[at] ?? 0 }] : []));
  if (new Set(fired).size !== TIMERS || fired.length !== TIMERS)
    wrong.push(`${fired.length} of ${TIMERS} have fired: ${fired.join()}`);
  if (incoming.length !== fired.length)
    wrong.push(`${incoming.length} events for ${fired.length} timers`);
  const dueAt = (timer: number): number => began + (delays[timer] ?? 0);
  for (const [at, timer] of fired.entries()) {
    const when = incoming[at]?.at ?? 0;
    if (when < dueAt(timer)) wrong.push(`${timer} is ${dueAt(timer) - when} ms early`);
    const next = fired[at + 1];
    if (next !== undefined && dueAt(next) < dueAt(timer)) wrong.push(`${timer} before ${next}`);
  }
  return wrong.map((problem) => `${id}: ${problem}`);
}

export const clock: Part = {
  name: 'clock forward and back',
  async run({ seed, form }: Scale) {
    const random = randomBy(seed);
    const runs = form !== 'whole' ? SHORT_RUNS : RUNS;
    const wrong: string[] = [];
    for (let count = 0; count < runs; count += 1) wrong.push(...(await run(`r${count}`, random)));
    return { figures: `${runs * TIMERS} timers, ${runs * (JUMPS + 1)} jumps`, wrong };
  },
};

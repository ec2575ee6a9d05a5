// Goal: a machine of a user's own behaves under the pure step as it does as a live actor of XState, and a crash changes nothing.
// Method: random machines with nested, parallel and history states, promises, delays, children, delayed and cancelled events; the
// same events, answers and instants go to the step, to a step that is written down and restored at every instant, and to `createActor` on
// a simulated clock. After each, value, context and status of every actor, the promises begun and aborted, and the output must be equal.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  createActor,
  SimulatedClock,
  type AnyActor,
  type AnyMachineSnapshot,
  type InspectionEvent,
} from 'xstate';
import * as z from 'zod';
import { fromMachine } from 'nova-agents';
import type { Json } from '../../machines/protocol/values.ts';
import { step } from '../../src/kernel/step.ts';
import {
  systemOf,
  type Incoming,
  type Machine,
  type Outgoing,
  type System,
  type World,
  type WrittenSystem,
} from '../../src/kernel/system.ts';
import { ada, answer, fresh } from './small-world.ts';
import { EVENTS, machineOf, picker } from './guests.ts';

// The live side warns of every event that comes too late.
beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

const RUNS = Number(process.env['NOVA_RUNS'] ?? 400);
const FOREVER = 1_000_000;
const failure = { name: 'Error', message: 'no', reason: 'threw' } as const;
const none = async (): Promise<never> => new Promise(() => {});
const plain = (value: unknown): unknown =>
  value === undefined ? null : JSON.parse(JSON.stringify(value));

interface Deferred {
  readonly input: unknown;
  isOpen: boolean;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** The live side: an ordinary actor, with its promises in our hand. */
function live(tape: readonly number[]) {
  const jobs: Deferred[] = [];
  const machine = machineOf(picker(tape), (input, signal) => {
    return new Promise((resolve, reject) => {
      const job = { input, isOpen: true, resolve, reject };
      signal.addEventListener('abort', () => (job.isOpen = false));
      jobs.push(job);
    });
  });
  const clock = new SimulatedClock();
  // Where the kernel differs on purpose: the children of an actor that failed do not go on.
  const inspect = ({ type, ...told }: InspectionEvent) => {
    if (type !== '@xstate.event') return;
    const { event, sourceRef } = told as unknown as {
      event: { type: string };
      sourceRef?: AnyActor;
    };
    if (sourceRef === undefined || !event.type.startsWith('xstate.error.actor.')) return;
    const { children = {} } = sourceRef.getSnapshot() as AnyMachineSnapshot;
    for (const child of Object.values(children) as unknown as { _stop(): void }[]) child._stop();
  };
  const actor = createActor(machine, { clock, inspect, input: { n: 1 } as never });
  actor.subscribe({ error: () => {} });
  actor.start();
  return { jobs, clock, actor };
}

function shownLive(actor: AnyActor): unknown {
  const { value, context, status, children = {} } = actor.getSnapshot() as AnyMachineSnapshot;
  const inside = Object.entries(children as Record<string, AnyActor>).map(([id, child]) => [
    id,
    shownLive(child),
  ]);
  return plain({ value, context, status, children: Object.fromEntries(inside) });
}
type Kept = {
  value?: unknown;
  context?: unknown;
  status: string;
  children?: Record<string, { snapshot: Kept }>;
};
function shownKept({ value, context, status, children = {} }: Kept): unknown {
  const inside = Object.entries(children).map(([id, { snapshot }]) => [id, shownKept(snapshot)]);
  return plain({ value, context, status, children: Object.fromEntries(inside) });
}

/** The kernel's side: one run whose only actor is the machine. */
class Played {
  system: System = fresh();
  readonly begun: { id: string; input: Json }[] = [];
  readonly world: World;
  at = 0;
  outgoing: readonly Outgoing[] = [];

  constructor(tape: readonly number[]) {
    const node = fromMachine(machineOf(picker(tape), none), {
      id: 'guest',
      version: 1,
      does: 'Is random.',
      input: z.strictObject({ n: z.int() }),
      outcomes: { done: z.json() },
      deadlineMs: FOREVER,
      withinMs: FOREVER,
      events: Object.fromEntries(EVENTS.map((type) => [type, z.strictObject({})])),
      says: (output) => output as never,
    });
    const logic: Machine = node.guest;
    this.world = {
      machine: (id) => (id === 'guest' ? { version: 1, logic } : undefined),
      node: () => undefined,
      mapping: () => undefined,
      limits: { maxDeliveriesPerStep: 100, maxAttempts: 1_000, maxDeadLetters: 1_000 },
    };
    this.put({
      kind: 'started',
      machine: 'guest',
      input: { value: { n: 1 } },
      principal: ada,
      at: 0,
    });
  }
  put(incoming: Incoming): void {
    const { system, outgoing } = step(this.world, this.system, incoming);
    this.system = system;
    this.outgoing = outgoing;
    for (const item of outgoing)
      if (item.kind === 'effect' && item.effect.attempt === 1)
        this.begun.push({
          id: item.effect.id,
          input: (item.effect.params as { input: Json }).input,
        });
  }
  /** Written down, read back, taken up: the open effects are issued anew under their keys. */
  crash(): void {
    this.system = systemOf(JSON.parse(JSON.stringify(this.system)) as WrittenSystem);
    this.put({ kind: 'restored', at: this.at });
  }
  openOf(id: string): string | undefined {
    return Object.keys(this.system.effects).find((key) => this.system.effects[key]?.id === id);
  }
  get dues(): { key: string; dueAt: number; n: number }[] {
    return Object.entries(this.system.timers)
      .filter(([, { event }]) => event.type === 'delay.passed')
      .map(([key, { dueAt, event }]) => ({
        key,
        dueAt,
        n: Number((event as unknown as { n: string }).n),
      }))
      .toSorted((a, b) => a.dueAt - b.dueAt || a.n - b.n);
  }
  get standing(): { root: { snapshot: Kept }; booked: { delayed: object } } {
    return this.system.actors.get('guest')?.state.context as never;
  }
}

type Move = { readonly what: 'event' | 'done' | 'error' | 'wait'; readonly which: number };
const moves = fc.array(
  fc.record({
    what: fc.constantFrom<Move['what']>('event', 'event', 'done', 'error', 'wait', 'wait'),
    which: fc.nat(97),
  }),
  { minLength: 1, maxLength: 25 },
);
const tapes = fc.array(fc.nat(5039), { minLength: 60, maxLength: 400 });

/** Until the live side has heard what was settled. */
const heard = () => new Promise((later) => setImmediate(later));
const coverage = new Map<string, number>();
const count = (what: string) => coverage.set(what, (coverage.get(what) ?? 0) + 1);

function compare(real: ReturnType<typeof live>, played: Played, at: string): boolean {
  const { status, output } = real.actor.getSnapshot() as AnyMachineSnapshot;
  const { ended } = played.system;
  if (status === 'error') {
    count('fails');
    expect([at, ended?.outcome]).toEqual([at, 'failed']);
    return false;
  }
  const note = played.system.values.get(ended?.note?.hash ?? '');
  // Refused by name: live XState keeps two actors under one id, of which the first can be neither reached nor stopped.
  if (typeof note === 'string' && note.startsWith('two of its children')) {
    count('two children of one name');
    return false;
  }
  if (status === 'active') expect(note).toBeUndefined();
  expect({ at, ...(shownKept(played.standing.root.snapshot) as object) }).toEqual({
    at,
    ...(shownLive(real.actor) as object),
  });
  expect(played.begun.map(({ input }) => input)).toEqual(
    real.jobs.map(({ input }) => plain(input)),
  );
  expect(played.begun.map(({ id }) => played.openOf(id) !== undefined)).toEqual(
    real.jobs.map(({ isOpen }) => isOpen),
  );
  if (status !== 'done') {
    // Nothing is remembered of what was cancelled.
    expect(Object.keys(played.standing.booked.delayed)).toHaveLength(played.dues.length);
    return true;
  }
  count('ends');
  expect(ended?.outcome).toBe('done');
  expect(played.system.values.get(ended?.value?.hash ?? '')).toEqual(
    plain((output as { value: unknown }).value),
  );
  return false;
}

async function run(
  tape: readonly number[],
  script: readonly Move[],
  crashes: boolean,
): Promise<void> {
  const real = live(tape);
  const played = new Played(tape);
  let goesOn = compare(real, played, 'start');
  for (const [index, { what, which }] of script.entries()) {
    if (!goesOn) return;
    if (crashes) played.crash();
    passTo(played.at + 1, real, played);
    await act(real, played, what, which);
    goesOn = compare(real, played, `${index} ${what}`);
  }
}

function passTo(at: number, real: ReturnType<typeof live>, played: Played): void {
  played.at = at;
  real.clock.set(at);
  for (let due = played.dues[0]; due !== undefined && due.dueAt <= at; due = played.dues[0]) {
    count('delay');
    played.put({ kind: 'timer', timer: due.key, at });
  }
}

async function act(
  real: ReturnType<typeof live>,
  played: Played,
  what: Move['what'],
  which: number,
): Promise<void> {
  const open = real.jobs.flatMap(({ isOpen }, index) => (isOpen ? [index] : []));
  if (what === 'event') {
    const type = EVENTS[which % EVENTS.length] as string;
    const before = played.system.dead.length;
    played.put({ kind: 'external', to: 'guest', event: { type }, principal: ada, at: played.at });
    real.actor.send({ type, by: { id: ada.id, isRequester: true } });
    count(played.system.dead.length > before ? 'event not taken' : 'event');
  } else if (what === 'wait') {
    const [next] = played.dues;
    if (next === undefined) return;
    passTo(Math.max(played.at, next.dueAt), real, played);
  } else {
    const index = open[which % Math.max(1, open.length)];
    const job = real.jobs[index ?? -1];
    const id = played.begun[index ?? -1]?.id;
    const effectId = id === undefined ? undefined : played.openOf(id);
    if (job === undefined || effectId === undefined) return;
    count(`promise ${what === 'done' ? 'done' : 'failed'}`);
    job.isOpen = false;
    if (what === 'done') job.resolve({ got: which });
    else job.reject(failure);
    const event =
      what === 'done'
        ? { type: 'promise.done', id, output: { got: which } }
        : { type: 'promise.failed', id, error: failure };
    played.put(answer(effectId, event, played.at));
    await heard();
  }
}

test.each([false, true])(
  '11.3 as under createActor; written down and restored at every instant: %s',
  async (crashes) => {
    coverage.clear();
    await fc.assert(
      fc.asyncProperty(tapes, moves, (tape, script) => run(tape, script, crashes)),
      { numRuns: RUNS },
    );
    // Not held by seeing nothing.
    for (const what of ['event', 'delay', 'promise done', 'promise failed', 'ends', 'fails'])
      expect([what, coverage.get(what) ?? 0]).toEqual([
        what,
        expect.toSatisfy((seen) => seen > 20),
      ]);
  },
  120_000,
);

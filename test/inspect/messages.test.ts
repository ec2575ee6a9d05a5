// Goal: what an inspector is told of a run is what XState itself would tell of the same actors, and nothing more than names.
// Method: random walks through a request over teams and a gate, with every fault; the messages of each event are held
// against the inspection events of live XState actors; what comes in from outside is looked for in all of them.
import fc from 'fast-check';
import {
  createMachine,
  type AnyActorRef,
  type AnyStateMachine,
  type InspectionEvent,
} from 'xstate';
import { expect, test } from 'vitest';
import { messagesOf, type InspectMessage } from 'nova-agents/inspect';
import { spacesOf, Stepper } from 'nova-agents/verify';
import { definitionOf, veiledView } from '../../src/inspect/views.ts';
import { live } from '../../src/kernel/live.ts';
import {
  emptySystem,
  type Incoming,
  type Machine,
  type System,
  type World,
} from '../../src/kernel/system.ts';
import { statechartOf, statesWithin } from '../../visualizations/statechart.ts';
import { organisation } from '../team/support.ts';

const spaces = spacesOf(organisation, { full: true });

/** A random way through one of the spaces. */
function walk(choices: readonly number[]): { world: World; events: readonly Incoming[] } {
  const space = spaces[(choices[0] ?? 0) % spaces.length];
  if (space?.environment === undefined) throw new Error('nothing to walk through');
  const stepper = new Stepper(space.world, space.environment);
  for (const choice of choices.slice(1)) {
    const enabled = stepper.enabled();
    const next = enabled[choice % Math.max(1, enabled.length)];
    if (next !== undefined) stepper.take(next);
  }
  return { world: space.world, events: stepper.events };
}

/** The messages of each event of a run, with the system that it came to. */
function told(world: World, events: readonly Incoming[], withContext = false) {
  let system = nowhere();
  return events.map((event) => {
    const { messages, stepped } = messagesOf(world, system, event, { withContext });
    const dead = stepped.system.dead.slice(system.dead.length);
    system = stepped.system;
    return { messages, system, dead };
  });
}
const nowhere = (): System => emptySystem('local/check/main/r1', 'local/check/main');

const line = (kind: string, path: string, event = '', value: unknown = ''): string =>
  `${kind} ${path} ${event} ${JSON.stringify(value)}`;

/** XState tells of stops in an order of its own. */
const isStop = (event: { type: string }): boolean => event.type === 'xstate.stop';

function lineOf(message: InspectMessage): string[] {
  const { type, sessionId } = message;
  if (type === '@xstate.actor') return [line(type, sessionId)];
  if (isStop(message.event)) return [];
  const value = type === '@xstate.snapshot' ? message.snapshot.value : undefined;
  return [line(type, sessionId, message.event.type, value)];
}

/** The same of XState's own inspection of a live actor. */
function inspectedLine(event: InspectionEvent): string[] {
  const path = (event.actorRef as AnyActorRef).id;
  if (event.type === '@xstate.actor') return [line(event.type, path)];
  if (event.type !== '@xstate.event' && event.type !== '@xstate.snapshot') return [];
  if (isStop(event.event)) return [];
  const { value } = 'snapshot' in event ? (event.snapshot as unknown as { value: unknown }) : {};
  return [line(event.type, path, event.event.type, value)];
}

/** Without the last line that begins so. */
function without(lines: readonly string[], beginning: string): string[] {
  const at = lines.findLastIndex((one) => one.startsWith(beginning));
  return lines.filter((_, index) => index !== at);
}

test('11.1 an inspector is told what live XState actors are inspected to do, in the same order', () => {
  const seen = new Set<string>();
  const compare = (choices: readonly number[]) => {
    const { world, events } = walk(choices);
    let fromXState: string[] = [];
    const actors = live(world, nowhere(), (event) => void fromXState.push(...inspectedLine(event)));
    for (const [at, { messages, dead }] of told(world, events, true).entries()) {
      fromXState = [];
      actors.submit(events[at] as Incoming);
      let lines = messages.flatMap(lineOf);
      // What was not taken: the inspector hears of it without a snapshot; XState gives one, or is not even asked.
      for (const { to, event, reason } of dead) {
        lines = without(lines, `@xstate.event ${to} ${event.type} `);
        seen.add(reason);
        if (reason !== 'unhandled') continue;
        for (const kind of ['@xstate.event', '@xstate.snapshot'])
          fromXState = without(fromXState, `${kind} ${to} ${event.type} `);
      }
      expect(lines).toEqual(fromXState);
      for (const message of messages)
        seen.add('snapshot' in message ? message.snapshot.status : message.type);
    }
  };
  const choices = fc.array(fc.nat(1_000), { minLength: 3, maxLength: 40 });
  fc.assert(fc.property(choices, compare), { numRuns: 500 });
  // A walk that never gets anywhere would prove nothing.
  for (const what of ['active', 'done', 'error', 'stopped', 'unhandled', 'ended'])
    expect(seen).toContain(what);
});

test('an actor is told before its first event, under its path, below its parent, and ends once', () => {
  const choices = fc.array(fc.nat(1_000), { minLength: 3, maxLength: 40 });
  const property = (chosen: readonly number[]) => {
    const { world, events } = walk(chosen);
    const known = new Map<string, string>();
    for (const [at, { messages, system }] of told(world, events, true).entries()) {
      for (const message of messages) {
        const { sessionId, rootId, createdAt } = message;
        expect(system.actors.has(sessionId)).toBe(true);
        expect([rootId, createdAt]).toEqual(['request', String(events[at]?.at)]);
        const isNew = message.type === '@xstate.actor';
        const parent = isNew ? message.parentId : undefined;
        const source = message.type === '@xstate.event' ? message.sourceId : undefined;
        expect(known.has(sessionId)).toBe(!isNew);
        expect(parent === undefined ? 'active' : known.get(parent)).toBe('active');
        expect(source === undefined || known.has(source)).toBe(true);
        if (message.type === '@xstate.event') continue;
        expect(known.get(sessionId) ?? 'active').toBe('active');
        known.set(sessionId, message.snapshot.status);
      }
      for (const [path, { ended }] of system.actors)
        expect(known.get(path) === 'active').toBe(ended === undefined);
    }
  };
  fc.assert(fc.property(choices, property), { numRuns: 300 });
});

test.each(['request', 'plan', 'task', 'gate', 'team-support', 'team-desk'])(
  'the definition of %s makes a machine of the same states and transitions',
  (id) => {
    const drawn = (machine: AnyStateMachine) => {
      const { root, arrows } = statechartOf(machine);
      const states = statesWithin(root).map(({ id: state, kind, initial }) => ({
        state,
        kind,
        initial,
      }));
      return {
        states,
        arrows: arrows.map(({ source, event, targets }) => [source, event, targets]),
      };
    };
    const own = spaces[0]?.world.machine(id)?.logic as unknown as AnyStateMachine & Machine;
    const text = definitionOf(own) ?? '';
    expect(drawn(createMachine(JSON.parse(text) as object))).toEqual(drawn(own));
    expect(text.length).toBeLessThan(20_000);
  },
);

test('an event comes from whom it comes: a stop from the parent, an end from the child, a reply from outside', () => {
  const { world, events } = walk([1, 0, 1]);
  const stop: Incoming = {
    kind: 'external',
    to: 'request',
    event: { type: 'run.stopped' },
    principal: { id: 'check', proof: 'embedder' },
    at: 1,
  };
  const sources = told(world, [...events.slice(0, 1), stop], true)
    .flatMap(({ messages }) => messages)
    .flatMap((message) => (message.type === '@xstate.event' ? [message] : []))
    .map(({ event, sessionId, sourceId }) => [event.type, sessionId, sourceId]);
  expect(sources).toEqual([
    ['xstate.init', 'request', undefined],
    ['xstate.init', 'request/router', 'request'],
    ['run.stopped', 'request', undefined],
    ['stop.requested', 'request/router', 'request'],
    ['child.ended', 'request', 'request/router'],
  ]);
});

test('a node that nobody knows is told as an actor that failed', () => {
  const { world, events } = walk([0, 0, 0, 0]);
  const nobody = { ...world, node: () => undefined };
  const messages = told(nobody, events).flatMap((step) => step.messages);
  const lost = messages.filter(({ sessionId }) => sessionId === 'request/router');
  expect(lost).toMatchObject([
    { type: '@xstate.actor', snapshot: { value: null } },
    { type: '@xstate.event' },
    { type: '@xstate.snapshot', snapshot: { status: 'error', output: { reason: 'unknown_node' } } },
  ]);
});

test('6.4 nothing that came into a run is shown, in no field of any message, until it is asked for', () => {
  const secret = 'ada-lovelace-4711';
  const by = { id: secret, proof: 'os-user' } as const;
  const property = (choices: readonly number[]) => {
    const { world, events } = walk(choices);
    const { at } = events.at(-1) as Incoming;
    const say = (to: string, event: { type: string } & Record<string, unknown>): Incoming => ({
      kind: 'external',
      to,
      event,
      principal: by,
      at,
    });
    // Whoever makes a plan names its parts, and may do so by words of the request.
    const named = events.map((event) => {
      const { parts = [] } = 'event' in event ? (event.event as { parts?: { id: string }[] }) : {};
      if (parts.length === 0) return event;
      const renamed = structuredClone(event) as { event: { parts: { id: string }[] } } & Incoming;
      for (const part of renamed.event.parts) part.id = `${secret}-${part.id}`;
      return renamed;
    });
    const all = [
      ...named,
      say('request', { type: 'run.paused', [secret]: secret }),
      say('request', { type: secret, [secret]: [secret] }),
      say('request', { type: 'child.ended', [secret]: { [secret]: secret } }),
      say('request', { type: 'run.stopped' }),
    ];
    const text = (withContext: boolean) =>
      JSON.stringify(told(world, all, withContext).map(({ messages }) => messages));
    expect(text(false)).not.toContain(secret);
    expect(text(true)).toContain(secret);
  };
  const choices = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(choices, property), { numRuns: 200 });
});

test('6.3 of a context only the keys are shown that its machine declares', () => {
  const plan = spaces[0]?.world.machine('plan')?.logic;
  const context = { parts: { secret: 1 }, secret: 2, maxParallel: 3 };
  expect(veiledView.context(context, plan)).toEqual({ parts: '…', maxParallel: '…' });
  expect(veiledView.context(context, undefined)).toEqual({});
  expect(veiledView.context(null, plan)).toEqual({});
});

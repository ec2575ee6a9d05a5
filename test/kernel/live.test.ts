// Goal: live XState actors and the pure step are the same thing, and so is a system that was written down and read back.
// Method: thousands of random runs of request + task + plan + team + gate under random answers, timers, gates, stops and garbage;
// after every event all three must be equal to the byte, and everything must be accounted for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { canonical } from '../../src/kernel/canonical.ts';
import { live } from '../../src/kernel/live.ts';
import { step, type Stepped } from '../../src/kernel/step.ts';
import {
  systemOf,
  type Incoming,
  type OpenEffect,
  type System,
  type WrittenSystem,
} from '../../src/kernel/system.ts';
import { ada, eve, fresh, started, valued, world } from './small-world.ts';

const textOf = ({ system, outgoing }: Stepped): string =>
  canonical([system, outgoing] as unknown as Json);

/** In every second run one part is a team. */
let nodes: readonly string[] = ['one', 'two'];
type Pick = <T>(items: readonly [T, ...T[]] | readonly T[]) => T;

const said = (outcome: string, value: Json, meets = true) => {
  const { ref, values } = valued(`x.${outcome}`, value);
  return { event: { type: 'agent.answered', outcome, meets, value: ref }, values };
};
const plan = () => ({
  plan: { parts: nodes.map((node) => ({ id: node, node, input: { text: node } })) },
  unplaced: [],
});

/** What a host, a model or a mischief could answer to that effect. */
function replyTo(effect: OpenEffect, pick: Pick) {
  const wants = (tool: string) => {
    const { ref, values } = valued(`${tool}.input`, {});
    return { event: { type: 'tool.wanted', tool, input: ref }, values };
  };
  const inputs = nodes.map((node) => ({ node, ...valued(`${node}@1.input`, { text: node }) }));
  const accepted = {
    event: {
      type: 'plan.accepted',
      isWhole: pick([true, false]),
      parts: inputs.map(({ node, ref }) => ({ id: node, node, input: ref })),
    },
    values: Object.assign({}, ...inputs.map(({ values }) => values)) as Record<string, Json>,
  };
  const failed = {
    event: { type: pick(['agent.failed', 'tool.failed']), reason: 'threw' },
    values: {},
  };
  const returned = valued('look.output', null);
  switch (effect.kind) {
    case 'agent.turn':
      return pick([
        said('done', { n: 1 }),
        said(pick(['routed', 'several', 'none', 'planned', 'unclear', 'refused', 'composed']), {
          ...plan(),
          question: 'q',
          text: 't',
        }),
        said('planned', plan()),
        said('composed', { text: 'x', contributors: [], notDone: [] }),
        said('done', 'bad', false),
        wants(pick(['look', 'mail', 'delete-all'])),
        failed,
      ]);
    case 'tool.call':
      return pick([
        { event: { type: 'tool.returned', value: returned.ref }, values: returned.values },
        failed,
      ]);
    case 'plan.check':
      return pick([
        accepted,
        { event: { type: 'plan.refused', note: valued('note', 'no').ref }, values: {} },
      ]);
    case 'person.ask':
    case 'actor.promise':
    case 'run.begin':
    case 'schedule.look':
      return failed;
  }
}

function gateEvent(system: System, pick: Pick, at: number): Incoming {
  const gate =
    [...system.actors.keys()].find(
      (path) => system.actors.get(path)?.machine === 'gate' && !system.actors.get(path)?.ended,
    ) ?? 'request';
  const context = system.actors.get(gate)?.state.context as
    | { subject?: { hash: string } }
    | undefined;
  const words = valued('clarified', { text: 'that one' });
  const hash = pick([context?.subject?.hash ?? '', 'f'.repeat(64)]);
  const event = pick<{ type: string } & Record<string, unknown>>([
    { type: 'gate.approved', hash },
    { type: 'gate.edited', hash, value: words.ref },
    { type: 'gate.rejected', hash },
    { type: 'requester.answered', text: words.ref },
  ]);
  const to = event.type === 'requester.answered' ? 'request' : gate;
  return {
    kind: 'external',
    to,
    event,
    principal: pick([ada, ada, ada, eve]),
    at,
    values: words.values,
  };
}

function nextEvent(system: System, past: readonly Incoming[], pick: Pick, at: number): Incoming {
  const effects = Object.entries(system.effects).filter(([, { kind }]) => kind !== 'person.ask');
  const timers = Object.entries(system.timers);
  const choice = pick([
    'answer',
    'answer',
    'answer',
    'answer',
    'answer',
    'gate',
    'timer',
    'again',
    'control',
    'restored',
    'garbage',
  ]);
  const external = (type: string): Incoming => ({
    kind: 'external',
    to: 'request',
    event: { type },
    principal: ada,
    at,
  });
  if (choice === 'answer' && effects.length > 0) {
    const [effectId, effect] = pick(effects);
    return { kind: 'answer', effectId, at, ...replyTo(effect, pick) };
  }
  if (choice === 'gate') return gateEvent(system, pick, at);
  if (choice === 'timer' && timers.length > 0) {
    const [timer, { dueAt }] = pick(timers);
    return { kind: 'timer', timer, at: pick([at, Math.max(at, dueAt)]) };
  }
  if (choice === 'again' && past.length > 0) return { ...pick(past), at };
  if (choice === 'control')
    return external(pick(['run.paused', 'run.resumed', 'run.resumed', 'run.stopped']));
  if (choice === 'restored') return { kind: 'restored', at };
  return pick([
    external('child.ended'),
    { ...external('run.stopped'), to: 'request/nobody' } as Incoming,
    { kind: 'timer', timer: 'none', at } as Incoming,
  ]);
}

function checkRun(choices: readonly number[], planGate: boolean): System {
  let cursor = 0;
  nodes = (choices[1] ?? 0) % 2 === 0 ? ['one', 'two'] : ['one', 'pair'];
  const pick: Pick = (items) =>
    items[(choices[cursor++ % choices.length] ?? 0) % items.length] as never;
  const onActors = live(world, fresh());
  const past: Incoming[] = [];
  let system = fresh();
  let at = 0;
  let incoming = started(
    {
      router: 'router',
      planner: 'planner',
      composer: 'composer',
      ...(choices[0] === 1 && { verifier: 'verifier' }),
    },
    { planGate },
  );
  for (let turn = 0; turn < 36; turn += 1) {
    const written = systemOf(JSON.parse(JSON.stringify(system)) as WrittenSystem);
    const byStep = step(world, system, incoming);
    expect(textOf(step(world, written, incoming))).toBe(textOf(byStep));
    expect(textOf(onActors.submit(incoming))).toBe(textOf(byStep));
    system = byStep.system;
    const { in: came, handled } = system.accounts;
    expect(came).toBe(handled + system.dead.length);
    // What has ended leaves nothing open behind it.
    const left = system.ended === undefined ? {} : { ...system.effects, ...system.timers };
    expect(Object.keys(left)).toEqual([]);
    if (incoming.kind !== 'started') past.push(incoming);
    at = incoming.at + pick([0, 1, 400]);
    incoming = nextEvent(system, past, pick, at);
  }
  return system;
}

test(
  '11.1 live, step and a system read back from JSON are equal at quiescence',
  { timeout: 120_000 },
  () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000_000), { minLength: 40, maxLength: 120 }),
        fc.boolean(),
        (choices, planGate) => {
          const outcome = checkRun(choices, planGate).ended?.outcome ?? 'open';
          ends.set(outcome, (ends.get(outcome) ?? 0) + 1);
        },
      ),
      { numRuns: Number(process.env['NOVA_RUNS'] ?? 250) },
    );
    // A generator that never gets anywhere would prove nothing. Whole answers are rare among so much mischief.
    for (const some of [
      ['answered', 'partial'],
      ['cancelled'],
      ['refused'],
      ['failed'],
      ['expired'],
      ['open'],
    ]) {
      const count = some.reduce((sum, outcome) => sum + (ends.get(outcome) ?? 0), 0);
      expect(count, `${some.join(' or ')} of ${JSON.stringify([...ends])}`).toBeGreaterThan(0);
    }
  },
);

// Goal: a gate lets through exactly what a person who may has approved, once and in time.
// Method: the gate machine as the root of a run, asked by events that are each right in all but one thing.
import { describe, expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { step } from '../../src/kernel/step.ts';
import type { Incoming, System } from '../../src/kernel/system.ts';
import { ada, eve, fresh, valued, world } from './small-world.ts';

const subject = valued('payment', { pay: 100 });
const edited = valued('payment', { pay: 50 });
const { hash } = subject.ref;

function asked(more: Record<string, Json> = {}): System {
  const input = {
    subject: subject.ref,
    purpose: 'payment',
    deciders: [],
    proposer: 'agent:clerk',
    withinMs: 1_000,
    ...more,
  };
  return step(world, fresh(), {
    kind: 'started',
    machine: 'gate',
    input: input as unknown as Json,
    principal: ada,
    at: 0,
    values: subject.values,
  }).system;
}
function decide(
  system: System,
  event: { type: string } & Record<string, unknown>,
  principal: typeof ada | typeof eve = ada,
): System {
  const incoming: Incoming = {
    kind: 'external',
    to: 'gate',
    event,
    principal,
    at: 1,
    values: edited.values,
  };
  return step(world, system, incoming).system;
}

describe('who', () => {
  test('5.3 the requester decides where nobody is named', () => {
    expect(decide(asked(), { type: 'gate.approved', hash }, eve).ended).toBeUndefined();
    expect(decide(asked(), { type: 'gate.approved', hash }).ended).toEqual({
      outcome: 'approved',
      value: subject.ref,
    });
  });

  test('5.3 only who is named decides, and a name in the event itself counts for nothing', () => {
    const named = asked({ deciders: ['eve'] });
    expect(decide(named, { type: 'gate.approved', hash }).ended).toBeUndefined();
    const forged = { type: 'gate.approved', hash, by: { id: 'eve', isRequester: true } };
    expect(decide(named, forged).ended).toBeUndefined();
    expect(decide(named, { type: 'gate.approved', hash }, eve).ended?.outcome).toBe('approved');
  });

  test('5.3 who proposed it never decides, even where they are named or asked for it', () => {
    expect(
      decide(asked({ proposer: 'ada' }), { type: 'gate.approved', hash }).ended,
    ).toBeUndefined();
    expect(
      decide(asked({ proposer: 'ada', deciders: ['ada'] }), { type: 'gate.approved', hash }).ended,
    ).toBeUndefined();
  });
});

describe('what', () => {
  test('5.2 an approval counts for its content only, and once', () => {
    const wrong = decide(asked(), { type: 'gate.approved', hash: edited.ref.hash });
    expect([wrong.ended, wrong.dead.at(-1)?.reason]).toEqual([undefined, 'unhandled']);
    const twice = decide(decide(asked(), { type: 'gate.approved', hash }), {
      type: 'gate.rejected',
      hash,
    });
    expect([twice.ended?.outcome, twice.dead.at(-1)?.reason]).toEqual(['approved', 'ended']);
  });

  test('5.5 an edited content takes the place of the one that was asked about', () => {
    const changed = decide(asked(), { type: 'gate.edited', hash, value: edited.ref });
    expect(changed.ended).toEqual({ outcome: 'edited', value: edited.ref });
  });

  test('a rejection is an outcome with its reason', () => {
    const note = valued('note', 'too much').ref;
    expect(decide(asked(), { type: 'gate.rejected', hash, note }).ended).toEqual({
      outcome: 'rejected',
      reason: 'rejected',
      note,
    });
  });
});

test('5.4 nobody decides in time: expired, and a late approval is a dead letter', () => {
  const open = asked();
  const [timer = ''] = Object.keys(open.timers);
  const late = step(world, open, { kind: 'timer', timer, at: 1_000 }).system;
  expect(late.ended).toEqual({ outcome: 'expired', reason: 'deadline' });
  expect(decide(late, { type: 'gate.approved', hash }).dead.at(-1)?.reason).toBe('ended');
});

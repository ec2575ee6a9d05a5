// Goal: where several decide, only as many different principals, of one content, in time, let anything happen.
// Method: the gate machine as the root of a run; decisions that are each right in all but one thing, one after the other.
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../machines/gate/rules.ts';
import type { Decision, GateContext } from '../../machines/gate/schemas.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { step } from '../../src/kernel/step.ts';
import type { System } from '../../src/kernel/system.ts';
import { ada, fresh, valued, world } from './small-world.ts';

const subject = valued('payment', { pay: 100 });
const edited = valued('payment', { pay: 50 });
const note = valued('note', 'because').ref;
const [old, now] = [subject.ref.hash, edited.ref.hash];
const three = { deciders: ['ann', 'bob', 'cy'], quorum: 2 };

/** A gate as it asks, and what is said to it, one after the other; who says it stands before what. */
function gate(more: Record<string, Json>, ...said: (readonly [string, Record<string, unknown>])[]) {
  const input = {
    subject: subject.ref,
    purpose: 'payment',
    proposer: 'team:shop',
    withinMs: 1_000,
    ...more,
  };
  const values = { ...subject.values, ...edited.values };
  const started = {
    kind: 'started',
    machine: 'gate',
    input,
    principal: ada,
    at: 0,
    values,
  } as const;
  let system = step(world, fresh(), { ...started, input: input as unknown as Json }).system;
  for (const [who, event] of said) system = say(system, who, event);
  return system;
}
function say(system: System, who: string, event: Record<string, unknown>, at = 1): System {
  if (who === 'time') {
    const [timer = ''] = Object.keys(system.timers);
    return step(world, system, { kind: 'timer', timer, at: system.timers[timer]?.dueAt ?? at })
      .system;
  }
  return step(world, system, {
    kind: 'external',
    to: 'gate',
    event: event as { type: string },
    principal: { id: who, proof: 'token' },
    at,
  }).system;
}
const yes = (hash = old, round = 1) => ({ type: 'gate.approved', hash, round });
const no = (hash = old, round = 1) => ({ type: 'gate.rejected', hash, round, note });
const edit = (round = 1) => ({ type: 'gate.edited', hash: old, round, value: edited.ref });
const hand = (to: string, round = 1) => ({ type: 'gate.delegated', hash: old, round, to });
const time = ['time', {}] as const;
const how = ({ ended, dead }: System) => [ended?.outcome, ended?.reason, dead.length];

describe('how many', () => {
  test('5.7 a quorum is as many different principals: one who says it twice is one', () => {
    expect(how(gate(three, ['ann', yes()]))).toEqual([undefined, undefined, 0]);
    expect(how(gate(three, ['ann', yes()], ['ann', yes()]))).toEqual([undefined, undefined, 1]);
    const passed = gate(three, ['ann', yes()], ['cy', { ...yes(), note }]);
    expect(passed.ended).toEqual({ outcome: 'approved', value: subject.ref, note });
    expect(how(gate(three, ['ann', yes()], ['eve', yes()]))).toEqual([undefined, undefined, 1]);
  });

  test('5.7 one rejection ends it, or, where it says so, that too few are left', () => {
    expect(how(gate(three, ['ann', yes()], ['bob', no()]))).toEqual(['rejected', 'rejected', 0]);
    const outvoted = { ...three, rejects: 'unreachable' };
    expect(how(gate(outvoted, ['bob', no()]))).toEqual([undefined, undefined, 0]);
    expect(how(gate(outvoted, ['bob', no()], ['ann', yes()], ['cy', yes()]))[0]).toBe('approved');
    expect(how(gate(outvoted, ['bob', no()], ['ann', no()]))[0]).toBe('rejected');
    expect(gate(outvoted, ['bob', no()], ['ann', no()]).ended?.note).toEqual(note);
  });

  test('5.5 an edit asks anew: who edits stands for it, and what was said of the old content counts no more', () => {
    const anew = gate(three, ['ann', yes()], ['bob', edit()]);
    expect(how(anew)).toEqual([undefined, undefined, 0]);
    expect(how(say(anew, 'cy', yes()))).toEqual([undefined, undefined, 1]);
    expect(how(say(anew, 'bob', yes(now, 2)))).toEqual([undefined, undefined, 1]);
    expect(say(anew, 'ann', yes(now, 2)).ended).toEqual({ outcome: 'edited', value: edited.ref });
    // The same bytes again are another round: an approval of the first one does not come back to life.
    const back = say(anew, 'ann', { type: 'gate.edited', hash: now, round: 2, value: subject.ref });
    expect(how(say(back, 'cy', yes(old, 1)))).toEqual([undefined, undefined, 1]);
    expect(say(back, 'cy', yes(old, 3)).ended).toEqual({ outcome: 'edited', value: subject.ref });
  });

  test('5.5 it is edited at most as often as it says', () => {
    const one = { ...three, edits: 1 };
    const again = { type: 'gate.edited', hash: now, round: 2, value: subject.ref };
    expect(how(gate(one, ['ann', edit()], ['bob', again]))).toEqual([undefined, undefined, 1]);
  });
});

describe('who', () => {
  const handing = { deciders: ['ann', 'bob'], quorum: 2, delegation: { max: 2 } };

  test('5.8 who is handed the right has it instead, once', () => {
    const handed = gate(handing, ['ann', hand('dan')]);
    expect(how(say(handed, 'ann', yes()))).toEqual([undefined, undefined, 1]);
    expect(how(say(say(handed, 'dan', yes()), 'bob', yes()))).toEqual(['approved', undefined, 0]);
    const solo = gate({ deciders: [], delegation: { max: 1 } }, ['ada', hand('dan')]);
    expect(how(say(solo, 'ada', yes()))).toEqual([undefined, undefined, 1]);
    expect(how(say(solo, 'dan', yes()))[0]).toBe('approved');
  });

  test.each([
    ['where the gate does not let them', three, [['ann', hand('dan')]]],
    ['who has none', handing, [['eve', hand('dan')]]],
    [
      'who has used it',
      handing,
      [
        ['ann', yes()],
        ['ann', hand('dan')],
      ],
    ],
    ['to the proposer', handing, [['ann', hand('team:shop')]]],
    ['to themselves', handing, [['ann', hand('ann')]]],
    ['to who has one', handing, [['ann', hand('bob')]]],
    [
      'in a circle',
      handing,
      [
        ['ann', hand('dan')],
        ['dan', hand('ann')],
      ],
    ],
    [
      'beyond the bound',
      { ...handing, delegation: { max: 1 } },
      [
        ['ann', hand('dan')],
        ['bob', hand('eve')],
      ],
    ],
    [
      'to a stranger to the list',
      { ...handing, delegation: { max: 1, to: ['dan'] } },
      [['ann', hand('eve')]],
    ],
  ] as const)('5.8 no right is handed on: %s', (_, terms, said) => {
    const system = gate(terms as unknown as Record<string, Json>, ...said);
    expect(how(system)).toEqual([undefined, undefined, 1]);
  });

  test('5.3 the proposer never decides: not when named, when handed the right, or when others are asked', () => {
    const proposer = { proposer: 'ann' };
    expect(how(gate({ ...three, ...proposer }, ['ann', yes()]))[2]).toBe(1);
    const escalated = {
      ...proposer,
      deciders: ['bob'],
      escalation: [{ deciders: ['ann'], withinMs: 500 }],
    };
    expect(how(gate(escalated, time, ['ann', yes(old, 2)]))).toEqual([undefined, undefined, 1]);
    const event = { ...yes(), by: { id: 'ann', isRequester: true } };
    const context = {
      ...(gate({ ...three, ...proposer }).actors.get('gate')?.state.context as object),
    };
    expect(refusalOf(context as GateContext, event as Decision)).toBe('proposer');
  });
});

describe('until when', () => {
  const boss = { escalation: [{ deciders: ['boss'], withinMs: 500 }] };

  test('5.4 when time is up the next are asked anew, in their own time', () => {
    const first = gate({ ...three, ...boss }, ['ann', yes()]);
    const [effect = ''] = Object.keys(first.effects);
    const asked = say(first, 'time', {});
    expect(Object.keys(asked.effects)).not.toContain(effect);
    expect(Object.values(asked.timers).map(({ dueAt }) => dueAt)).toEqual([1_500]);
    expect(how(say(asked, 'bob', yes(old, 2)))).toEqual([undefined, undefined, 1]);
    // What was on its way to the first round comes too late, even from one who may decide now.
    expect(how(say(asked, 'boss', yes(old, 1)))).toEqual([undefined, undefined, 1]);
    expect(how(say(asked, 'boss', yes(old, 2)))[0]).toBe('approved');
  });

  test('5.4 nobody is left: it ends as it declares, and an approval after that is a dead letter', () => {
    const expired = gate({ ...three, ...boss }, time, time);
    expect(how(expired)).toEqual(['expired', 'deadline', 0]);
    expect(say(expired, 'boss', yes(old, 2)).dead.at(-1)?.reason).toBe('ended');
    expect(how(gate({ ...three, expires: 'rejected' }, ['ann', yes()], time))).toEqual([
      'rejected',
      'deadline',
      0,
    ]);
  });
});

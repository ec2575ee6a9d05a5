// Goal: what was not taken stays, is delivered again at most once and as what it was, and is never dropped for lack of room.
// Method: every way of four moves through a request that gets such letters; then messages between two runs, by hand.
import { describe, expect, test } from 'vitest';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type System } from '../../src/kernel/system.ts';
import { walkLetters } from '../verify/mutants/letters.ts';
import { tell, wishing, world } from './odd-machines.ts';
import { ada, eve, scope } from './small-world.ts';

test('10.8, 10.9 no way of four moves loses a letter, delivers one twice, or goes on over the limit', () => {
  expect(walkLetters(step)).toEqual({ states: expect.any(Number) });
});

const A = `${scope}/a`;
const B = `${scope}/b`;
const again = (letter: number): Incoming => ({
  kind: 'redelivered',
  letter,
  event: { type: 'word.told', id: 'one', from: A } as { type: string },
  principal: eve,
  at: 5,
});
const reasons = ({ dead, accounts }: System): string[] => {
  expect(accounts.in).toBe(accounts.handled + dead.length);
  return dead.map(({ reason }) => reason);
};

describe('10.8 messages between runs', () => {
  const begun = step(world, emptySystem(A, scope), wishing([tell(`${B}#wisher`, 'one')])).system;

  test('10.8 one to a run that was not there is told anew, under a number of its own, once', () => {
    const lost = { kind: 'arrived', run: B, seq: 1, isLost: true, at: 2 } as const;
    const { system } = step(world, begun, lost);
    expect(system.dead).toMatchObject([{ reason: 'no_run', to: `${B}#wisher` }]);
    const told = step(world, system, again(1));
    expect(told.outgoing).toMatchObject([
      { kind: 'tell', tell: { run: B, actor: 'wisher', seq: 2, event: { id: 'one' } } },
    ]);
    const twice = step(world, told.system, again(1));
    expect(twice.outgoing).toEqual([]);
    expect(reasons(twice.system)).toEqual(['no_run', 'not_again']);
  });

  test('10.8 one for an actor that was not there yet is taken when it is', () => {
    const before = step(world, emptySystem(B, scope), wishing([])).system;
    const event = { type: 'word.told', id: 'one' } as { type: string };
    const told = { kind: 'told', from: A, seq: 1, after: 0, to: 'wisher/x', event, at: 3 } as const;
    const { system } = step(world, before, told);
    expect(reasons(system)).toEqual(['no_actor']);
    const there = {
      ...system,
      actors: system.actors.with('wisher/x', system.actors.get('wisher')!),
    };
    const after = step(world, there, again(1)).system;
    expect(reasons(after)).toEqual(['no_actor']);
    expect(after.dead[0]).toMatchObject({ again: after.seq, kind: 'told' });
    expect(after.actors.get('wisher/x')?.state.context).toMatchObject({ heard: ['word.told one'] });
  });
});

test('10.8 nothing is delivered again that came from inside, twice, too early or to whom has ended', () => {
  const begun = step(world, emptySystem(B, scope), wishing([])).system;
  const at = 1;
  const stray: Incoming[] = [
    { kind: 'answer', effectId: 'x.1', event: { type: 'tool.returned' }, at },
    { kind: 'timer', timer: 'x', at },
    { kind: 'external', to: 'wisher', event: { type: 'child.ended' }, principal: ada, at },
    { kind: 'told', from: A, seq: 2, after: 1, to: '', event: { type: 'word.told' }, at },
  ];
  const full = stray.reduce((system, incoming) => step(world, system, incoming).system, begun);
  const why = ['effect_closed', 'not_due', 'wrong_kind', 'told_early'];
  expect(reasons(full)).toEqual(why);
  const tried = [1, 2, 3, 4, 5, 99].reduce(
    (system, letter) => step(world, system, again(letter)).system,
    full,
  );
  expect(reasons(tried)).toEqual([...why, ...Array.from({ length: 6 }, () => 'not_again')]);
});

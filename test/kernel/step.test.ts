// Goal: the kernel keeps its rules whatever the machines in it do.
// Method: machines that misbehave in one way each, driven by single events; what stays in the system is looked at.
import { describe, expect, test } from 'vitest';
import type { Wish } from '../../machines/protocol/effects.ts';
import { mayRead, scopeOf } from '../../machines/protocol/scope.ts';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type Outgoing, type System } from '../../src/kernel/system.ts';
import { person, spawn, THROWS, wishing, work, world } from './odd-machines.ts';
import { ada, answer, eve, fresh, openOf, scope, valued } from './small-world.ts';

class Run {
  system: System = fresh();
  outgoing: readonly Outgoing[] = [];

  put(incoming: Incoming): this {
    ({ system: this.system, outgoing: this.outgoing } = step(world, this.system, incoming));
    const { in: came, handled } = this.system.accounts;
    expect(came).toBe(handled + this.system.dead.length);
    return this;
  }
  go(to = 'wisher', at = 1): this {
    return this.put({ kind: 'external', to, event: { type: 'go.asked' }, principal: ada, at });
  }
  heard(path = 'wisher'): readonly string[] {
    const context = this.system.actors.get(path)?.state.context as {
      heard?: readonly string[];
    } | null;
    return context?.heard ?? [];
  }
  get reasons(): string[] {
    return this.system.dead.map(({ reason }) => reason);
  }
}
const done = { type: 'work.done' };

describe('ends', () => {
  test.each(THROWS)('1.3 a throw in the %s ends that actor only, and the step commits', (where) => {
    const run = new Run().put(wishing([spawn('bad', `throws-${where}`), spawn('good', 'wisher')]));
    run.go('wisher/bad');
    expect(run.system.actors.get('wisher/bad')?.ended).toMatchObject({
      outcome: 'failed',
      reason: 'defect',
    });
    expect(run.heard()).toEqual(['child.ended bad failed defect']);
    expect(run.system.actors.get('wisher/good')?.ended).toBeUndefined();
    expect(run.system.ended).toBeUndefined();
  });

  test('1.4 an actor that ends takes effects, timers and descendants with it, and its parent is told once', () => {
    const inner = spawn('inner', 'wisher', { first: [work('deep')] });
    const child = spawn('child', 'wisher', { first: [work('own'), person, inner] });
    const run = new Run().put(wishing([child]));
    expect(Object.keys(run.system.effects)).toHaveLength(3);
    run.put({
      kind: 'external',
      to: 'wisher/child',
      event: { type: 'end.asked' },
      principal: ada,
      at: 1,
    });
    expect(run.system.effects).toEqual({});
    expect(run.system.timers).toEqual({});
    expect(run.system.actors.get('wisher/child/inner')?.ended?.outcome).toBe('cancelled');
    expect(run.outgoing.filter(({ kind }) => kind === 'abort')).toHaveLength(3);
    expect(run.heard()).toEqual(['child.ended child done']);
  });

  test('1.5 a machine or a node that nobody knows comes back as failed', () => {
    const hand: Wish = { type: 'hand', params: { id: 'b', node: 'nobody', input: { literal: 1 } } };
    const run = new Run().put(wishing([spawn('a', 'nothing'), hand]));
    expect(run.heard()).toEqual([
      'child.ended a failed unknown_machine',
      'child.ended b failed unknown_node',
    ]);
  });

  test.each(['a/b', 'a#b', '', 'a b'])('3.1 a child cannot be called %j', (id) => {
    const run = new Run().put(wishing([spawn(id, 'wisher')]));
    expect(run.system.ended).toMatchObject({ outcome: 'failed', reason: 'defect' });
  });

  test('3.1 a second child under one id, even of one that has ended, is a defect', () => {
    const run = new Run().put(wishing([spawn('a', 'nothing')], [spawn('a', 'wisher')])).go();
    expect(run.system.ended).toMatchObject({ outcome: 'failed', reason: 'defect' });
  });
});

describe('bounds', () => {
  test('7.1 two actors that call each other for ever end the run as livelock, and every letter is accounted for', () => {
    const ball = (path: string): Wish => ({
      type: 'send',
      params: { to: { path }, event: { type: 'ball.thrown' } },
    });
    const child = spawn('wall', 'wisher', { later: [ball('wisher')] });
    const run = new Run().put(wishing([child], [ball('wisher/wall')])).go();
    expect(run.system.ended).toMatchObject({ outcome: 'failed', reason: 'livelock' });
    expect(run.reasons).toEqual(['undelivered']);
  });

  test('7.3 an effect without an answer expires, its actor is told, and a late answer is a dead letter', () => {
    const run = new Run().put(wishing([work('slow')]));
    const effectId = openOf(run.system, 'tool.call');
    const timer = `effect:${effectId}`;
    run.put({ kind: 'timer', timer, at: 99 });
    expect(run.heard()).toEqual([]);
    run.put({ kind: 'timer', timer, at: 100 }).put({ kind: 'timer', timer, at: 101 });
    expect(run.heard()).toEqual(['effect.expired slow']);
    run.put(answer(effectId, done, 102));
    expect(run.reasons).toEqual(['not_due', 'not_due', 'effect_closed']);
  });

  test('7.4 a work timer stands still while a person is asked below it, and runs on with what was left', () => {
    const timer = (work_: boolean): Wish => ({
      type: 'timer',
      params: { id: work_ ? 'work' : 'wall', delayMs: 1_000, event: done, work: work_ },
    });
    const run = new Run().put(
      wishing([timer(true), timer(false)], [spawn('child', 'wisher', { first: [person] })]),
    );
    run.go('wisher', 400);
    run.put({ kind: 'timer', timer: 'wisher:work', at: 5_000 });
    expect(run.reasons).toEqual(['not_due']);
    run.put({
      kind: 'external',
      to: 'wisher/child',
      event: { type: 'end.asked' },
      principal: ada,
      at: 6_000,
    });
    expect(run.system.timers['wisher:work']).toMatchObject({ dueAt: 6_600 });
    expect(run.system.timers['wisher:wall']).toMatchObject({ dueAt: 1_000 });
  });

  test('7.5, 9.2 a restart issues open effects as a new attempt under the same key, at most maxAttempts times', () => {
    const run = new Run().put(wishing([work('task')]));
    const first = openOf(run.system, 'tool.call');
    run.put({ kind: 'restored', at: 10 });
    const second = openOf(run.system, 'tool.call');
    expect([first.slice(0, -2), first.slice(-2), second.slice(-2)]).toEqual([
      second.slice(0, -2),
      '.1',
      '.2',
    ]);
    run.put(answer(first, done, 11));
    expect(run.reasons).toEqual(['effect_closed']);
    run.put({ kind: 'restored', at: 20 }).put({ kind: 'restored', at: 30 });
    expect(run.heard()).toEqual(['effect.expired task']);
    expect(run.system.effects).toEqual({});
  });
});

describe('labels', () => {
  const foreign = { ...valued('secret', 'x').ref, scope: 'local/other/main' };
  const leaks: Record<string, Wish> = {
    send: {
      type: 'send',
      params: {
        to: { path: 'wisher' },
        event: { type: 'ball.thrown', ref: foreign } as { type: string },
      },
    },
    spawn: spawn('child', 'wisher', { deep: [{ ref: foreign }] }),
    handoff: {
      type: 'hand',
      params: { id: 'child', node: 'one', input: { record: { text: { ref: foreign } } } },
    },
    effect: work('leak', { list: [{ ref: foreign }] }),
  };
  test.each(Object.entries(leaks))(
    '6.1 a foreign value in a %s ends the actor, and nothing of it leaves',
    (_, leak) => {
      const run = new Run().put(wishing([], [leak])).go();
      expect(run.system.ended).toMatchObject({ outcome: 'failed', reason: 'leak' });
      expect(run.outgoing.map(({ kind }) => kind)).toEqual(['ended']);
      expect(run.system.effects).toEqual({});
    },
  );

  test('6.2 a scope reads itself and its ancestors, never below, beside, or public', () => {
    const readable = ['t', 't/p', 't/p/b'].map((label) => mayRead('t/p/b', label));
    const closed = ['t/p/b/c', 't/p/b2', 't/q', 'u', 'public', ''].map((label) =>
      mayRead('t/p/b', label),
    );
    expect([...readable, ...closed]).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(mayRead('public', 'public')).toBe(true);
    expect(mayRead('public/x', 'public')).toBe(false);
    expect(scopeOf('local', 'a/b', 'feature/x y#z')).toBe('local/a%2Fb/feature%2Fx%20y%23z');
    expect(scopeOf('local', '..', '')).toBe('local/../-');
    expect(emptySystem('a/b', scope).scope).toBe(scope);
  });
});

describe('accounts', () => {
  test('10.3 an internal event or an answer cannot be submitted from outside, nor an answer of another kind given', () => {
    const run = new Run().put(wishing([work('task')]));
    for (const type of ['child.ended', 'work.done', 'ball.thrown', 'no.such'])
      run.put({ kind: 'external', to: 'wisher', event: { type }, principal: eve, at: 1 });
    run.put(answer(openOf(run.system, 'tool.call'), { type: 'go.asked' }, 1));
    expect(run.reasons).toEqual(Array.from({ length: 5 }, () => 'wrong_kind'));
    expect(Object.keys(run.system.effects)).toHaveLength(1);
  });

  test('10.1, 10.2 answers count once, only while their effect is open', () => {
    const run = new Run().put(wishing([work('task')]));
    const effectId = openOf(run.system, 'tool.call');
    run
      .put(answer(effectId, done, 1))
      .put(answer(effectId, done, 2))
      .put(answer('nonsense', done, 3));
    expect(run.heard()).toEqual(['work.done']);
    expect(run.reasons).toEqual(['effect_closed', 'effect_closed']);
  });

  test('10.4 what comes for nobody, or after the end, is a dead letter with its reason', () => {
    const run = new Run().put(wishing([])).go('wisher/nobody');
    run
      .put({ kind: 'external', to: 'wisher', event: { type: 'end.asked' }, principal: ada, at: 1 })
      .go();
    run.put(wishing([]));
    expect(run.reasons).toEqual(['no_actor', 'ended', 'wrong_kind']);
    expect(run.system.ended?.outcome).toBe('done');
  });
});

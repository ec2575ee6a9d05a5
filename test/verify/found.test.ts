// Goal: what exploration has found in the machines stays mended.
// Method: the shortest ways to each defect, as they were found, are looked up in the space and taken by step.
import { describe, expect, test } from 'vitest';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type System, type World } from '../../src/kernel/system.ts';
import { cellsOf, remembered, type Memory } from '../../src/verify/space/control.ts';
import { movesAt, saidToRoot, type Environment } from '../../src/verify/space/environment.ts';
import { exact } from '../../src/verify/space/projection.ts';
import { incomingOf, nameOf } from '../../src/verify/space/trace.ts';
import { space } from './small-space.ts';

/** Takes a way by the names of its moves. */
function taken(
  { world, environment }: { world: World; environment: Environment },
  names: readonly string[],
): System {
  const [beginning] = environment.systems;
  if (beginning === undefined) throw new Error('no system');
  let at = 0;
  let memory: Memory = new Map();
  const empty = emptySystem(beginning.run, beginning.scope);
  let { system } = step(world, empty, beginning.started);
  for (const name of names) {
    const cells = cellsOf(system, memory, exact);
    const moves = [...cells].flatMap(([path, cell]) => movesAt(environment, path, cell));
    const all = [...moves, ...saidToRoot(environment, 'request')];
    const move = all.find((candidate) => nameOf(candidate) === name);
    if (move === undefined) throw new Error(`${name} is none of ${all.map(nameOf).join(', ')}`);
    const incoming = incomingOf(system, move, at);
    ({ at } = incoming);
    const before = system;
    ({ system } = step(world, system, incoming));
    memory = remembered(memory, before, system);
  }
  return system;
}

describe('a request', () => {
  test('1 that is paused at work ends at its deadline', () => {
    const small = space({ roles: ['router'], tools: [] });
    const { ended } = taken(small, [
      'request/router turn-1.1 says routed',
      'request check.1 accepts the plan',
      'request run.paused',
      'request deadline passes',
    ]);
    expect(ended).toMatchObject({ outcome: 'expired', reason: 'deadline' });
  });

  test('7 that is paused while it composes after its deadline still has one', () => {
    const small = space({ roles: ['router', 'composer'], tools: [] });
    const way = [
      'request/router turn-1.1 says routed',
      'request check.1 accepts the plan',
      'request deadline passes',
      'request run.paused',
      'request/composer turn-1.1 says composed',
    ];
    const waiting = taken(small, way);
    expect(waiting.ended).toBeUndefined();
    expect(Object.keys(waiting.timers)).toEqual(['request:deadline']);
    const { ended } = taken(small, [...way, 'request deadline passes']);
    expect(ended).toMatchObject({ outcome: 'expired' });
  });

  const composed = ['request/router turn-1.1 says none', 'request/composer turn-1.1 says composed'];
  const objected = 'request/verifier turn-1.1 says objected';
  const rejected = 'request/release-gate the person rejects';
  test.each([
    { is: 'objected to', way: ['request run.paused', objected] },
    { is: 'rejected', way: [objected, 'request run.paused', rejected] },
  ])('5 whose answer was $is does not give it out at its deadline', ({ way }) => {
    const small = space({ roles: ['router', 'composer', 'verifier'], tools: [] });
    const { ended, actors } = taken(small, [...composed, ...way, 'request deadline passes']);
    const answer = actors.get('request/composer')?.ended?.value?.hash;
    expect(answer).toBeDefined();
    expect(ended).toMatchObject({ outcome: 'expired', reason: 'deadline' });
    expect(ended?.value?.hash).not.toBe(answer);
  });

  test('9 does not take a late check of the first plan for one of the edited', () => {
    const small = space({ roles: ['router'], planGate: true, tools: [] });
    const { dead, actors, effects } = taken(small, [
      'request/router turn-1.1 says routed',
      'request check.1 accepts the plan',
      'request/plan-gate the person edits',
      'request check.1 late accepts the plan',
    ]);
    expect(dead.map(({ reason }) => reason)).toEqual(['effect_closed']);
    expect(actors.get('request/plan')).toBeUndefined();
    expect(Object.values(effects).map(({ id }) => id)).toEqual(['check-edited']);
  });
});

test('7 a task in its last turn asks nobody for a tool whose result it could not use', () => {
  const small = space({ roles: ['router'], maxTurns: 1, tools: ['mail'] });
  const { ended, actors } = taken(small, [
    'request/router turn-1.1 says routed',
    'request check.1 accepts the plan',
    'request/plan/one turn-1.1 wants mail',
  ]);
  expect([...actors.keys()].filter((path) => path.includes('gate'))).toEqual([]);
  expect(actors.get('request/plan/one')?.ended).toMatchObject({
    outcome: 'failed',
    reason: 'turns',
  });
  expect(ended).toMatchObject({ outcome: 'failed' });
});

// Goal: what is proved of teams and plans over contracts holds of them over whole tasks.
// Method: everything that a parent can tell of a task, over its whole space, is compared with what any node keeps to; defects
// sown into the task must show.
import { expect, test } from 'vitest';
import { behaviourOf } from '../../src/verify/refinement.ts';
import { taskRefinement } from '../../src/verify/task-refinement.ts';
import { machineChanged, part, remove, set } from './mutants/mutant.ts';
import { space } from './small-space.ts';

test('1, 8 a task refines its contract, and what stands for it where teams are checked does all of it', () => {
  expect(taskRefinement()).toEqual([]);
});

test.each([
  [
    'a stop is not taken while a person is asked',
    /asks, is stopped: goes on/,
    machineChanged('task', (config) =>
      set(part(config, 'states', 'permitting', 'on'), 'stop.requested', { actions: [] }),
    ),
  ],
  [
    'an outcome that nobody declared',
    /does what no node may: works, ends: lost/,
    machineChanged('task', (config) =>
      set(part(config, 'on', 'deadline.passed', 'actions'), 'params', { outcome: 'lost' }),
    ),
  ],
  [
    'a task that has no deadline of its own and never hangs',
    /never does: works, ends: expired/,
    machineChanged('task', (config) => {
      remove(config, 'entry');
      remove(part(config, 'states', 'thinking', 'on'), 'effect.expired');
      remove(part(config, 'states', 'calling', 'on'), 'effect.expired');
    }),
  ],
])('the refinement tells: %s', (_, fault, change) => {
  expect(taskRefinement(change).join('; ')).toMatch(fault);
});

test('a space that is not seen whole proves nothing', () => {
  const { world, environment } = space({});
  expect(() => behaviourOf(world, environment, 'request/plan/one', { states: 10 })).toThrow(
    /more than 10 states/,
  );
});

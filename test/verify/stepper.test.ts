// Goal: a request can be stepped through by hand, by the same steps that the explorer takes, and back again.
// Method: a way is chosen by names; every enabled move of a walk is tried; the command is fed a file of numbers.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { organisation } from 'nova-agents/agents';
import { spacesOf, Stepper } from 'nova-agents/verify';
import { canonical } from '../../src/kernel/canonical.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { emptySystem, type World } from '../../src/kernel/system.ts';
import { step } from '../../src/kernel/step.ts';

function stepper(): { walk: Stepper; world: World } {
  const [space] = spacesOf(organisation, { full: true });
  if (space?.environment === undefined) throw new Error('nothing to step through');
  return { walk: new Stepper(space.world, space.environment), world: space.world };
}
function take(walk: Stepper, name: RegExp): void {
  const found = walk.enabled().find((one) => name.test(one.name));
  if (found === undefined)
    throw new Error(
      `${name} is not among ${walk
        .enabled()
        .map((one) => one.name)
        .join(', ')}`,
    );
  walk.take(found);
}
const text = (value: unknown) => canonical(value as Json);

test('a way through a whole request ends as it should, and its events fold to the same system', () => {
  const { walk, world } = stepper();
  take(walk, /says recalled/);
  take(walk, /says routed/);
  take(walk, /accepts the plan/);
  take(walk, /part-\S+ turn-1.1 says (?!refused)/);
  take(walk, /part-\S+ turn-1.1 says (?!refused)/);
  take(walk, /composer .* says composed/);
  take(walk, /verifier .* says accepted/);
  expect(walk.system.ended?.outcome).toBe('answered');
  const folded = walk.events.reduce(
    (system, event) => step(world, system, event).system,
    emptySystem('local/check/main/r1', 'local/check/main'),
  );
  expect(text(folded)).toBe(text(walk.system));
});

test('whatever is enabled can be taken and taken back, without a trace', () => {
  const { walk } = stepper();
  take(walk, /says recalled/);
  take(walk, /says routed/);
  take(walk, /accepts the plan/);
  const before = text(walk.system);
  const enabled = walk.enabled();
  expect(enabled.length).toBeGreaterThan(10);
  for (const one of enabled) {
    walk.take(one);
    expect(walk.back()).toBe(true);
    expect(text(walk.system)).toBe(before);
  }
  expect(walk.enabled()).toEqual(enabled);
  while (walk.back());
  expect(walk.names).toEqual(['it begins']);
});

test('the command takes numbers, steps back, tells the way, and refuses nonsense', () => {
  const args = [
    '--conditions=nova-source',
    'src/cli/main.ts',
    'explore',
    'test/team/support.ts',
    '--of',
    'team support',
  ];
  const run = (input: string, ...more: string[]) =>
    spawnSync(process.execPath, [...args, ...more], { input, encoding: 'utf8' });
  const { status, stdout } = run('2\nx\nb\n2\nw\nq\n');
  expect(status).toBe(0);
  expect(stdout).toContain('request/router  thinking');
  expect(stdout).toContain('a number takes it');
  expect(stdout).toMatch(/0\. it begins\n1\. request\/router turn-1\.1 says routed/);
  const wrong = run('', '--of', 'team nobody');
  expect([wrong.status, wrong.stderr]).toEqual([64, expect.stringContaining('team support')]);
});

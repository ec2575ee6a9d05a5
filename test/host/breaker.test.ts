// Goal: a breaker opens after exactly so many failures in a row, lets nothing through while it is open, then one call at
// a time, and closes after one that succeeds.
// Method: every sequence of calls, ends and waits, until nothing new can come, against a few lines that say what a breaker is;
// each seeded defect must be found by that. The machine alone goes along all of its transitions.
import { createMachine } from 'xstate';
import { expect, test } from 'vitest';
import { breakerMachine } from '../../machines/breaker.ts';
import { Breaker, breakerLogic } from '../../src/host/breaker.ts';
import { Restarts } from '../../src/host/restarts.ts';
import type { Machine } from '../../src/kernel/system.ts';
import { lint } from '../../src/verify/lint/lint.ts';
import { paths } from '../../src/verify/paths/paths.ts';
import { limits, walk } from './breaker-walk.ts';

test('7.11 whatever calls come to, and in whatever order', () => {
  expect(walk()).toEqual({ stands: 42, depth: 17 });
});

test('7.11 a clock that is set back keeps nothing away for longer', () => {
  let now = 1_000;
  const clock = { now: () => now };
  const breaker = new Breaker(clock, { failures: 1, openMs: 10 });
  breaker.begin()?.('failed');
  expect(breaker.begin()).toBeUndefined();
  const restarts = new Restarts(clock, { times: 1, withinMs: 10 });
  restarts.count('agent');
  expect(restarts.isSpent('agent')).toBe(true);
  now = 0;
  expect(breaker.begin()).toBeDefined();
  expect(restarts.isSpent('agent')).toBe(false);
});

test('7.11 the machine takes every transition, and nobody has to stop what is no actor', async () => {
  expect(lint(breakerLogic).map(({ rule }) => rule)).toEqual(['stoppable']);
  const report = await paths(breakerLogic, { hints: { inputs: () => [limits] } });
  expect(report.faults).toEqual([]);
  expect(report.transitions.covered).toBe(report.transitions.all);
});

/** The machine with something else in the place of some of its states' events. */
function defect(states: Readonly<Record<string, object>>): Machine {
  const { config, implementations } = breakerMachine;
  const changed = Object.entries(config.states ?? {}).map(([name, state]) => {
    const on = { ...(state as { on?: object }).on, ...states[name] };
    return [name, { ...state, on }];
  });
  return createMachine(
    { ...config, states: Object.fromEntries(changed) } as object,
    implementations as never,
  ) as unknown as Machine;
}

test.each([
  ['never opens', { closed: { 'call.failed': { actions: 'count' } } }, 'a call begins after'],
  ['opens too early', { closed: { 'call.failed': 'open' } }, 'no call begins after'],
  ['counts over a success', { closed: { 'call.succeeded': {} } }, 'no call begins after'],
  ['begins while it is open', { open: { 'call.wanted': {} } }, 'a call begins after'],
  ['lets two probes through', { probing: { 'call.wanted': {} } }, 'a call begins after'],
  ['closes after a probe that failed', { probing: { 'call.failed': 'closed' } }, 'a call begins'],
  ['waits for ever for a lost probe', { probing: { 'call.dropped': {} } }, 'no call begins after'],
  ['never closes', { probing: { 'call.succeeded': 'ready' } }, 'no call begins after'],
])('7.11 is found: one that %s', (_, states, wrong) => {
  expect(walk(defect(states)).wrong).toContain(wrong);
});

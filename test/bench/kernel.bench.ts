// Goal: what one step costs, against a live XState actor and against XState's exported transition().
// Method: the task machine alone in a system thinks, calls a tool and thinks again, 40 rounds a run; the three take turns,
// and what is printed are medians of the rounds' ratios: absolute times of a shared machine say little.
import { createActor, initialTransition, transition, type AnyStateMachine } from 'xstate';
import { taskMachine } from '../../machines/task.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { step } from '../../src/kernel/step.ts';
import { emptySystem, type Incoming, type System } from '../../src/kernel/system.ts';
import { scope, valued, world } from '../kernel/small-world.ts';

const ROUNDS = 30;
const RUNS_PER_ROUND = 40;
const CALLS_PER_RUN = 40;

const { ref, values } = valued('one@1.input', { text: 'one' });
const input = {
  node: 'one',
  version: 1,
  input: ref,
  settings: {
    performer: 'code',
    limits: { maxTurns: 1000, maxRepairs: 1, deadlineMs: 1000, maxTokens: 0 },
    tools: { look: { effect: 'reads', timeoutMs: 100 } },
    approveWithinMs: 1000,
  },
};
const wanted = { type: 'tool.wanted', tool: 'look', input: ref };
const returned = { type: 'tool.returned', value: ref };
const answered = { type: 'agent.answered', outcome: 'done', meets: true, value: ref };
const events = [
  ...Array.from({ length: CALLS_PER_RUN }, () => [wanted, returned]).flat(),
  answered,
];

function bySteps(): System {
  const me = { id: 'bench', proof: 'embedder' } as const;
  const start: Incoming = {
    kind: 'started',
    machine: 'task',
    input: input as unknown as Json,
    principal: me,
    at: 0,
    values,
  };
  let { system } = step(world, emptySystem(`${scope}/b`, scope), start);
  for (const event of events) {
    const effectId = Object.keys(system.effects)[0] ?? '';
    ({ system } = step(world, system, { kind: 'answer', effectId, event, at: 0 }));
  }
  return system;
}

function byActor(): unknown {
  const actor = createActor(taskMachine, { input: input as never });
  actor.start();
  for (const event of events) actor.send(event as never);
  return actor.getSnapshot().status;
}

function byTransition(): unknown {
  const machine = taskMachine as unknown as AnyStateMachine;
  let [snapshot] = initialTransition(machine, input);
  for (const event of events) [snapshot] = transition(machine, snapshot, event);
  return snapshot.status;
}

function msOf(run: () => unknown): number {
  const begin = performance.now();
  for (let count = 0; count < RUNS_PER_ROUND; count += 1) run();
  return performance.now() - begin;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

if (bySteps().ended?.outcome !== 'done' || byActor() !== 'done' || byTransition() !== 'done')
  throw new Error('the three do not come to the same end');
const rounds = Array.from({ length: ROUNDS }, () => ({
  step: msOf(bySteps),
  actor: msOf(byActor),
  transition: msOf(byTransition),
})).slice(5);
const perSecond = (key: keyof (typeof rounds)[number]) =>
  Math.round((events.length * RUNS_PER_ROUND * 1000) / median(rounds.map((round) => round[key])));
const rows = {
  'step, whole': perSecond('step'),
  'live actor.send': perSecond('actor'),
  'exported transition()': perSecond('transition'),
};
for (const [name, rate] of Object.entries(rows))
  process.stdout.write(`${name.padEnd(24)}${String(rate).padStart(10)} events/s\n`);
const ratio = (over: 'actor' | 'transition') =>
  median(rounds.map((round) => round[over] / round.step)).toFixed(2);
process.stdout.write(
  `step is ${ratio('actor')}x a live actor.send and ${ratio('transition')}x the exported transition()\n`,
);

// Goal: the machines that the package comes with keep the laws, whatever the environment does to a request.
// Method: small organisations are explored to the end under every fault there is; each law is a property of every state,
// event or way, and what should be reachable must be reached, for a space without events would break no law.
import { describe, expect, test } from 'vitest';
import { isWaiting } from '../../src/kernel/claims.ts';
import {
  explore,
  laws,
  sometimes,
  type Explored,
  type Property,
  type StateView,
} from 'nova-agents/verify';
import { space, type SpaceOptions } from './small-space.ts';

const ends = (outcome: string): Property =>
  sometimes(`it can end ${outcome}`, ({ ended }) => ended?.outcome === outcome);
const some = (name: string, holds: (state: StateView) => boolean): Property =>
  sometimes(name, holds);
const isOpen = ({ cells }: StateView, kind: string): boolean =>
  [...cells.values()].some(({ effects }) => effects.some((effect) => effect.kind === kind));

const reached = ['answered', 'partial', 'refused', 'failed', 'expired', 'cancelled'].map(ends);
const writes = some('a tool that writes is called', ({ cells }) =>
  [...cells.values()].some(({ effects }) =>
    effects.some(
      ({ kind, params }) => kind === 'tool.call' && (params as { tool: string }).tool === 'mail',
    ),
  ),
);
const waits = some('somebody waits for work that another does', ({ cells }) =>
  [...cells.values()].some((cell) => cell.ended === undefined && isWaiting(cell)),
);
const asks = some('a person is asked', (state) => isOpen(state, 'person.ask'));

const spaces: readonly { name: string; in: SpaceOptions; reaches: readonly Property[] }[] = [
  {
    name: 'two tasks, two agents, two tools',
    in: { tasks: 2, agents: 2 },
    reaches: [...reached.filter(({ name }) => !name.endsWith('partial')), writes, asks],
  },
  {
    name: 'one agent, every role and gate',
    in: {
      planGate: true,
      mayLeaveOut: true,
      roles: ['router', 'planner', 'composer', 'verifier'],
      tools: ['mail'],
    },
    reaches: [...reached, writes, asks],
  },
  {
    name: 'nobody but a planner and a worker',
    in: { roles: ['planner'], mayLeaveOut: true },
    reaches: [...reached, writes, asks],
  },
  {
    name: 'a team with a gate of its own',
    in: { team: true, tools: ['look'], roles: ['router'] },
    reaches: [...reached.filter(({ name }) => !name.endsWith('partial')), asks],
  },
  {
    name: 'three tasks for two agents, one at a time, two faults',
    in: { tasks: 3, agents: 2, maxParallel: 1, troubles: { perPath: 2 } },
    reaches: [ends('answered'), ends('partial'), writes, asks],
  },
  {
    name: 'the same work three times',
    in: { tasks: 3, isSame: true, maxTurns: 3, maxParallel: 2, roles: ['router'] },
    reaches: [ends('answered'), writes, asks, waits],
  },
  {
    name: 'two tasks under one small budget',
    in: {
      tasks: 2,
      agents: 2,
      tools: ['look'],
      roles: ['router'],
      steps: 3,
      maxTurns: 2,
      maxRepairs: 0,
    },
    reaches: [ends('answered'), ends('partial'), asks],
  },
  {
    name: 'a model with code behind it, under a budget',
    in: { deputy: true, tools: ['look'], roles: ['router'], maxTurns: 3, steps: 5 },
    reaches: [
      ends('answered'),
      some('its code takes over', ({ cells }) =>
        [...cells.values()].some(
          ({ state, effects }) =>
            effects.length > 0 && (state.context as { isDeputed?: boolean }).isDeputed === true,
        ),
      ),
    ],
  },
  {
    name: 'single deliveries: what comes in while letters are under way',
    in: { roles: ['router'], maxTurns: 2, tools: ['mail'] },
    reaches: [ends('answered'), asks],
  },
];

describe.each(spaces)('$name', ({ name, in: options, reaches }) => {
  const { world, environment } = space(options);
  const properties = [...laws(world, environment), ...reaches];
  let explored: Explored | undefined;
  const found = (): Explored =>
    (explored ??= explore(world, {
      environment,
      properties,
      deliveries: name.startsWith('single'),
    }));

  test('is seen to the end', { timeout: 120_000 }, () => {
    expect(found()).toMatchObject({ complete: true });
  });

  test.each(properties.map((property) => property.name))('%s', (property) => {
    const { counterexamples, verdicts } = found();
    expect(counterexamples.find((one) => one.property === property)?.moves).toBeUndefined();
    expect(verdicts.get(property)).toBe('holds');
  });
});

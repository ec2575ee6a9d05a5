// Defects sown into request and plan: a guard, an action or a transition is not what it should be.
import { assign, enqueueActions } from 'xstate';
import type { ValueRef } from '../../../machines/protocol/values.ts';
import { bare, machineChanged, nothing, part, remove, set, type Mutant } from './mutant.ts';

const verified = { roles: ['router', 'composer', 'verifier'], tools: [] } as const;
const edged = { ...bare, tools: [], shapes: [[[], [0], []]], mayDiffer: true } as const;
const work = ['states', 'open', 'states', 'work', 'states'] as const;
const never = () => false;
const ever = () => true;

const plan: readonly Mutant[] = [
  {
    name: 'a plan ignores maxParallel',
    breaks: [7],
    in: { ...bare, tools: [], tasks: 2, maxParallel: 1 },
    world: machineChanged('plan', (config) => {
      const context = part(config, 'context') as unknown as (args: unknown) => object;
      set(config, 'context', (args: unknown) => ({ ...context(args), maxParallel: 12 }));
    }),
  },
  {
    name: 'a plan forgets that it is paused',
    breaks: [8],
    in: { ...bare, tools: [] },
    world: machineChanged('plan', (config) =>
      set(part(config, 'states', 'working', 'on'), 'run.paused', nothing),
    ),
  },
  {
    name: 'a plan does not write down that a part has ended',
    breaks: [3],
    in: { ...bare, tools: [] },
    world: machineChanged('plan', (config) =>
      set(part(config, 'states', 'working', 'on'), 'child.ended', nothing),
    ),
  },
  {
    name: 'a part that ends while its plan stops is not noted',
    breaks: [3, 8],
    in: { ...bare, tools: [] },
    world: machineChanged('plan', (config) =>
      remove(part(config, 'states', 'stopping', 'on'), 'child.ended'),
    ),
  },
  {
    name: 'a part is started twice',
    breaks: [3, 7],
    in: { ...bare, tools: [], tasks: 2 },
    world: machineChanged('plan', (_, { actions }) => void (actions['begin'] = assign({}))),
  },
  {
    name: 'a part begins before what it takes has come',
    breaks: [2],
    in: edged,
    world: machineChanged('plan', (config) => {
      set(part(config, 'states', 'working', 'always', 1), 'guard', isAnyReady);
      set(part(config, 'states', 'working', 'always', 1), 'actions', handingAll);
    }),
  },
  {
    name: 'a part waits for what can no longer come',
    breaks: [1, 2],
    in: edged,
    world: machineChanged('plan', (_, { actions }) => void (actions['settle'] = settling('ready'))),
  },
  {
    name: 'a part is skipped though all that it takes has come',
    breaks: [2],
    in: edged,
    world: machineChanged(
      'plan',
      (_, { actions }) => void (actions['settle'] = settling('skipped')),
    ),
  },
  {
    name: 'a stopping plan tells parts that never began',
    breaks: [10],
    in: { ...bare, tools: [], tasks: 2, maxParallel: 1 },
    world: machineChanged('plan', (config) =>
      set(part(config, 'states', 'stopping'), 'entry', stoppingAll),
    ),
  },
  {
    name: 'a stopping plan forgets all parts but the first',
    breaks: [8],
    in: { ...bare, tools: [], tasks: 2 },
    world: machineChanged('plan', (config) =>
      set(part(config, 'states', 'stopping'), 'entry', stoppingFirst),
    ),
  },
  {
    name: 'a stopping plan notes only parts that were cancelled',
    breaks: [1, 3],
    in: { ...bare, tools: [], troubles: { crashes: false, pauses: false, late: false } },
    deliveries: true,
    world: machineChanged('plan', (config) =>
      set(part(config, 'states', 'stopping', 'on', 'child.ended'), 'guard', isCancelled),
    ),
  },
];

type Parts = { parts: { id: string; node: string; input: ValueRef; state: string }[] };
const isAnyReady = ({ context }: { context: Parts }) =>
  context.parts.some(({ state }) => state === 'ready');
/** Hands over every part that has not begun, whatever it takes. */
const handingAll = enqueueActions(({ context, enqueue }) => {
  const ready = (context as Parts).parts.filter(({ state }) => state === 'ready');
  for (const { id, node, input } of ready)
    enqueue({ type: 'hand', params: { id, node, input: { ref: input } } } as never);
  enqueue({ type: 'begin', params: { ids: ready.map(({ id }) => id) } } as never);
});
const stoppingAll = enqueueActions(({ context, enqueue }) => {
  const event = { type: 'stop.requested' };
  for (const { id } of (context as Parts).parts)
    enqueue({ type: 'send', params: { to: { child: id }, event } } as never);
});
const stoppingFirst = enqueueActions(({ context, enqueue }) => {
  const first = (context as Parts).parts.find(({ state }) => state === 'running');
  const event = { type: 'stop.requested' };
  if (first) enqueue({ type: 'send', params: { to: { child: first.id }, event } } as never);
});
/** Writes down the end of a part, and leaves those that have not begun so. */
const settling = (rest: string) =>
  assign(({ context }, { id, ...ending }: { id: string }) => ({
    parts: (context as Parts).parts.map((one) => {
      if (one.id === id) return { ...one, state: 'ended', ending };
      return one.state === 'ready' ? { ...one, state: rest } : one;
    }),
  }));

const isCancelled = ({ event }: { event: { outcome?: string } }) => event.outcome === 'cancelled';

const request: readonly Mutant[] = [
  {
    name: 'a stop is ignored in one state',
    breaks: [8],
    in: { roles: ['router', 'composer'], tools: [] },
    world: machineChanged('request', (config) =>
      set(part(config, ...work, 'composing'), 'on', { 'run.stopped': nothing }),
    ),
  },
  {
    name: 'a deadline is ignored in one state',
    breaks: [1, 7],
    in: verified,
    world: machineChanged('request', (config) =>
      set(part(config, ...work, 'verifying'), 'on', { 'deadline.passed': nothing }),
    ),
  },
  {
    name: 'a deadline passes in a pause as if the run went on',
    breaks: [1, 7],
    in: { ...bare, tools: [] },
    world: machineChanged('request', (config) =>
      remove(part(config, ...work, 'working', 'on', 'deadline.passed'), 'guard'),
    ),
  },
  {
    name: 'no deadline is armed at all',
    breaks: [1, 7],
    in: { ...bare, tools: [] },
    world: machineChanged('request', (config) => remove(config, 'entry')),
  },
  {
    name: 'a verifier objects in vain',
    breaks: [5],
    in: verified,
    world: machineChanged('request', (config) =>
      set(part(config, ...work, 'verifying', 'always', 2), 'target', 'done'),
    ),
  },
  {
    name: 'a verifier that failed lets the answer out',
    breaks: [5],
    in: verified,
    world: machineChanged('request', (config) =>
      set(part(config, ...work, 'verifying', 'always', 1, 'guard', 'params'), 'as', [
        'accepted',
        'failed',
      ]),
    ),
  },
  {
    name: 'an answer that is being verified is given out at the deadline',
    breaks: [5],
    in: verified,
    world: machineChanged('request', (config) => remove(part(config, ...work, 'verifying'), 'on')),
  },
  {
    name: 'an end of a child is not written down',
    breaks: [3],
    in: { ...bare, tools: [] },
    world: machineChanged('request', (_, { actions }) => void (actions['note'] = assign({}))),
  },
  {
    name: 'a gated plan runs without its gate',
    breaks: [5],
    in: { ...bare, tools: [], planGate: true },
    world: machineChanged('request', (_, { guards }) => void (guards['mayGate'] = never)),
  },
  {
    name: 'an edited plan passes for one that expired',
    breaks: [1],
    in: { ...bare, tools: [], planGate: true },
    world: machineChanged('request', (config) => {
      const gating = part(config, ...work, 'gating', 'always');
      gating.splice(1, 1);
    }),
  },
  {
    name: 'a paused request goes on',
    breaks: [8],
    in: { ...bare, tools: [] },
    world: machineChanged('request', (_, { guards }) => void (guards['isRunning'] = ever)),
  },
  {
    name: 'a stranger answers for the requester',
    breaks: [5],
    in: { roles: ['planner'], tools: [] },
    world: machineChanged('request', (_, { guards }) => void (guards['isRequester'] = ever)),
  },
  {
    name: 'an answer of the requester leaves the question open',
    breaks: [3],
    in: { roles: ['planner'], tools: [] },
    world: machineChanged('request', (config) =>
      part(config, ...work, 'asking', 'on', 'requester.answered', 'actions').splice(0, 1),
    ),
  },
  {
    name: 'a request tells itself for ever',
    breaks: [7],
    in: { ...bare, tools: [] },
    world: machineChanged('request', (config) => {
      const event = { type: 'child.ended', id: 'router', outcome: 'failed' };
      const send = { type: 'send', params: { to: { path: 'request' }, event } };
      set(part(config, 'on', 'child.ended'), 'actions', [send]);
    }),
  },
];

export const requestMutants: readonly Mutant[] = [...plan, ...request];

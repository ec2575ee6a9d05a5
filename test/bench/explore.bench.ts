// Goal: how fast the space of a request is walked, and what the interning is worth.
// Method: the targets' two spaces with every law; then a small space, compact, through the kernel itself, and by
// @xstate/graph, which must all come to the same numbers of states and edges.
import { explore, laws, type Explored } from 'nova-agents/verify';
import { adjacency } from './adjacency.ts';
import { space, type SpaceOptions } from '../verify/small-space.ts';

interface Measured extends Explored {
  readonly ms: number;
  /** Milliseconds of one core, whatever else the machine does. */
  readonly busyMs: number;
}

function measure(options: SpaceOptions, plain = false): Measured {
  const { world, environment } = space(options);
  const properties = laws(world, environment);
  const begin = performance.now();
  const before = process.cpuUsage();
  const explored = explore(world, { environment, properties, plain });
  const { user, system } = process.cpuUsage(before);
  return { ...explored, ms: performance.now() - begin, busyMs: (user + system) / 1000 };
}

function print(name: string, { states, edges, calls, depth, ms, busyMs, ...rest }: Measured): void {
  const perSecond = Math.round((states * 1000) / ms);
  const row = [
    name.padEnd(58),
    `${states} states`,
    `${edges} edges`,
    `depth ${depth}`,
    `${calls} calls`,
    `${(ms / 1000).toFixed(1)} s`,
    `${perSecond} states/s`,
    `${Math.round((states * 1000) / busyMs)} states a second of CPU`,
    rest.complete ? 'complete' : (rest.why ?? ''),
    rest.counterexamples.length === 0
      ? 'no counterexample'
      : rest.counterexamples.map(({ property }) => property).join(', '),
  ];
  process.stdout.write(`${row.join('  ')}\n`);
}

const roles = ['router', 'planner', 'composer', 'verifier'] as const;
print('2 tasks x 2 agents, unbounded faults', measure({ tasks: 2, agents: 2, maxTurns: 4 }));
print(
  '2 tasks x 2 agents, unbounded faults, every role and gate',
  measure({ tasks: 2, agents: 2, maxTurns: 4, planGate: true, roles }),
);
print(
  '3 tasks x 3 agents, 1 fault a path, late copies',
  measure({ tasks: 3, agents: 3, maxTurns: 4, maxParallel: 3, troubles: { perPath: 1 } }),
);

const small: SpaceOptions = { tasks: 2, agents: 2, tools: ['mail'] };
const compact = measure(small);
const whole = measure(small, true);
print('small, compact', compact);
print('small, through the kernel itself, no memory', whole);
if (compact.states !== whole.states || compact.edges !== whole.edges)
  throw new Error('the two do not come to the same space');
process.stdout.write(`compact is ${(whole.ms / compact.ms).toFixed(0)}x the plain explorer\n`);

const begin = performance.now();
const { world, environment } = space(small);
const theirs = adjacency(world, environment);
const theirMs = performance.now() - begin;
const theirRate = Math.round((theirs.states * 1000) / theirMs);
process.stdout.write(
  `@xstate/graph getAdjacencyMap over the same  ${theirs.states} states  ${theirs.edges} edges  ` +
    `${(theirMs / 1000).toFixed(1)} s  ${theirRate} states/s\n` +
    `compact is ${(theirMs / compact.ms).toFixed(0)}x getAdjacencyMap\n`,
);
if (compact.states !== theirs.states || compact.edges !== theirs.edges)
  throw new Error('@xstate/graph does not come to the same space');

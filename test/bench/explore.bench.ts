// Goal: how fast the space of a request is walked, and what the interning is worth.
// Method: the targets' two spaces with every law; then a small space, compact and through the kernel itself, which must
// come to the same numbers of states and edges.
import { explore, laws, type Explored } from 'nova-agents/verify';
import { space, type SpaceOptions } from '../verify/small-space.ts';

interface Measured extends Explored {
  readonly ms: number;
}

function measure(options: SpaceOptions, plain = false): Measured {
  const { world, environment } = space(options);
  const properties = laws(world, environment);
  const begin = performance.now();
  const explored = explore(world, { environment, properties, plain });
  return { ...explored, ms: performance.now() - begin };
}

function print(name: string, { states, edges, calls, depth, ms, ...rest }: Measured): void {
  const perSecond = Math.round((states * 1000) / ms);
  const row = [
    name.padEnd(58),
    `${states} states`,
    `${edges} edges`,
    `depth ${depth}`,
    `${calls} calls`,
    `${(ms / 1000).toFixed(1)} s`,
    `${perSecond} states/s`,
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
  '3 tasks x 3 agents, 2 faults a path, late copies',
  measure({ tasks: 3, agents: 3, maxTurns: 4, maxParallel: 3, troubles: { perPath: 2 } }),
);

const small: SpaceOptions = { tasks: 2, agents: 2, tools: ['mail'] };
const compact = measure(small);
const whole = measure(small, true);
print('small, compact', compact);
print('small, through the kernel itself, no memory', whole);
if (compact.states !== whole.states || compact.edges !== whole.edges)
  throw new Error('the two do not come to the same space');
process.stdout.write(`compact is ${(whole.ms / compact.ms).toFixed(0)}x the plain explorer\n`);

// Defects sown into claims: work that is in flight twice, and those who wait for it.
import { machineChanged, part, remove, set, type Mutant } from './mutant.ts';

const twice = { tasks: 2, isSame: true, roles: ['router'], tools: [] } as const;

export const claimMutants: readonly Mutant[] = [
  {
    name: 'the same work is done by whoever asks for it',
    breaks: [3],
    in: twice,
    world: (world) => ({
      ...world,
      node(id, version) {
        const spec = world.node(id, version);
        return spec && { ...spec, isSingle: false };
      },
    }),
  },
  {
    name: 'who waits for work is not told of its end',
    breaks: [3],
    in: twice,
    world: machineChanged('claim', (config) =>
      remove(part(config, 'states', 'waiting', 'on'), 'claim.settled'),
    ),
  },
  {
    name: 'who waits for work makes a good end of every end',
    breaks: [3],
    in: twice,
    world: machineChanged('claim', (config) =>
      set(part(config, 'states', 'waiting', 'on', 'claim.settled'), 'actions', {
        type: 'end',
        params: { outcome: 'done' },
      }),
    ),
  },
  {
    name: 'a stop forgets who waits for work',
    breaks: [8],
    in: twice,
    world: machineChanged('claim', (config) => remove(part(config, 'on'), 'stop.requested')),
  },
];

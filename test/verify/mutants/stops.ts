// Defects in how a stop, or a pause, reaches everybody.
import type { World } from '../../../src/kernel/system.ts';
import { after, changed } from './kernels.ts';
import { bare, machineChanged, nothing, part, set, type Mutant } from './mutant.ts';

/** The world in which the work is done by a run below. */
const workingBelow = (world: World): World => ({
  ...world,
  node(id, version) {
    const spec = world.node(id, version);
    if (id !== 'one' || spec === undefined) return spec;
    const there = { node: id, version: 1, scope: 'local/space/main/below', withinMs: 500 };
    return { ...spec, machine: 'below', begin: (input) => ({ ...there, input }) };
  },
});

export const stopMutants: readonly Mutant[] = [
  {
    name: 'a stop forgets a grandchild',
    breaks: [1, 8],
    in: { roles: ['router'], tools: [], team: true },
    step: after((stepped, before, incoming) => {
      const isStop = incoming.kind === 'external' && incoming.event.type === 'run.stopped';
      const deep = [...before.actors].find(
        ([path, { ended }]) => ended === undefined && path.split('/').length > 3,
      );
      if (!isStop || deep === undefined) return stepped;
      const [path, actor] = deep;
      const mine = Object.entries(before.effects).filter(([, effect]) => effect.actor === path);
      return {
        ...changed(stepped, {
          actors: stepped.system.actors.with(path, actor),
          effects: { ...stepped.system.effects, ...Object.fromEntries(mine) },
        }),
        outgoing: stepped.outgoing.filter(
          (item) => !('actor' in item && item.actor === path) && item.kind !== 'abort',
        ),
      };
    }),
  },
  {
    name: 'who waits for a run below does not hear of a pause',
    breaks: [8],
    in: { ...bare, tools: [] },
    world: (world) =>
      workingBelow(
        machineChanged('below', (config) => set(part(config, 'on'), 'run.paused', nothing))(world),
      ),
  },
];

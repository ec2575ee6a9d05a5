// Defects in how a stop reaches everybody.
import { after, changed } from './kernels.ts';
import type { Mutant } from './mutant.ts';

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
];

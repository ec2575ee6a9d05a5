// Defects sown into the kernel: its step is right, but for what happens before or after it.
import { step } from '../../../src/kernel/step.ts';
import type { Stepped } from '../../../src/kernel/step.ts';
import type {
  ActorRecord,
  Incoming,
  OpenEffect,
  Outgoing,
  System,
  SystemTimer,
} from '../../../src/kernel/system.ts';
import type { Step } from '../../../src/verify/space/plain.ts';
import type { Mutant } from './mutant.ts';

const bare = { roles: ['router'], tools: [] } as const;
const gated = { roles: ['router'], tools: ['mail'] } as const;

/** Something goes wrong behind a step. */
export const after =
  (wrong: (stepped: Stepped, before: System, incoming: Incoming) => Stepped): Step =>
  (world, system, incoming) =>
    wrong(step(world, system, incoming), system, incoming);

export const changed = ({ system, outgoing }: Stepped, part: Partial<System>): Stepped => ({
  system: { ...system, ...part },
  outgoing,
});
const without = <T>(table: Readonly<Record<string, T>>, drop: (key: string) => boolean) =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !drop(key)));

/** A late answer is put in front of another effect that is open. */
const misdirected =
  (isNear: (late: string, open: string, effect: OpenEffect) => boolean): Step =>
  (world, system, incoming) => {
    if (incoming.kind !== 'answer' || Object.hasOwn(system.effects, incoming.effectId))
      return step(world, system, incoming);
    const near = Object.entries(system.effects).find(([open, effect]) =>
      isNear(incoming.effectId, open, effect),
    );
    const effectId = near?.[0] ?? incoming.effectId;
    return step(world, system, { ...incoming, effectId });
  };

const keyOf = (effectId: string): string => effectId.slice(0, effectId.lastIndexOf('.'));
const actorOf = (effectId: string): string => /#(.*):[^:]*$/.exec(effectId)?.[1] ?? '';

/** An actor that has ended is woken by a late answer to what it once asked. */
const woken: Step = (world, system, incoming) => {
  const path = incoming.kind === 'answer' ? actorOf(incoming.effectId) : '';
  const actor = system.actors.get(path);
  if (incoming.kind !== 'answer' || actor?.ended === undefined || system.ended !== undefined)
    return step(world, system, incoming);
  const { ended: _, ...alive } = actor;
  const id = keyOf(incoming.effectId).slice(keyOf(incoming.effectId).lastIndexOf(':') + 1);
  const effect: OpenEffect = {
    actor: path,
    id,
    kind: 'agent.turn',
    params: {},
    attempt: 1,
    withinMs: 1,
  };
  const effects = { ...system.effects, [incoming.effectId]: effect };
  return step(world, { ...system, actors: system.actors.with(path, alive), effects }, incoming);
};

const crashes: readonly Mutant[] = [
  {
    name: 'a crash loses timers',
    breaks: [7, 9],
    in: bare,
    step: after((stepped, _, { kind }) =>
      kind === 'restored' ? changed(stepped, { timers: {} }) : stepped,
    ),
  },
  {
    name: 'a crash loses the deadline',
    breaks: [9],
    in: bare,
    step: after((stepped, _, { kind }) =>
      kind === 'restored'
        ? changed(stepped, {
            timers: without(stepped.system.timers, (key) => key.endsWith(':deadline')),
          })
        : stepped,
    ),
  },
  {
    name: 'a crash loses effects',
    breaks: [3, 9],
    in: bare,
    step: after((stepped, before, { kind }) =>
      kind === 'restored'
        ? { ...changed(stepped, { effects: {}, timers: before.timers }), outgoing: [] }
        : stepped,
    ),
  },
  {
    name: 'a restore issues an effect under the same attempt',
    breaks: [9],
    in: bare,
    step: (world, system, incoming) =>
      incoming.kind === 'restored'
        ? {
            system: { ...system, seq: system.seq + 1 },
            outgoing: Object.entries(system.effects).map(([effectId, effect]) => ({
              kind: 'effect',
              effectId,
              key: keyOf(effectId),
              effect,
            })),
          }
        : step(world, system, incoming),
  },
  {
    name: 'attempts are not counted to an end',
    breaks: [7],
    in: bare,
    step: (world, system, incoming) =>
      step({ ...world, limits: { ...world.limits, maxAttempts: 100 } }, system, incoming),
  },
  {
    name: 'a person is not asked again after a crash',
    breaks: [9],
    in: gated,
    step: after((stepped, _, { kind }) => ({
      ...stepped,
      outgoing: stepped.outgoing.filter(
        (item) =>
          kind !== 'restored' || item.kind !== 'effect' || item.effect.kind !== 'person.ask',
      ),
    })),
  },
];

const answers: readonly Mutant[] = [
  {
    name: 'a stale result of an older attempt is accepted',
    breaks: [9],
    in: bare,
    step: misdirected((late, open) => keyOf(late) === keyOf(open)),
  },
  {
    name: 'a late answer of an earlier turn ends the task',
    breaks: [9],
    in: { ...bare, tools: ['look'] },
    step: misdirected((late, _, { actor }) => actorOf(late) === actor),
  },
  {
    name: 'an answer after the end is accepted',
    breaks: [1, 9],
    in: bare,
    step: woken,
  },
  {
    name: 'an effect whose time is up stays open',
    breaks: [1, 3, 7],
    in: bare,
    step: after((stepped, before, incoming) => {
      const effectId = incoming.kind === 'timer' && before.timers[incoming.timer]?.effectId;
      const effect = effectId ? before.effects[effectId] : undefined;
      return effectId && effect
        ? changed(stepped, { effects: { ...stepped.system.effects, [effectId]: effect } })
        : stepped;
    }),
  },
  {
    name: 'an effect begins after the end',
    breaks: [8],
    in: bare,
    step: after((stepped, before) => {
      const effect: OpenEffect = {
        actor: 'request',
        id: 'more',
        kind: 'plan.check',
        params: {},
        attempt: 1,
        withinMs: 1,
      };
      const more = { kind: 'effect', effectId: 'more.1', key: 'more', effect } as const;
      return before.ended ? { ...stepped, outgoing: [...stepped.outgoing, more] } : stepped;
    }),
  },
];

/** A timer that is not held, or held, against what the kernel says. */
const heldAs = (isHeld: (timer: SystemTimer) => boolean): Step =>
  after((stepped) => {
    const timers = Object.entries(stepped.system.timers).map(([key, timer]) => {
      const { leftMs = 1, ...rest } = timer;
      return [key, isHeld(timer) ? { ...rest, leftMs } : rest];
    });
    return changed(stepped, { timers: Object.fromEntries(timers) as System['timers'] });
  });

const clocks: readonly Mutant[] = [
  {
    name: 'a deadline runs on while a person is asked',
    breaks: [7],
    in: gated,
    step: heldAs(() => false),
  },
  {
    name: 'a deadline never runs on after a person was asked',
    breaks: [7],
    in: gated,
    step: after((stepped, before) => {
      const timers = Object.entries(stepped.system.timers).map(([key, timer]) => {
        const leftMs = before.timers[key]?.leftMs;
        return [key, leftMs === undefined ? timer : { ...timer, leftMs }];
      });
      return changed(stepped, { timers: Object.fromEntries(timers) as System['timers'] });
    }),
  },
  {
    name: 'a deadline stands still in any wait',
    breaks: [7],
    in: bare,
    step: heldAs(({ work }) => work),
  },
];

const books: readonly Mutant[] = [
  {
    name: 'dead letters are not counted',
    breaks: [9, 10],
    in: bare,
    step: after((stepped, { dead }) => changed(stepped, { dead })),
  },
  {
    name: 'what comes in is counted twice',
    breaks: [10],
    in: bare,
    step: after((stepped, { accounts }) => {
      const { in: came, handled } = stepped.system.accounts;
      return came > accounts.in
        ? changed(stepped, { accounts: { in: came + 1, handled } })
        : stepped;
    }),
  },
  {
    name: 'a cancelled task leaves its gate open',
    breaks: [1],
    in: gated,
    step: after((stepped, before) => {
      const gates = [...before.actors.keys()].filter(
        (path) => path.includes('gate') && !before.actors.get(path)?.ended,
      );
      const kept = gates.filter(
        (path) => stepped.system.actors.get(path)?.ended?.outcome === 'cancelled',
      );
      let { actors } = stepped.system;
      for (const path of kept) actors = actors.with(path, before.actors.get(path) as ActorRecord);
      return changed(stepped, { actors });
    }),
  },
  {
    name: 'an end is told twice',
    breaks: [1],
    in: bare,
    step: after((stepped) => ({
      ...stepped,
      outgoing: stepped.outgoing.flatMap((item): Outgoing[] =>
        item.kind === 'ended' ? [item, item] : [item],
      ),
    })),
  },
];

export const kernelMutants: readonly Mutant[] = [...crashes, ...answers, ...clocks, ...books];

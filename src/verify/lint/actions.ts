import type { Fault, Rule } from './rule.ts';
import { statesOf, type MachineView, type Named, type StateView } from './view.ts';

/** What XState may do inside of a machine; everything else it would do behind the kernel's back. */
const PURE = new Set(['xstate.assign', 'xstate.enqueueActions', 'xstate.raise']);

const actionsOf = (state: StateView): Named[] => [
  ...state.entry,
  ...state.exit,
  ...[...state.transitions.values(), state.always ?? []].flat().flatMap(({ actions }) => actions),
];
const guardsOf = (state: StateView): Named[] =>
  [...state.transitions.values(), state.always ?? []]
    .flat()
    .flatMap(({ guard }) => (guard === undefined ? [] : [guard]));

const nameOf = (named: Named): string | undefined =>
  typeof named === 'string' ? named : typeof named === 'object' ? named.type : undefined;
const eachState = (machine: MachineView, faults: (state: StateView) => Fault[]): Fault[] =>
  statesOf(machine).flatMap(faults);

/** `sendTo`, `spawnChild`, `emit`, `log`, `cancel` and the like happen outside of the journal; a delayed raise is lost on a restart. */
const contained: Rule = (machine) =>
  eachState(machine, (state) =>
    actionsOf(state).flatMap((action) => {
      if (typeof action !== 'function' || action.type === undefined) return [];
      const isDelayed =
        action.type === 'xstate.raise' && (action as { delay?: unknown }).delay !== undefined;
      // What `after` adds by itself is told by a rule of its own.
      const { id = '', sendId = '' } = action as { id?: string; sendId?: string };
      if (`${id}${sendId}`.startsWith('xstate.after.')) return [];
      if (PURE.has(action.type) && !isDelayed) return [];
      return [
        {
          rule: 'contained',
          where: state.id,
          what: `${action.type}${isDelayed ? ' with a delay' : ''}`,
        },
      ];
    }),
  );

/** Promises, callbacks and child machines of XState live outside of the run; effects and spawns take their place. */
const uninvoked: Rule = (machine) =>
  eachState(machine, ({ id, invoke }) =>
    invoke.length === 0 ? [] : [{ rule: 'uninvoked', where: id, what: 'invoke' }],
  );

/** XState's `after` is lost for ever when a snapshot is restored; a `timer` output is kept by the kernel. */
const untimed: Rule = (machine) =>
  eachState(machine, ({ id, after }) =>
    after.length === 0 ? [] : [{ rule: 'untimed', where: id, what: 'after' }],
  );

/** What has no name cannot be journaled, shown, or explored. */
const named: Rule = (machine) =>
  eachState(machine, (state) => [
    ...actionsOf(state)
      .filter((action) => typeof action === 'function' && action.type === undefined)
      .map(() => ({ rule: 'named', where: state.id, what: 'an inline action' })),
    ...guardsOf(state)
      .filter((guard) => typeof guard === 'function' && !('check' in guard))
      .map(() => ({ rule: 'named', where: state.id, what: 'an inline guard' })),
  ]);

/** XState passes over an action or guard that it does not know without a word. */
const implemented: Rule = (machine) => {
  const { actions, guards } = machine.implementations;
  const missing = (kind: string, known: object, all: Named[], where: string): Fault[] =>
    all.flatMap((one) => {
      const name = nameOf(one);
      if (name === undefined || Object.hasOwn(known, name)) return [];
      return [{ rule: 'implemented', where, what: `the ${kind} ${name} is not there` }];
    });
  return eachState(machine, (state) => [
    ...missing('action', actions, actionsOf(state), state.id),
    ...missing('guard', guards, guardsOf(state), state.id),
  ]);
};

/** Session ids are a global counter and other actors a side door: neither is the same in a replay. */
const closed: Rule = (machine) => {
  const source = (value: unknown): string =>
    typeof value === 'function' ? Function.prototype.toString.call(value) : '';
  const bodies = [
    ...Object.entries(machine.implementations.actions),
    ...Object.entries(machine.implementations.guards),
  ];
  return bodies
    .filter(([, body]) =>
      /\bsystem\.get\b|\bself\.send\b|\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)/.test(
        source(body),
      ),
    )
    .map(([name]) => ({
      rule: 'closed',
      where: machine.id,
      what: `${name} reaches for time, chance or other actors`,
    }));
};

type Wished = { readonly type: string; readonly params?: unknown };
const isWish = (action: Named): action is Wished => typeof action === 'object';

/**
 * What is sent to a child that the machine never has is a dead letter each time. Who is named by a function is known only in
 * a run: there the law that nobody is told who was never there holds it.
 */
const addressed: Rule = (machine) => {
  const states = statesOf(machine);
  const all = states.flatMap(actionsOf);
  const births = all.filter((action) => ['spawn', 'hand'].includes(nameOf(action) ?? ''));
  const isOpen = all.some(
    (action) => typeof action === 'function' && action.type === 'xstate.enqueueActions',
  );
  const ids = births.map((action) =>
    isWish(action) ? (action.params as { id?: string }).id : undefined,
  );
  if (isOpen || ids.includes(undefined)) return [];
  return states.flatMap((state) =>
    actionsOf(state).flatMap((action) => {
      if (!isWish(action) || action.type !== 'send') return [];
      const { to } = (action.params ?? {}) as { to?: { child?: string } };
      if (to?.child === undefined || ids.includes(to.child)) return [];
      return [{ rule: 'addressed', where: state.id, what: `it has no child ${to.child}` }];
    }),
  );
};

export const actionRules = {
  contained,
  uninvoked,
  untimed,
  named,
  implemented,
  closed,
  addressed,
} as const;

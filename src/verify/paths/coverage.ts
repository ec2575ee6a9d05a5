import type { EventSchemas } from '../../../machines/protocol/events.ts';
import type { Machine, MachineSchemas } from '../../kernel/system.ts';
import { lineage, statesOf, viewOf, type StateView, type TransitionView } from '../lint/view.ts';
import type { Graph } from './graph.ts';
import { needOf } from './offers.ts';

/** What no path covers, and why. */
export interface Uncovered {
  readonly kind: 'transition' | 'pair';
  readonly where: string;
  readonly why: string;
}
export interface Coverage {
  readonly transitions: { readonly all: number; readonly covered: number };
  readonly pairs: {
    readonly all: number;
    readonly taken: number;
    readonly refused: number;
    readonly unreachable: number;
  };
  readonly uncovered: readonly Uncovered[];
}

/** One transition of a machine's definition, by a name that a person finds again. */
interface Named {
  readonly name: string;
  readonly from: StateView;
  readonly event: string | undefined;
  readonly transition: TransitionView;
}

/** How often an event came in at a state, and how often it was taken. */
interface Seen {
  offered: number;
  taken: number;
}

function nameOf(from: StateView, event: string, { target, guard }: TransitionView): string {
  const guardName = typeof guard === 'object' ? guard.type : guard;
  const parameters =
    typeof guard === 'object' && 'params' in guard ? ` ${JSON.stringify(guard.params)}` : '';
  const condition = typeof guardName === 'string' ? ` [${guardName}${parameters}]` : '';
  const to = target?.map(({ id }) => id).join(', ') ?? 'itself';
  return `${from.id}: ${event}${condition} -> ${to}`;
}

function transitionsIn(machine: Machine): Named[] {
  return statesOf(viewOf(machine)).flatMap((from) => {
    const lists: (readonly [string | undefined, readonly TransitionView[]])[] = [
      ...from.transitions,
      [undefined, from.always ?? []],
    ];
    return lists.flatMap(([event, transitions]) =>
      transitions.map((transition) => {
        const name = nameOf(from, event ?? 'always', transition);
        return { name, from, event, transition };
      }),
    );
  });
}

/** What the paths saw: transitions, and by atomic state and event how it went. */
function seenIn(graphs: readonly Graph[]) {
  const transitions = new Set<TransitionView>();
  const rested = new Set<string>();
  const pairs = new Map<string, Seen>();
  for (const { beginning, edges, shortest } of graphs) {
    for (const transition of beginning.transitions) transitions.add(transition);
    for (const { to } of shortest) for (const id of to.resting) rested.add(id);
    for (const { from, offer, isTaken, transitions: taken } of edges) {
      for (const transition of taken) transitions.add(transition);
      for (const id of from.resting) {
        const key = `${id} ${offer.type}`;
        const seen = pairs.get(key) ?? { offered: 0, taken: 0 };
        seen.offered += 1;
        if (isTaken) seen.taken += 1;
        pairs.set(key, seen);
      }
    }
  }
  return { transitions, rested, pairs };
}
type SeenAll = ReturnType<typeof seenIn>;

const atomicBelow = (state: StateView): StateView[] =>
  state.type === 'atomic' ? [state] : Object.values(state.states).flatMap(atomicBelow);

function whyNotRested(state: StateView): string {
  return lineage(state).some(({ always }) => always?.some(({ guard }) => guard === undefined))
    ? 'it is left in the same step in which it is entered'
    : 'no path comes to rest here';
}

function whyNotTaken({ from, event }: Named, seen: SeenAll, events: EventSchemas): string {
  if (event === undefined || event.startsWith('xstate.'))
    return 'no path comes here while its guard holds and none before it';
  const below = atomicBelow(from).filter(({ id }) => seen.rested.has(id));
  if (below.length === 0) return 'no path comes to rest here';
  const offered = below.reduce(
    (sum, { id }) => sum + (seen.pairs.get(`${id} ${event}`)?.offered ?? 0),
    0,
  );
  if (offered === 0) return needOf(events, event) ?? 'no path offers it here';
  return `offered ${offered} times: its guard never held, or another transition came first`;
}

/** Compares what the paths saw with what the machine defines. */
export function coverageOf(machine: Machine, graphs: readonly Graph[]): Coverage {
  const { events } = machine.schemas as MachineSchemas;
  const types = Object.values(events).flatMap((shapes) => Object.keys(shapes as object));
  const seen = seenIn(graphs);
  const all = transitionsIn(machine);
  const missing = all.filter(({ transition }) => !seen.transitions.has(transition));
  const uncovered: Uncovered[] = missing.map((named) => ({
    kind: 'transition',
    where: named.name,
    why: whyNotTaken(named, seen, events),
  }));
  const pairs = { all: 0, taken: 0, refused: 0, unreachable: 0 };
  for (const state of statesOf(viewOf(machine)).filter(({ type }) => type === 'atomic')) {
    pairs.all += types.length;
    if (!seen.rested.has(state.id)) {
      pairs.unreachable += types.length;
      uncovered.push({ kind: 'pair', where: `${state.id}: any event`, why: whyNotRested(state) });
      continue;
    }
    const whys = new Map<string, string[]>();
    for (const type of types) {
      const { offered, taken } = seen.pairs.get(`${state.id} ${type}`) ?? { offered: 0, taken: 0 };
      if (taken > 0) pairs.taken += 1;
      else if (offered > 0) pairs.refused += 1;
      else {
        pairs.unreachable += 1;
        const why = needOf(events, type) ?? 'no path offers it here';
        whys.set(why, [...(whys.get(why) ?? []), type]);
      }
    }
    for (const [why, missed] of whys)
      uncovered.push({ kind: 'pair', where: `${state.id}: ${missed.join(', ')}`, why });
  }
  return {
    transitions: { all: all.length, covered: all.length - missing.length },
    pairs,
    uncovered,
  };
}

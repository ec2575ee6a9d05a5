import type { EventSchemas } from '../../../machines/protocol/events.ts';
import { SERVING } from '../../../machines/protocol/tags.ts';
import type { Rule } from './rule.ts';
import {
  eventsAt,
  lineage,
  statesOf,
  transitionsOf,
  type MachineView,
  type StateView,
} from './view.ts';

/** What the kernel brings by itself when time is up. */
const DEADLINES = ['deadline.passed', 'effect.expired'];
/** Children, who owns what another waits for, and a budget have times of their own, so whoever waits for them is woken. */
const OTHERS = ['child.ended', 'claim.settled', 'budget.refused'];

/** States in which a machine rests: atomic, and not left at once by an unguarded `always`. */
const resting = (machine: MachineView): StateView[] =>
  statesOf(machine).filter(
    (state) => state.type === 'atomic' && !state.always?.some(({ guard }) => guard === undefined),
  );

/** True where an event taken here, or above, leads to another state or changes what an `always` waits for. */
function hasExit(state: StateView): boolean {
  return lineage(state).some((at) =>
    transitionsOf(at).some(
      ({ target, actions }) => target?.some((to) => to !== state) || actions.length > 0,
    ),
  );
}

/** A state without a way out by an event hangs for ever. */
const exitByEvent: Rule = (machine) =>
  resting(machine)
    .filter((state) => !hasExit(state))
    .map(({ id }) => ({ rule: 'exitByEvent', where: id, what: 'no event leads out of it' }));

/** True of a state that only waits for a pause to be over: the deadline of whoever paused it stops it. */
const waitsForResume = (state: StateView): boolean =>
  (state.always?.length ?? 0) > 0 &&
  eventsAt(state).has('stop.requested') &&
  lineage(state).some(({ transitions }) =>
    transitions.get('run.resumed')?.some(({ actions }) => actions.length > 0),
  );

/** A state that only waits on the world hangs when the world says nothing: time, or a child that must end, leads out. */
const exitByDeadline: Rule = (machine) =>
  resting(machine)
    .filter((state) => {
      const events = eventsAt(state);
      if (waitsForResume(state) || state.tags.includes(SERVING)) return false;
      return ![...DEADLINES, ...OTHERS].some((event) => events.has(event));
    })
    .map(({ id }) => ({ rule: 'exitByDeadline', where: id, what: 'no deadline leads out of it' }));

/** Every machine that works for another one ends when it is told to. */
const stoppable: Rule = (machine) => {
  const events: Partial<EventSchemas> = machine.schemas?.events ?? {};
  const stops = ['stop.requested', 'run.stopped'];
  const all = [...Object.keys(events.internal ?? {}), ...Object.keys(events.external ?? {})];
  if (all.some((event) => stops.includes(event))) return [];
  return [
    { rule: 'stoppable', where: machine.id, what: `it takes neither ${stops.join(' nor ')}` },
  ];
};

export const exitRules = { exitByEvent, exitByDeadline, stoppable } as const;

import type { Fact } from '../../machines/protocol/effects.ts';
import { step, type Stepped } from '../kernel/step.ts';
import { pure } from '../kernel/xstate.ts';
import type { ActorState, Driver, Incoming, System, World } from '../kernel/system.ts';

/** One thing that happened to an actor inside a step; an event that it is told and no transition takes moves it nowhere. */
export type Note =
  | { readonly is: 'begun' | 'told'; readonly path: string; readonly event: Fact; from?: string }
  | { readonly is: 'moved'; readonly path: string; readonly event: Fact; state: ActorState }
  | { readonly is: 'ended'; readonly path: string; readonly event: Fact };

/** What an actor is told that ends without an event of its own, by XState's name for it. */
const STOP: Fact = { type: 'xstate.stop' };

/**
 * Takes a step and notes, in order, everything that it does to single actors: a step says only what it came to.
 * The kernel asks its driver for each transition, so a driver that passes on to the pure one sees them all.
 */
export function notedStep(
  world: World,
  system: System,
  incoming: Incoming,
): { readonly stepped: Stepped; readonly notes: readonly Note[] } {
  const notes: Note[] = [];
  const onTheWay: { readonly from: string; readonly event: Fact }[] = [];
  /** Who sent an event: a child its own end, another actor what it wished to send; a letter keeps its event. */
  const senderOf = (path: string, event: Fact): string | undefined => {
    if (event.type === 'child.ended') return `${path}/${(event as Fact & { id: string }).id}`;
    const at = onTheWay.findIndex((sent) => sent.event === event);
    return at < 0 ? undefined : onTheWay.splice(at, 1)[0]?.from;
  };
  /** The last event of an actor that came to its end by itself. */
  let last: { readonly path: string; readonly event: Fact } | undefined;
  const moved = (path: string, event: Fact, by: ReturnType<Driver['start']>) => {
    for (const { type, params } of by.wishes)
      if (type === 'send') onTheWay.push({ from: path, event: (params as { event: Fact }).event });
    if (by.done === undefined) notes.push({ is: 'moved', path, event, state: by.state });
    else last = { path, event };
    return by;
  };
  const driver: Driver = {
    start(path, logic, input) {
      const event = { type: 'xstate.init', input };
      notes.push({ is: 'begun', path, event });
      return moved(path, event, pure.start(path, logic, input));
    },
    move(path, logic, state, event) {
      const from = senderOf(path, event);
      notes.push({ is: 'told', path, event, ...(from !== undefined && { from }) });
      const by = pure.move(path, logic, state, event);
      return by && moved(path, event, by);
    },
    drop(path) {
      const event = last?.path === path ? last.event : STOP;
      // One that was never begun, such as a node that nobody knows, is heard of here first.
      if (system.actors.get(path) === undefined && !notes.some((note) => note.path === path))
        notes.push({ is: 'begun', path, event });
      notes.push({ is: 'ended', path, event });
    },
  };
  const stepped = step(world, system, incoming, driver);
  // Who stands there now is heard of anew.
  if (incoming.kind === 'migrated')
    for (const path of stepped.system.actors.keys())
      notes.push({ is: 'begun', path, event: { type: 'xstate.init' } });
  for (const { to, event, reason } of stepped.system.dead.slice(system.dead.length))
    // What nobody was asked to take is accounted for too, where there is somebody to show it at.
    if (reason !== 'unhandled' && stepped.system.actors.get(to) !== undefined)
      notes.push({ is: 'told', path: to, event });
  return { stepped, notes };
}

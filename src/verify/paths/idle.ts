import { canonical } from '../../kernel/canonical.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import type { Graph } from './graph.ts';
import type { Offer, Stand } from './stand.ts';

/** A state out of which nothing leads but what somebody outside does of their own accord. */
export interface Idle {
  readonly where: string;
  readonly input: Json;
  readonly events: readonly Offer[];
}

/** True where no effect, child or timer will ever bring another event. */
function isIdle({ open: { effects, children, timers }, ended }: Stand): boolean {
  const waits =
    Object.keys(effects).length + Object.keys(timers).length > 0 ||
    Object.values(children).includes(true);
  return ended === undefined && !waits;
}

/** Where a machine may wait for ever, each place by its shortest path. */
export function idleIn(graphs: readonly Graph[]): Idle[] {
  const all = graphs.flatMap(({ input, shortest }) =>
    shortest
      .filter(({ to }) => isIdle(to))
      .map(({ to, offers }) => ({ where: canonical(to.value), input, events: offers })),
  );
  const places = new Map<string, Idle>();
  for (const idle of all.toSorted((a, b) => a.events.length - b.events.length))
    if (!places.has(idle.where)) places.set(idle.where, idle);
  return [...places.values()];
}

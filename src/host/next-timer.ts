import type { System } from '../kernel/system.ts';

/** The timer that is due first, of those that do not stand still. */
export function nextTimer({ timers, ended }: System): { key: string; dueAt: number } | undefined {
  let next: { key: string; dueAt: number } | undefined;
  if (ended !== undefined) return undefined;
  for (const [key, { dueAt, leftMs }] of Object.entries(timers))
    if (leftMs === undefined && (next === undefined || dueAt < next.dueAt)) next = { key, dueAt };
  return next;
}

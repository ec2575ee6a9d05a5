import type { System } from '../kernel/system.ts';
import { sharedIn } from '../kernel/tells.ts';
import type { Host } from './host.ts';
import { nextTimer } from './next-timer.ts';
import { openRuns, type Shelf } from './shown.ts';

/** Takes up every run that is not at work here and has something left to do, those whose time is up first; how many. */
export async function takenUp(
  shelf: Shelf,
  host: Host,
  load: (run: string) => Promise<System | undefined>,
  onTrouble: (run: string, error: unknown) => void,
): Promise<number> {
  const left: (readonly [run: string, dueAt: number])[] = [];
  for (const run of await openRuns(shelf)) {
    const system = host.isAtWork(run) ? undefined : await load(run);
    if (system !== undefined) left.push([run, nextTimer(system)?.dueAt ?? Infinity]);
  }
  for (const [run] of left.toSorted(([, a], [, b]) => a - b))
    await host.takeUp(run).catch((error: unknown) => onTrouble(run, error));
  return left.filter(([run]) => sharedIn(run) === undefined).length;
}

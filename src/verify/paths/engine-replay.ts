import { LocalEngine } from '../../engine/local.ts';
import { canonical, hashOf } from '../../kernel/canonical.ts';
import { step } from '../../kernel/step.ts';
import { systemOf, type Incoming, type System, type WrittenSystem } from '../../kernel/system.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import { memoryJournal, type MemoryRecords } from '../../store/memory-journal.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Edge, Graph } from './graph.ts';
import { incomingOf } from './incoming.ts';
import { begun, nothingYet, RUN } from './puppets.ts';
import { differenceOf, type Difference, type Stage } from './replay.ts';

/** The few of many that a seed chooses; the same for the same seed, whatever else changes around them. */
export function sampled<T>(items: readonly T[], count: number, seed: number): T[] {
  return items
    .map((item, index) => ({ item, index, rank: hashOf([seed, index]) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .toSorted((a, b) => a.index - b.index)
    .map(({ item }) => item);
}

/**
 * Takes a path through the engine. In its middle the process is as good as killed: another engine goes on from the
 * journal's text alone, and every effect is issued anew; beside it the pure step goes on from the run's own JSON.
 */
export async function replayOnEngine(
  { world, values }: Stage,
  { input, beginning }: Graph,
  edges: readonly Edge[],
): Promise<Difference | undefined> {
  const kept: MemoryRecords = [];
  const opened = () => new LocalEngine(world, memoryJournal(kept), memoryStore());
  let engine = opened();
  let system: System = nothingYet();
  let beside: System | undefined;
  let now = 0;
  const put = async (incoming: Incoming): Promise<System> => {
    const before = system;
    ({ system } = await engine.submit(RUN, incoming));
    if (beside !== undefined) beside = step(world, beside, incoming).system;
    now = incoming.at;
    return before;
  };
  const first = differenceOf(await put(begun(input, values)), system, beginning.to, true);
  if (first !== undefined) return { afterEvents: 0, what: first };
  const middle = Math.ceil(edges.length / 2);
  for (const [at, { offer, to, isTaken }] of edges.entries()) {
    if (at === middle) {
      engine = opened();
      beside = systemOf(JSON.parse(JSON.stringify(system)) as WrittenSystem);
      await put({ kind: 'restored', at: now });
    }
    const what = await put(incomingOf(system, offer, now)).then(
      (before) => differenceOf(before, system, to, isTaken) ?? apart(system, beside),
      (error: unknown) => `the engine refused it: ${String(error)}`,
    );
    if (what !== undefined) return { afterEvents: at + 1, what };
  }
  return undefined;
}

function apart(system: System, beside: System | undefined): string | undefined {
  if (beside === undefined) return undefined;
  const texts = [system, beside].map((one) => canonical(one as unknown as Json));
  return texts[0] === texts[1]
    ? undefined
    : 'a run that was written down and read back went elsewhere';
}

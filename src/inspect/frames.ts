import type { Json } from '../../machines/protocol/values.ts';
import { foldedAt } from '../engine/checkpoint.ts';
import {
  bare,
  beginningOf,
  digestOf,
  eventOf,
  restored,
  retaken,
  standing,
} from '../engine/fold.ts';
import type { World } from '../kernel/system.ts';
import type { JournalRecord } from '../store/ports.ts';
import { messagesOf, standingMessages, type MessageOptions } from './messages.ts';

/** A run's records from its beginning on, as many at a time as there are. */
export type Batches = AsyncIterable<readonly JournalRecord[]>;

/**
 * The messages of a run, one JSON text each, made as they are asked for: whoever reads slowly is not written ahead to.
 * Goes on until the run has ended and its records are through, or until there are no more.
 * @throws ReplayMismatchError naming the first event that comes to something else than what was recorded: another
 *   organisation's run; VersionUnavailableError where a definition of it is gone.
 */
export async function* framesOf(
  world: World,
  run: string,
  batches: Batches,
  options: MessageOptions = {},
): AsyncGenerator<string> {
  const blobs: Record<string, Json> = {};
  let folded = bare(run);
  for await (const records of batches) {
    // What came before the last checkpoint is forgotten.
    const last = records.findLastIndex(({ kind }) => kind === 'checkpoint');
    for (const record of records) if (record.kind === 'blob') blobs[record.hash] = record.value;
    const checkpoint = records[last];
    if (checkpoint?.kind === 'checkpoint') {
      folded = foldedAt(checkpoint, { blobs });
      for (const message of standingMessages(world, folded.system, options))
        yield JSON.stringify(message);
    }
    const events = records
      .slice(last + 1)
      .flatMap((record) => (record.kind === 'committed' ? [eventOf(record)] : []));
    folded = beginningOf(events, folded);
    for (const event of events) {
      if (event.seq <= folded.system.seq) continue;
      const incoming = restored(event.incoming, blobs);
      const before = standing(folded, incoming);
      const { messages, ...next } = retaken(run, event, before, () => {
        const { messages: told, stepped } = messagesOf(world, before.system, incoming, options);
        return { ...stepped, digest: digestOf(before, stepped), messages: told };
      });
      folded = next;
      for (const message of messages) yield JSON.stringify(message);
    }
    if (folded.system.ended !== undefined) return;
  }
}

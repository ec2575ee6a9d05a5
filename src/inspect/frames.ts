import type { Json } from '../../machines/protocol/values.ts';
import { foldedAt } from '../engine/checkpoint.ts';
import { beginning, digestOf, restored } from '../engine/fold.ts';
import { ReplayMismatchError } from '../errors/replay-mismatch-error.ts';
import type { Incoming, World } from '../kernel/system.ts';
import type { JournalRecord } from '../store/ports.ts';
import { messagesOf, standing, type MessageOptions } from './messages.ts';

/** A run's records from its beginning on, as many at a time as there are. */
export type Batches = AsyncIterable<readonly JournalRecord[]>;

/**
 * The messages of a run, one JSON text each, made as they are asked for: whoever reads slowly is not written ahead to.
 * Goes on until the run has ended and its records are through, or until there are no more.
 * @throws ReplayMismatchError naming the first event that comes to something else than what was recorded: another
 *   organisation's run, or one of another version.
 */
export async function* framesOf(
  world: World,
  run: string,
  batches: Batches,
  options: MessageOptions = {},
): AsyncGenerator<string> {
  const blobs: Record<string, Json> = {};
  let folded = beginning(run);
  for await (const records of batches) {
    // What came before the last checkpoint is forgotten.
    const last = records.findLastIndex(({ kind }) => kind === 'checkpoint');
    const checkpoint = records[last];
    if (checkpoint?.kind === 'checkpoint') {
      folded = foldedAt(checkpoint, { blobs });
      for (const message of standing(world, folded.system, options)) yield JSON.stringify(message);
    }
    for (const record of records.slice(last + 1)) {
      if (record.kind === 'blob') blobs[record.hash] = record.value;
      if (record.kind !== 'committed') continue;
      const incoming = restored(record.incoming as unknown as Incoming, blobs);
      const { messages, stepped } = messagesOf(world, folded.system, incoming, options);
      folded = { system: stepped.system, digest: digestOf(folded, stepped) };
      if (folded.digest !== record.digest) throw new ReplayMismatchError(run, record.seq);
      for (const message of messages) yield JSON.stringify(message);
    }
    if (folded.system.ended !== undefined) return;
  }
}

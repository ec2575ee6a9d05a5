// Goal: a store that fails is nobody's failure inside of a run.
// Method: a journal that refuses one record, at the step that needs it; then the run is taken up.
import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/store-unavailable-error.ts';
import { Nova } from '../../src/host/nova.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import type { Journal, JournalRecord } from '../../src/store/ports.ts';
import { inline, written } from '../fixtures/mischief.ts';

/** A journal in memory that is full for the records of a kind, until there is room. */
function fullFor(isRefused: (record: JournalRecord) => boolean) {
  const kept = memoryJournal();
  const disk = { isFull: true };
  const append: Journal['append'] = async (records, options) => {
    if (disk.isFull && records.some(isRefused))
      throw new StoreUnavailableError('here', 'the disk is full');
    return kept.append(records, options);
  };
  return { disk, journal: { ...kept, append } };
}

test('9.5 a call that could not be put on record is not told as a failed one, and is made when it can be', async () => {
  const { disk, journal } = fullFor(({ kind }) => kind === 'begun');
  const nova = new Nova({ organisation: inline, journal });
  const id = 'once';
  const broken = nova.run('honest', { text: 'a' }, { id });
  await expect(broken).rejects.toMatchObject({ code: 'store_unavailable' });
  disk.isFull = false;
  const result = await nova.run('honest', { text: 'a' }, { id });
  expect(result).toMatchObject({ outcome: 'done', value: { summary: 'a' } });
  await nova.close();
});

test('9.4 what a write came to is not forgotten where it could not be put on record: nothing is in doubt', async () => {
  const { disk, journal } = fullFor((record) => JSON.stringify(record).includes('tool.returned'));
  const nova = new Nova({ organisation: inline, journal });
  const id = 'told';
  const waits = Promise.withResolvers<string>();
  const broken = nova.run(
    'writer',
    { text: 'told' },
    { id, onReviews: ([review]) => review && waits.resolve(review.id) },
  );
  const refused = broken.catch((error: unknown) => error);
  await nova.decide(await waits.promise, { is: 'approve' }).catch(() => undefined);
  expect(await refused).toMatchObject({ code: 'store_unavailable' });
  disk.isFull = false;
  const result = await nova.run('writer', { text: 'told' }, { id });
  expect(result).toMatchObject({ outcome: 'done', value: { summary: 'told' } });
  expect(written.filter((text) => text === 'told')).toHaveLength(1);
  await nova.close();
});

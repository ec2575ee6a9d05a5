// Goal: a store that fails is nobody's failure inside of a run.
// Method: a journal that refuses one record, at the step that needs it; then the run is taken up.
import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/store-unavailable-error.ts';
import { Nova } from '../../src/host/nova.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import type { Journal } from '../../src/store/ports.ts';
import { inline } from '../fixtures/mischief.ts';

test('9.5 a call that could not be put on record is not told as a failed one, and is made when it can be', async () => {
  const kept = memoryJournal();
  let isFull = true;
  const append: Journal['append'] = async (records, options) => {
    if (isFull && records[0]?.kind === 'begun')
      throw new StoreUnavailableError('here', 'the disk is full');
    return kept.append(records, options);
  };
  const nova = new Nova({ organisation: inline, journal: { ...kept, append } });
  const id = 'once';
  const broken = nova.run('honest', { text: 'a' }, { id });
  await expect(broken).rejects.toMatchObject({ code: 'store_unavailable' });
  isFull = false;
  const result = await nova.run('honest', { text: 'a' }, { id });
  expect(result).toMatchObject({ outcome: 'done', value: { summary: 'a' } });
  await nova.close();
});

// Goal: the journal and the store on disk keep what their ports promise.
// Method: the contract suites of both, in a folder of its own for each case; the journal once more in
// segments so small that nearly each append begins a new one.
import { describe, expect, onTestFinished, test } from 'vitest';
import { journalContract, storeContract } from 'nova-agents/testing';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Opens one after the other, closing the last: one process holds a folder at a time. */
function reopening<P extends { close(): Promise<void> }>(open: () => P) {
  return async () => {
    let last = open();
    onTestFinished(() => last.close());
    return {
      port: last,
      reopen: async () => {
        await last.close();
        last = open();
        return last;
      },
    };
  };
}

for (const segmentBytes of [64 * 1024 * 1024, 300])
  describe(`journal in segments of ${segmentBytes} bytes`, () => {
    test.each(journalContract)('$name', async ({ run }) => {
      const folder = temporaryFolder();
      const make = reopening(() => fileJournal(folder, { segmentBytes }));
      await expect(run(make)).resolves.toBeUndefined();
    });
  });

describe('store', () => {
  test.each(storeContract)('$name', async ({ run }) => {
    const folder = temporaryFolder();
    await expect(run(reopening(() => fileStore(folder)))).resolves.toBeUndefined();
  });
});

// Goal: the journal and the store in memory keep the same promises as those on disk.
// Method: the contract suites of both ports; "opened again" is a second one over what the first kept.
import { describe, expect, test } from 'vitest';
import { journalContract, memoryJournal, memoryStore, storeContract } from 'nova-agents/testing';
import type { MemoryDocuments, MemoryRecords } from 'nova-agents/testing';

describe('journal', () => {
  test.each(journalContract)('$name', async ({ run }) => {
    const made = run(async () => {
      const kept: MemoryRecords = [];
      return { port: memoryJournal(kept), reopen: async () => memoryJournal(kept) };
    });
    await expect(made).resolves.toBeUndefined();
  });
});

describe('store', () => {
  test.each(storeContract)('$name', async ({ run }) => {
    const made = run(async () => {
      const kept: MemoryDocuments = new Map();
      return { port: memoryStore(kept), reopen: async () => memoryStore(kept) };
    });
    await expect(made).resolves.toBeUndefined();
  });
});

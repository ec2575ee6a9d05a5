export { fileJournal, type FileJournalOptions, type SyncMode } from './store/file-journal.ts';
export { fileStore, type FileStoreOptions } from './store/file-store.ts';
export { memoryJournal } from './store/memory-journal.ts';
export { memoryStore } from './store/memory-store.ts';
export type { Dropped, Journal, JournalRecord, Store } from './store/ports.ts';

// What is left of a world when it is over: everything that can be asked of it, every record, document, file and name.
import { readdirSync, readFileSync } from 'node:fs';
import { join, parse, relative, sep } from 'node:path';
import type { MemoryDocuments, MemoryRecords } from 'nova-agents/testing';
import { decodeName } from '../../src/store/document-name.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { systemFiles } from '../../src/store/files.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { unpackSegment } from '../../src/store/segment-bytes.ts';
import { World } from './world.ts';

const EVENTS = 16;

/** Asks of every run and scope all that can be asked. */
async function asked(world: World): Promise<void> {
  const { nova, canaries } = world;
  for (const scope of world.scopes) {
    canaries.look('memory', { scope }, await nova.memory(scope));
    canaries.look('search', { scope }, await nova.memory(scope, { is: 'search', words: 'roof' }));
    canaries.look('lessons', { scope }, await nova.memory(scope, { is: 'lessons', words: 'roof' }));
    for (const name of ['day', 'night']) {
      const place = { scope, run: '', session: `${scope} ${name}` };
      canaries.look('session', place, await nova.session(scope, name));
    }
  }
  for (const { run, ...line } of (await nova.runs({ withShared: true })).runs) {
    const place = world.placeOf(run);
    canaries.look('list', place, line);
    canaries.look('result', place, await nova.show(run));
    canaries.look('why', place, await nova.why(run));
    canaries.look('prompts', place, await nova.prompts(run));
  }
  for (const letter of (await nova.letters()).letters)
    canaries.look('letter', world.placeOf(letter.id.slice(0, letter.id.lastIndexOf('#'))), letter);
  canaries.lookForAny('numbers', await nova.stats());
}

/** Every record stands by whose it is; of what runs share only memories and ledgers hold words, those of their own scope. */
function record(world: World, run: string, text: string): void {
  const { canaries } = world;
  const { scope } = world.placeOf(run);
  const name = run.slice(scope.length + 1);
  const holds = name === '~~memory' || !name.startsWith('~~');
  if (!holds) canaries.lookForAny(`record of ${name}`, text);
  const isShared = name.startsWith('~');
  canaries.look('record', isShared ? { scope } : world.placeOf(run), text);
  canaries.lookForForgotten('record', text);
}

export interface Seen {
  readonly seed: number;
  readonly leaks: readonly string[];
  readonly looks: number;
  readonly met: number;
}

const seen = (seed: number, { canaries: { leaks, looks, met } }: World): Seen => ({
  seed,
  leaks: [...leaks],
  looks,
  met,
});

async function lived(world: World): Promise<void> {
  await world.play(EVENTS);
  await asked(world);
  await world.close();
}

function document(world: World, name: string, bytes: Uint8Array): void {
  const found = [name, new TextDecoder('latin1').decode(bytes)];
  world.canaries.look('document', world.placeOf(name.slice('runs/'.length)), found);
  world.canaries.lookForForgotten('document', found);
}

/** A world in memory. */
export async function watched(seed: number): Promise<Seen> {
  const records: MemoryRecords = [];
  const documents: MemoryDocuments = new Map();
  const world = new World(seed, {
    journal: () => memoryJournal(records),
    store: () => memoryStore(documents),
  });
  await lived(world);
  for (const { run, text } of records) record(world, run, text);
  for (const [name, bytes] of documents) document(world, name, bytes);
  return seen(seed, world);
}

/** A world in a folder: every file of it is looked through, archives unpacked, and its name. */
export async function watchedOnDisk(seed: number, folder: string): Promise<Seen> {
  const options = { segmentBytes: 20_000, sync: 'never' } as const;
  const world = new World(seed, {
    journal: () => fileJournal(folder, options),
    store: () => fileStore(folder),
  });
  await lived(world);
  const journal = fileJournal(folder, options);
  for (const run of await journal.runs())
    for (const one of await journal.read(run)) record(world, run, JSON.stringify(one));
  await journal.close();
  const { canaries } = world;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    const name = relative(folder, file);
    canaries.lookForAny('file name', name);
    canaries.lookForForgotten(name, bytes.toString('latin1'));
    const [room = '', ...path] = name.split(sep);
    if (room === 'documents')
      document(world, decodeName([...path.slice(0, -1), parse(name).name]) ?? '', bytes);
    else if (name.endsWith('.archive'))
      canaries.lookForForgotten(
        name,
        (await unpackSegment(systemFiles, file)).bytes.toString('latin1'),
      );
    else if (room !== 'journal') canaries.lookForAny(name, bytes.toString('latin1'));
  }
  return seen(seed, world);
}

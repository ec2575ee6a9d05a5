// Reads files as the runtime does, one after the other, and says how each was refused; then how much memory that took.
import { join } from 'node:path';
import * as z from 'zod';
import { failure } from '../../src/cli/commands.ts';
import { lock, lockFaults } from '../../src/cli/lock.ts';
import { readWay, replay } from '../../src/cli/replay.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import { acquire } from '../../src/store/holder-lock.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { JournalTail } from '../../src/store/journal-tail.ts';
import { worldOf } from '../../src/team/world.ts';
import { loadCheckable } from '../../src/verify/check-module.ts';
import { inline } from '../fixtures/mischief.ts';
import { RUN, type Row, type Told } from './kinds.ts';

const organise = async () => inline;
const me = { startedAt: '', socket: '' };

/** Each way to read; what it gives is what a good file says, or what is there in its stead. */
const readers: Readonly<Record<string, (folder: string, file: string) => Promise<unknown>>> = {
  'the journal': (folder) => fileJournal(folder).runs(),
  'the journal, beside its writer': (folder) => new JournalTail(folder).read(RUN),
  'a document': (folder) => fileStore(folder).read(`runs/${RUN}`, z.looseObject({})),
  'a snapshot': async (folder) => {
    const world = worldOf(inline, { hasModel: false });
    const engine = new LocalEngine(world, fileJournal(folder), fileStore(folder));
    return (await engine.load(RUN))?.ended?.outcome;
  },
  'the index': (folder) => fileJournal(folder).runs(),
  "the index's seal": (folder) => fileJournal(folder).runs(),
  'holder.lock': async (folder) => (await acquire(folder, me)).held,
  'holder.json': async (folder) => {
    const found = await acquire(folder, me);
    return found.held ? 'held' : (found.holder ?? 'nobody known');
  },
  'a configuration': (folder) => loadConfig(folder),
  'a module to check': (_, file) => loadCheckable(file),
  'nova.lock.json': async (folder) => {
    process.chdir(folder);
    return lockFaults(inline);
  },
  'nova.lock.json, to be written anew': async (folder) => {
    process.chdir(folder);
    return lock(organise, {});
  },
  'a counterexample': (_, file) => readWay(file),
  'a counterexample, to be gone along': (_, file) => replay(organise, file),
};

const told: Told[] = [];
const before = process.resourceUsage().maxRSS;
for (const { kind, folder, file } of JSON.parse(process.argv[2] ?? '[]') as Row[])
  try {
    const value = await readers[kind]?.(folder, join(folder, file));
    told.push({ value: JSON.stringify(value) ?? 'nothing' });
  } catch (error) {
    const { code: exit, line } = failure(error);
    const { code = 'none' } = error as { code?: string };
    told.push({ code, exit, line });
  }
const grownKb = process.resourceUsage().maxRSS - before;
// Behind what the readers may have printed themselves.
process.stdout.write(`\n${JSON.stringify({ told, grownKb })}`, () => process.exit());

// A memory one record of which is known to everybody who can know it: who recalled it, a model, those who share work, a machine's events.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from 'nova-agents/testing';
import { Nova } from 'nova-agents';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import type { Files } from '../../src/store/files.ts';
import { Canaries } from '../scopes/canaries.ts';
import { officeOf } from '../scopes/office.ts';
import { dice } from '../verify/simulation/crew.ts';

export const SCOPE = 'acme/shop';
/** Stands in the record that is forgotten. */
export const WORD = 'kzxanaduzk';
const { organisation, model } = officeOf({
  canaries: new Canaries(dice(1)),
  placeOf: (run) => ({ scope: SCOPE, run }),
});

export const known = (folder: string, files?: Files): Nova =>
  new Nova({
    organisation,
    model,
    journal: fileJournal(folder, { archive: false, ...(files && { files }) }),
    store: fileStore(folder, { ...(files && { files }) }),
    clock: new ManualClock(1_000),
  });

/** Runs in which a record comes to be known. */
export async function told(nova: Nova, text: string): Promise<void> {
  const below = { scope: `${SCOPE}/main`, project: '.' };
  await nova.run('clerk', { text: 'recall what of the roof' }, below);
  await nova.run('thinker', { text: 'what of the roof' }, below);
  await nova.run('teller', { text: 'survey the roof' }, below);
  // Its events hold what it is told.
  const { run } = await nova.run('listener', { text: 'fail' }, { ...below, id: 'listens' });
  await nova.send(`${run}#solo/node`, { type: 'SAY', text } as { type: string });
  while ((await nova.runs({ isOpen: true })).total > 0) await new Promise(setImmediate);
}

/** The files of a folder in which the word stands. */
export const found = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'latin1').includes(WORD));

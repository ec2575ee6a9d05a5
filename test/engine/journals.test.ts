// Goal: what a release has recorded replays today, event for event, and its runs in flight go on.
// Method: the journals of every release are copied, folded with the definitions that lie beside them, and gone on with; then a machine is
// changed as one must not and as one may.
import { cpSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Nova } from 'nova-agents';
import { fileJournal, memoryStore, type Journal } from 'nova-agents/store';
import { ManualClock } from 'nova-agents/testing';
import { builtinMachines } from '../../machines/builtin.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import type { Machine, World } from '../../src/kernel/system.ts';
import type { Recorded } from '../fixtures/journals/recorded.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const FOLDER = resolve(import.meta.dirname, '../fixtures/journals');
const releases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const ADVICE =
  'a definition has changed under its version: raise the version and keep the previous one';

/** A journal of a release, and what it was recorded with. */
async function recorded(release: string): Promise<Recorded & { journal: Journal }> {
  const definitions = (await import(join(FOLDER, release, 'definitions.ts'))) as Recorded;
  const folder = temporaryFolder();
  cpSync(join(FOLDER, release, 'journal'), join(folder, 'journal'), { recursive: true });
  return { ...definitions, journal: fileJournal(folder) };
}

/** How each run came out; one that does not replay by what it says. */
async function replayed(journal: Journal, world: World): Promise<Record<string, string>> {
  const ends: Record<string, string> = {};
  for (const run of await journal.runs()) {
    const loading = new LocalEngine(world, journal, memoryStore()).load(run);
    ends[run.slice(run.lastIndexOf('/') + 1)] = await loading.then(
      (system) => system?.ended?.outcome ?? 'in flight',
      (error: Error) => `${ADVICE}: ${error.message}`,
    );
  }
  return ends;
}
const ENDS = {
  three: 'answered',
  failed: 'failed',
  approved: 'said',
  waiting: 'in flight',
  listener: 'called',
  caller: 'heard',
};

describe.each(releases)('%s', (release) => {
  test('11.9 every run that it recorded replays', async () => {
    const { journal, world } = await recorded(release);
    expect(journal.dropped).toEqual([]);
    expect(await replayed(journal, world)).toMatchObject(ENDS);
    await journal.close();
  });

  test('11.9 a run that it left in flight goes on', async () => {
    const { journal, organisation } = await recorded(release);
    const nova = new Nova({ organisation, journal, clock: new ManualClock(1_700_000_001_000) });
    const [review] = await nova.reviews();
    const decided = await nova.decide(review?.id ?? '', { is: 'approve' });
    expect(decided).toMatchObject({ outcome: 'said' });
    await nova.close();
  });
});

/** Stands for a gate that was changed: it goes through other states. */
const other = builtinMachines.solo as unknown as Machine;

test('11.9 a built-in machine that is changed under its version is seen, and may be kept beside a newer one', async () => {
  const { journal, world } = await recorded('0.1');
  const changed = (version: number): World => ({
    ...world,
    machine: (id, asked) =>
      id === 'gate' && (asked ?? version) === version
        ? { version, logic: other }
        : world.machine(id, asked),
  });
  const seen = await replayed(journal, changed(1));
  expect(seen).toMatchObject({
    ...ENDS,
    approved: expect.stringContaining(ADVICE),
    waiting: expect.stringMatching(/event 2/),
  });
  expect(await replayed(journal, changed(2))).toEqual(ENDS);
  await journal.close();
});

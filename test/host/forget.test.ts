// Goal: what was said in a run can be taken out of a data folder, wherever it lies, and how the run went is still told.
// Method: a user's own machine leaves a secret in values, events, contexts, snapshots, dead letters and archives; after forgetting
// every byte of the folder is searched for it in several spellings, archives unpacked; then the run is read in every way there is.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { framesOf } from '../../src/inspect/frames.ts';
import type { Nova } from '../../src/host/nova.ts';
import { hashOf } from '../../src/kernel/canonical.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { systemFiles, type Files } from '../../src/store/files.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { JournalTail } from '../../src/store/journal-tail.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { worldOf } from '../../src/team/world.ts';
import { found, organisation, RUN, SECRET, secretIn, talk } from '../faults/secret.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const open = (folder: string, archive = false): Nova =>
  secretIn(fileJournal(folder, { segmentBytes: 3_000, archive }), fileStore(folder));

/** All that the inspector shows of the run. */
async function inspected(folder: string): Promise<string[]> {
  const records = await new JournalTail(folder).read(RUN);
  const world = worldOf(organisation, { hasModel: false });
  const shown: string[] = [];
  const batches = async function* () {
    yield records;
  };
  for await (const message of framesOf(world, RUN, batches(), { withContext: true }))
    shown.push(message);
  return shown;
}

describe('6.5 what was said in a run is forgotten', () => {
  test.each([false, true])(
    '6.5 everywhere in the folder (archived: %s), and how it went stays',
    async (isArchived) => {
      const folder = temporaryFolder();
      const nova = open(folder, isArchived);
      await talk(nova);
      const before = await nova.show(RUN);
      const listed = await nova.runs();
      await nova.close();
      expect((await found(folder)).length).toBeGreaterThan(1);
      const again = open(folder, isArchived);
      await again.runs();
      const packed = () =>
        readdirSync(join(folder, 'journal')).filter((name) => name.endsWith('.archive'));
      await expect.poll(() => packed().length > 0).toBe(isArchived);
      expect(await again.forget(RUN)).toBeGreaterThan(2);
      expect(await found(folder)).toEqual([]);
      const { asked: _, ...rest } = before;
      const forgotten = { ...rest, value: '(forgotten)', note: '(forgotten)' };
      expect(await again.show(RUN)).toEqual(forgotten);
      expect(await again.runs()).toEqual(listed);
      await again.close();
      expect((await inspected(folder)).join()).toMatch(/@xstate.actor.*"status":"done"/);
      const later = open(folder, isArchived);
      expect(await later.show(RUN)).toEqual(forgotten);
      // A late event is a dead letter, as of any run that has ended, and folds.
      await later.send(`${RUN}#solo`, { type: 'run.stopped' });
      expect((await later.show(RUN)).deadLetters.at(-1)).toMatchObject({ reason: 'ended' });
      await later.close();
      const last = open(folder, isArchived);
      expect((await last.show(RUN)).deadLetters).toHaveLength(before.deadLetters.length + 1);
      expect(await last.forget(RUN)).toBeGreaterThan(2);
      expect(await found(folder)).toEqual([]);
      await last.close();
    },
  );

  test('6.5 and nothing of another run, which said the same', async () => {
    const folder = temporaryFolder();
    const nova = open(folder);
    await talk(nova);
    await talk(nova, 'other');
    await nova.forget(RUN);
    expect((await nova.show('local/other')).value).toEqual({ text: `echo of ${SECRET},${SECRET}` });
    expect(await found(folder)).not.toEqual([]);
    await nova.forget('local/other');
    expect(await found(folder)).toEqual([]);
    await nova.close();
  });

  test('6.5 nor is it left in an archive that is being made meanwhile', async () => {
    const full = temporaryFolder();
    const nova = open(full);
    await talk(nova);
    await nova.close();
    const [made, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const rename: Files['rename'] = async (from, to) => {
      if (String(to).endsWith('.archive')) {
        made.resolve();
        await goOn.promise;
      }
      await systemFiles.rename(from, to);
    };
    const files = { ...systemFiles, rename };
    const again = secretIn(fileJournal(full, { files }), fileStore(full));
    await Promise.all([again.runs(), made.promise]);
    const forgetting = again.forget(RUN);
    // More calls of the disk than forgetting makes: if it does not wait, it is over by then.
    for (let calls = 0; calls < 1_000; calls += 1) await systemFiles.stat(full);
    goOn.resolve();
    await forgetting;
    expect(await found(full)).toEqual([]);
    await again.close();
    expect(await found(full)).toEqual([]);
  });

  test('6.5 or one value of it alone, known by its hash', async () => {
    const kept: MemoryRecords = [];
    const nova = secretIn(memoryJournal(kept), memoryStore());
    await talk(nova);
    const { value } = await nova.show(RUN);
    const hash = hashOf(value as Json);
    await expect(nova.forget(RUN, 'f'.repeat(64))).rejects.toMatchObject({ code: 'bad_request' });
    expect(await nova.forget(RUN, hash)).toBe(1);
    expect((await nova.show(RUN)).value).toBe('(forgotten)');
    const blobs = kept.map(({ text }) => JSON.parse(text) as { kind: string; hash: string });
    const empty = blobs.filter((record) => 'value' in record && record.value === 0);
    expect(empty).toMatchObject([{ kind: 'blob', hash }]);
    await nova.close();
  });

  test('6.5 only when it is over', async () => {
    const nova = secretIn(memoryJournal(), memoryStore());
    const running = nova.run('listener', { text: SECRET }, { id: 'talk', project: '.' });
    await expect.poll(() => nova.show(RUN).catch(() => undefined)).toBeDefined();
    await expect(nova.forget(RUN)).rejects.toMatchObject({ code: 'run_open', run: RUN });
    await nova.stop(RUN);
    expect((await running).outcome).toBe('cancelled');
    expect(await nova.forget(RUN)).toBeGreaterThan(0);
    await expect(nova.forget('local/nobody')).rejects.toMatchObject({ code: 'unknown_run' });
    await nova.close();
  });

  test.each([
    ['no JSON', 'Dear diary'],
    ['another shape', '{"format":1,"run":7}'],
    ['another version', '{"format":2,"run":"a","records":[],"overwrites":[]}'],
  ])(
    '6.5 a file in the place of a forgetting that holds %s is refused, and stays',
    async (_, words) => {
      const folder = temporaryFolder();
      const nova = open(folder);
      await talk(nova);
      await nova.close();
      const file = join(folder, 'journal', 'forgetting.json');
      writeFileSync(file, words);
      const journal = fileJournal(folder);
      await expect(journal.runs()).rejects.toMatchObject({ code: 'corrupt_file', file });
      await journal.close();
      expect(readdirSync(join(folder, 'journal'))).toContain('forgetting.json');
    },
  );
});

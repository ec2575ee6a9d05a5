// Goal: a document is the old or the new one, whole, and what cannot be read is named and left as it lies.
// Method: real files, spoilt by hand, and a file system that fails on demand.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { decodeName, encodeName } from '../../src/store/document-name.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { failingFiles, type Fault } from './failing-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const Run = z.strictObject({ id: z.string(), events: z.array(z.strictObject({ seq: z.int() })) });
const run = { id: 'é', events: [{ seq: 1 }] };

async function written() {
  const folder = temporaryFolder();
  const store = fileStore(folder);
  await store.write('runs/one', Run, run);
  return { store, file: join(folder, 'documents', 'runs', 'one.json') };
}

describe('files', () => {
  test('a person can open it, and nobody else', async () => {
    const { file } = await written();
    const laidOut = '{\n  "events": [\n    {\n      "seq": 1\n    }\n  ],\n  "id": "é"\n}\n';
    expect(readFileSync(file, 'utf8')).toBe(laidOut);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'its end'],
    ['half of it', Buffer.from('{"id":"a","ev'), /^(character \d+|its end)$/],
    ['no JSON', Buffer.from('{"id": no}'), /^(character 7|its end)$/],
    ['no UTF-8', Buffer.from('{"id":"\xe9"}', 'latin1'), 'byte 7'],
    ['another shape', Buffer.from('{"id":"a","events":[{"seq":"1"}]}'), 'events[0].seq'],
    ['more than a document has', Buffer.alloc(1_000_001, ' '), 'its end'],
  ])('a file that holds %s is corrupt at its place, and stays', async (_name, bytes, place) => {
    const { store, file } = await written();
    writeFileSync(file, bytes);
    const error: unknown = await store.read('runs/one', Run).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'corrupt_file', file });
    expect((error as { place: string }).place).toMatch(place);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('a document cut at any byte is corrupt or, without its last line end, whole', async () => {
    const { store, file } = await written();
    const whole = readFileSync(file);
    for (let size = 0; size < whole.length - 1; size += 1) {
      writeFileSync(file, whole.subarray(0, size));
      await expect(store.read('runs/one', Run)).rejects.toMatchObject({ code: 'corrupt_file' });
    }
    writeFileSync(file, whole.subarray(0, -1));
    expect(await store.read('runs/one', Run)).toEqual(run);
  });

  test('a byte order mark, as some editors leave it, does no harm', async () => {
    const { store, file } = await written();
    writeFileSync(file, `\ufeff${JSON.stringify(run)}`);
    expect(await store.read('runs/one', Run)).toEqual(run);
  });

  test("others' files are not listed, and a folder in a document's place is a plain error", async () => {
    const { store, file } = await written();
    for (const name of ['notes.txt', 'Upper.json', '%zz.json'])
      writeFileSync(join(file, '..', name), '');
    mkdirSync(join(file, '..', 'two.json'));
    expect(await store.list('')).toEqual(['runs/one']);
    await expect(store.read('runs/two', Run)).rejects.toThrow(
      /a folder lies where a file is needed/,
    );
  });
});

describe('a disk that fails', () => {
  test.each<Fault>(['open', 'write', 'sync', 'rename'])(
    '%s: the old one stays, no draft',
    async (fault) => {
      const folder = temporaryFolder();
      const faults = new Set<Fault>();
      const store = fileStore(folder, { files: failingFiles(faults) });
      await store.write('n', z.int(), 1);
      faults.add(fault);
      const failed = [2, 3].map((value) => store.write('n', z.int(), value));
      for (const each of failed)
        await expect(each).rejects.toMatchObject({ code: 'store_unavailable' });
      faults.clear();
      expect(await store.read('n', z.int())).toBe(1);
      expect(readdirSync(join(folder, 'documents'))).toEqual(['n.json']);
      expect(readdirSync(join(folder, 'drafts'))).toEqual([]);
      await store.write('n', z.int(), 4);
      expect(await fileStore(folder).read('n', z.int())).toBe(4);
    },
  );

  test('what a crash left half written is cleared away by the first write of the next process', async () => {
    const folder = temporaryFolder();
    const left = join(folder, 'drafts', '0-1');
    mkdirSync(join(left, '..'));
    writeFileSync(left, '{"se');
    const store = fileStore(folder);
    expect(await store.read('n', z.int())).toBeUndefined();
    expect(existsSync(left)).toBe(true);
    await store.write('n', z.int(), 1);
    expect(readdirSync(join(folder, 'drafts'))).toEqual([]);
  });

  test('two stores that write one document at the same time both succeed', async () => {
    const folder = temporaryFolder();
    const stores = [fileStore(folder), fileStore(folder)];
    const rounds = Array.from({ length: 30 }, (_, round) => round);
    const writes = rounds.flatMap((round) => stores.map((each) => each.write('n', z.int(), round)));
    await Promise.all(writes);
    expect(await stores[0]?.read('n', z.int())).toBe(29);
  });

  test('a file where the folder should be', async () => {
    const folder = join(temporaryFolder(), 'file');
    writeFileSync(folder, 'mine');
    const store = fileStore(folder);
    await expect(store.write('n', z.int(), 1)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(store.list('')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(readFileSync(folder, 'utf8')).toBe('mine');
  });
});

describe('names', () => {
  const part = fc.oneof(
    fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }),
    fc.constantFrom('..', '.', 'con', 'CON', 'aux.json', 'a~', '%2e', 'A', 'a', 'x'.repeat(130)),
  );
  const name = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map((each) => each.replaceAll('/', '_')).join('/'))
    .filter((each) => each.length <= 400 && each.isWellFormed());

  test('each name has a path of its own on any disk, and the path gives it back', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        const path = encodeName(a);
        for (const piece of path) {
          expect(piece).toMatch(/^[a-z0-9_%-]{1,120}~?$/);
          expect(['con', 'aux']).not.toContain(piece);
        }
        expect(decodeName(path)).toBe(a);
        expect(path.join('/') === encodeName(b).join('/')).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the longest name still makes a file', async () => {
    const folder = temporaryFolder();
    const longest = '\uffff'.repeat(400);
    await fileStore(folder).write(longest, z.string(), 'x');
    expect(await fileStore(folder).list('')).toEqual([longest]);
    expect(existsSync(join(folder, 'documents'))).toBe(true);
  });
});

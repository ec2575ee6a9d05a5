// Goal: the rules of the house (which floor may know which, how big and how named things are) hold everywhere.
// Method: each rule is a pure function over paths and texts; it runs over the repository, and over samples of its
// own that it must refuse or let pass, so that no rule can pass by seeing nothing.
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as imports from './house/imports.ts';
import { loadedBy, packagesIn } from './house/loading.ts';
import * as places from './house/places.ts';
import * as size from './house/size.ts';
import { readSources, type Rule } from './house/source.ts';
import * as words from './house/words.ts';

const root = resolve(import.meta.dirname, '..');
const sources = readSources(root);
const rules: Rule[] = [imports, size, words, places].flatMap((room) => Object.values(room));

test('the repository is read', () => {
  const floors = new Set(sources.map(({ path }) => path.split('/')[0]));
  expect([...floors]).toEqual(expect.arrayContaining(['machines', 'src', 'test', 'tools']));
});

describe.each(rules)('$says', ({ faults, breaks, keeps }) => {
  test('here', () => {
    expect(faults(sources)).toEqual([]);
  });

  test.each(breaks.map((sample) => ({ sample })))('refuses $sample', ({ sample }) => {
    expect(faults(sample)).not.toEqual([]);
  });

  test.each(keeps.map((sample) => ({ sample })))('lets pass $sample', ({ sample }) => {
    expect(faults(sample)).toEqual([]);
  });

  test('has samples', () => {
    expect(breaks.length * keeps.length).toBeGreaterThan(0);
  });
});

describe('importing nova-agents loads only xstate and zod', () => {
  const allowed = ['xstate', 'zod'];
  const foreign = (urls: readonly string[]) =>
    packagesIn(urls).filter((name) => !allowed.includes(name));

  test('here', () => {
    const urls = loadedBy('nova-agents', root);
    expect(urls.some((url) => url.endsWith('/src/index.ts'))).toBe(true);
    expect(foreign(urls)).toEqual([]);
  });

  test('sees another package', () => {
    expect(foreign(loadedBy('minisearch', root))).toEqual(['minisearch']);
  });
});

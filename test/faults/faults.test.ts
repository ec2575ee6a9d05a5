// Goal: nothing that was acknowledged is lost, and nothing is done twice, whatever breaks and whenever.
// Method: a seeded short form of what `npm run check:faults` does for long, part by part.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defects } from './defects.ts';
import { parts } from './parts.ts';

const seed = Number(process.env['NOVA_SEED'] ?? 1);

const each = parts.map((part) => ({ law: 9, ...part }));
test.each(each)(`$law $name (seed ${seed})`, { timeout: 60_000 }, async ({ run }) => {
  expect((await run({ seed, form: 'short' })).wrong).toEqual([]);
});

test('what is sown into the product stands in it, once', () => {
  const missing = defects.flatMap(({ name, file, instead }) => {
    const source = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
    return instead.some(([right]) => source.split(right).length !== 2) ? [`${name}: ${file}`] : [];
  });
  expect(missing).toEqual([]);
});

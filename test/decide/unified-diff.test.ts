// Goal: what a person is shown as a change is what changes.
// Method: worked diffs as `diff -u` prints them; random texts, whose diff is applied by hand and must give the other text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../src/decide/unified-diff.ts';

const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** The text after a diff, by its numbers and signs alone. */
function applied(before: string, diff: string): string[] {
  const old = lines(before);
  const now: string[] = [];
  let at = 0;
  for (const line of lines(diff)) {
    const [, start, count] = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line) ?? [];
    if (start !== undefined) {
      const from = Number(start) - (count === '0' ? 0 : 1);
      now.push(...old.slice(at, from));
      at = from;
    } else if (line.startsWith('+')) now.push(line.slice(1));
    else {
      if (old[at] !== line.slice(1)) throw new Error(`${line} is not what stands there`);
      if (line.startsWith(' ')) now.push(line.slice(1));
      at += 1;
    }
  }
  return [...now, ...old.slice(at)];
}

const numbered = (count: number, changed: Record<number, string> = {}): string =>
  Array.from({ length: count }, (_, at) => changed[at + 1] ?? `line ${at + 1}`).join('\n');

test.each([
  ['a line in the middle', 'a\nb\nc', 'a\nB\nc', '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c'],
  ['everything', '', 'a\nb', '@@ -0,0 +1,2 @@\n+a\n+b'],
  ['nothing left', 'a', '', '@@ -1 +0,0 @@\n-a'],
  ['nothing', 'a\nb', 'a\nb', ''],
  [
    'two places far from each other',
    numbered(20),
    numbered(20, { 2: 'X', 19: 'Y' }),
    '@@ -1,5 +1,5 @@\n line 1\n-line 2\n+X\n line 3\n line 4\n line 5\n' +
      '@@ -16,5 +16,5 @@\n line 16\n line 17\n line 18\n-line 19\n+Y\n line 20',
  ],
])('shows %s as diff -u does', (_, before, after, diff) => {
  expect(unifiedDiff(before, after)).toBe(diff);
});

const text = fc.array(fc.constantFrom('a', 'b', 'c', '', '+', '-', '@@'), { maxLength: 30 });

test('leads from any text to any other, by no more lines than differ', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff(before.join('\n'), after.join('\n'));
      expect(applied(before.join('\n'), diff)).toEqual(lines(after.join('\n')));
      expect(unifiedDiff(before.join('\n'), before.join('\n'))).toBe('');
    }),
  );
});

test('two long texts that have nothing in common are taken out and put in as a whole', () => {
  const many = (sign: string) =>
    Array.from({ length: 3_000 }, (_, at) => `${sign}${at}`).join('\n');
  const diff = lines(unifiedDiff(many('a'), many('b')));
  expect(diff).toHaveLength(6_001);
  expect(applied(many('a'), diff.join('\n')).join('\n')).toBe(many('b'));
});

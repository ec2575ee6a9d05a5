// Goal: every rule of the protocol is tested by name, and no test names a rule that is not there.
// Method: the rules' numbers in docs/protocol.md are compared with the numbers that test names begin with.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const protocol = readFileSync('docs/protocol.md', 'utf8');
const rules = [...protocol.matchAll(/^- \*\*(\d+\.\d+)\*\*/gm)].map(([, rule]) => rule ?? '');
const laws = [...protocol.matchAll(/^## (\d+)\./gm)].map(([, law]) => law ?? '');
const sources = globSync('test/**/*.test.ts').map((file) => readFileSync(file, 'utf8'));
/** Rules that stand at the beginning of a test's name; several are joined by commas. */
const named = sources.flatMap((text) =>
  [...text.matchAll(/(?:\btest\(|\)\()\s*['"`]((?:\d+(?:\.\d+)?,? )+)/g)].flatMap(
    ([, numbers = '']) => numbers.trim().split(/,? /),
  ),
);

test('every rule has a test, and every numbered test has its rule', () => {
  expect(rules.length).toBeGreaterThan(30);
  expect(rules.filter((rule) => !named.includes(rule))).toEqual([]);
  expect(named.filter((number) => !rules.includes(number) && !laws.includes(number))).toEqual([]);
});

// Goal: a change is accepted only where three reviewers, each alone, have nothing against it, and whoever was overruled is answered.
// Method: a whole Nova runs the charter over repositories with a change that has a flaw for one reviewer, or none.
import { expect, onTestFinished, test } from 'vitest';
import { Nova } from 'nova-agents';
import { checkTeam } from 'nova-agents/testing';
import type { Report } from '../../../agents/coordination/contracts.ts';
import { resultText } from '../../../src/cli/print.ts';
import { reviewChange } from '../../../agents/engineering/review-change.ts';
import { organisation } from '../../../agents/index.ts';
import { Repository } from '../../fixtures/repository.ts';

const SECRET = ['AKIA', 'ABCDEFGHIJKLMNOP'].join('');
const start = () =>
  new Repository()
    .write('package.json', '{ "name": "shop", "version": "1.0.0", "type": "module" }\n')
    .write('src/cart.ts', 'export const total = (prices: number[]) => prices.length;\n')
    .write(
      'test/cart.test.ts',
      `import { total } from '../src/cart.ts';\nconsole.log(total([1]));\n`,
    )
    .commit('Start');

async function reviewed({ path }: Pick<Repository, 'path'>) {
  const { module: _, ...here } = organisation;
  const nova = new Nova({ organisation: here });
  onTestFinished(() => nova.close());
  return nova.run('review-change', { text: 'May it be accepted?' }, { project: path });
}

test('a change that is tested and harmless is accepted by all three', async () => {
  const sum = 'export const total = (prices: number[]) => prices.reduce((a, b) => a + b, 0);\n';
  const { outcome, arbitrations } = await reviewed(start().write('src/cart.ts', sum));
  expect([outcome, arbitrations?.[0]?.by]).toEqual(['accepted', 'agreement']);
  expect(arbitrations?.[0]?.positions.map(({ agent }) => agent).toSorted()).toEqual([
    'code-reviewer',
    'refactorer',
    'test-writer',
  ]);
});

test('4.1 what one reviewer shows holds it, and the others are answered', async () => {
  const leak = `export const total = (prices: number[]) => prices.length + ${JSON.stringify(SECRET)}.length;\n`;
  const said = await reviewed(start().write('src/cart.ts', leak));
  const { faults } = said.value as unknown as Report;
  expect([said.outcome, said.arbitrations?.[0]?.by]).toEqual(['held', 'owner']);
  expect(faults.map(({ shownBy, path, line }) => `${shownBy} ${path}:${line}`)).toContain(
    'code-reviewer src/cart.ts:1',
  );
  expect(JSON.stringify(said)).not.toContain(SECRET);
  expect(said.arbitrations?.[0]?.overruled.every(({ answer }) => answer !== '')).toBe(true);
  const told = resultText(said);
  expect(told).toMatch(
    /risks held hold\n +1 fault, .*\n +- fault: about .*, line 1, path src\/cart\.ts/,
  );
  expect(told).not.toContain('"why"');
});

test('of no change nothing is accepted', async () => {
  const said = await reviewed(start());
  const { gaps } = said.value as unknown as Report;
  expect([said.outcome, gaps.map(({ why }) => why)]).toEqual(['held', ['nothing is changed']]);
});

test('where nobody can look it is held, and told what could not be judged', async () => {
  const said = await reviewed({ path: '/nowhere' });
  expect([said.outcome, said.arbitrations?.[0]?.by]).toEqual(['held', 'agreement']);
  expect((said.value as unknown as Report).gaps).not.toEqual([]);
});

test('it holds to everything that nova check would', () => {
  expect(() => checkTeam(reviewChange)).not.toThrow();
});

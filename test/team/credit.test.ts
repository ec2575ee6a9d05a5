// Goal: the worked example of a decision works, by each way that it tells of, and holds to everything that nova check would.
// Method: a whole Nova is asked about customers on whom the advisers agree, differ, or object.
import { afterEach, expect, test } from 'vitest';
import { Nova } from 'nova-agents';
import { checkTeam } from 'nova-agents/testing';
import { credit, organisation } from '../../docs/credit.ts';
import { resultText } from '../../src/cli/print.ts';

const open: Nova[] = [];
afterEach(() => Promise.all(open.splice(0).map((nova) => nova.close())));

async function asked(text: string) {
  const nova = new Nova({ organisation });
  open.push(nova);
  const finance = { principal: { id: 'finance', proof: 'embedder' } } as const;
  return nova.run(
    'credit',
    { text },
    {
      onReviews: ([review]) => void (review && nova.decide(review.id, { is: 'approve' }, finance)),
    },
  );
}

test.each([
  ['acme 500', 'raised', 'agreement', null],
  ['acme 2000', 'raised', 'owner', null],
  ['acme 7000', 'kept', 'person', 'veto'],
])('4.3, 4.5 %s is %s by %s', async (text, outcome, by, why) => {
  const { arbitrations, ...result } = await asked(text);
  expect(result.outcome).toBe(outcome);
  expect(arbitrations).toMatchObject([{ decision: 'credit-limit', by, why }]);
});

test('4.6 a person reads who held what, what decided it, and what the others were told', async () => {
  const text = resultText(await asked('acme 7000'));
  expect(text).toContain('credit-limit: keep by person finance, asked because of: veto\n');
  expect(text).toContain(
    '  ledger held raise, overruled: seen: all was paid in time\n    all was paid in time\n    - invoice: overdueDays 0\n',
  );
  expect(text).toContain(
    '  rules held keep\n    above 1000 nobody is raised at once\n    - rule: section 4.2\n',
  );
});

test('it holds to everything that nova check would', () => {
  expect(() => checkTeam(credit)).not.toThrow();
});

// Goal: the worked example of a team works, and takes each of its ways.
// Method: a whole Nova is asked for it by its name, with orders that lead everywhere; a person decides at its gate.
import { afterEach, expect, test } from 'vitest';
import { defineAgent, defineOrganisation, Nova, roleContracts, type Verdict } from 'nova-agents';
import { checkTeam } from 'nova-agents/testing';
import { letters, organisation, refunds } from '../../docs/refunds.ts';

/** Gives every request to the team as it is. */
const router = defineAgent({
  id: 'router',
  version: 1,
  does: 'Gives everything to one team.',
  ...roleContracts.router,
  examples: [],
  act: ({ text }, say) =>
    say.routed({
      plan: { parts: [{ id: 'all', node: 'refunds', input: { text } }] },
      unplaced: [],
    }),
});
const novas: Nova[] = [];
afterEach(() => Promise.all(novas.splice(0).map((nova) => nova.close())));

async function outcomeOf(text: string, verdict?: Verdict) {
  const nova = new Nova({
    organisation: defineOrganisation({
      ...organisation,
      agents: [...organisation.agents, router],
      roles: { router: 'router' },
    }),
  });
  novas.push(nova);
  const asked = await nova.ask(text);
  const [review] = asked.waiting;
  const principal = { id: 'finance', proof: 'embedder' } as const;
  const ended =
    review === undefined || verdict === undefined
      ? asked
      : await nova.decide(review.id, verdict, { principal });
  const team = ended.trace.find(({ node }) => node === 'refunds');
  return { outcome: team?.outcome, nodes: ended.trace.map(({ node }) => node) };
}

test('a question is answered by a letter', async () => {
  expect(await outcomeOf('where is A17')).toMatchObject({ outcome: 'replied' });
});

test('a claim that all speaks for is paid when finance approves, and declined when it does not', async () => {
  expect(await outcomeOf('refund A17', { is: 'approve' })).toMatchObject({ outcome: 'replied' });
  expect(await outcomeOf('refund A17', { is: 'reject' })).toMatchObject({ outcome: 'declined' });
  expect((await outcomeOf('refund A17')).outcome).toBeUndefined();
});

test('a claim that finds are divided on is looked at again, as often as the charter lets it', async () => {
  const { outcome, nodes } = await outcomeOf('refund A13');
  expect(outcome).toBe('failed');
  expect(nodes.filter((node) => node === 'assessor')).toHaveLength(3);
});

test.each([letters, refunds])('team $id holds to everything that nova check would', (team) => {
  expect(() => checkTeam(team)).not.toThrow();
});

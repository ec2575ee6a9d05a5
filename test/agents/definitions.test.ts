// Goal: the specialists form one organisation whose promises about each other hold.
// Method: the organisation is built with its grants; each definition is read for what every one must have.
import { describe, expect, test } from 'vitest';
import { defineOrganisation } from 'nova-agents';
import { described } from '../../src/team/catalogue.ts';
import { grants } from '../../agents/grants.ts';
import { retrievalOf, takersOf } from 'nova-agents/routing';
import { coordination, organisation } from '../../agents/index.ts';

const roles: readonly string[] = coordination.agents.map(({ id }) => id);
const agents = organisation.agents.filter(({ id }) => !roles.includes(id));
/** As with a model for those that need one. */
const rank = retrievalOf(agents.map((agent) => described(agent)));
/** Those that a person has to approve of. */
const WRITING: readonly string[] = ['run-script', 'write-page'];

test('they load together, within their grants, and nobody sends work to nobody', () => {
  const alone = defineOrganisation({ id: 'o', agents: organisation.agents, grants });
  expect(alone.byId.size).toBe(organisation.agents.length);
  const writing = [...alone.tools.values()].filter(({ effect }) => effect === 'writes');
  expect(writing.map(({ name }) => name)).toEqual(WRITING);
});

describe.each(agents.map((agent) => [agent.id, agent] as const))('%s', (_, agent) => {
  test('says what it does, where it stops, how it fails, and is asked in many ways', () => {
    const asks = [...agent.examples.map(({ ask }) => ask), ...agent.asks];
    expect(new Set(asks).size).toBe(asks.length);
    expect(asks.length).toBeGreaterThanOrEqual(8);
    expect(agent.examples.length).toBeGreaterThanOrEqual(2);
    expect(Object.keys(agent.doesNot).length).toBeGreaterThanOrEqual(2);
    expect(new Set(agent.failsBy.map(({ caughtBy }) => caughtBy)).size).toBeGreaterThanOrEqual(2);
  });

  test('uses no more than its grant, and the grant no more than it uses', () => {
    const granted = grants[agent.id as keyof typeof grants];
    expect(agent.tools.map(({ name }) => name).toSorted()).toEqual([...granted.tools]);
  });

  test('is found by each of its own asks, alone', () => {
    const asks = [...agent.examples.map(({ ask }) => ask), ...agent.asks];
    const takers = asks.map((ask) => [ask, ...takersOf(rank(ask)).map(({ entry }) => entry.id)]);
    expect(takers).toEqual(asks.map((ask) => [ask, agent.id]));
  });
});

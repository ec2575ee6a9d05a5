import type { CatalogueEntry } from '../../machines/protocol/roles.ts';
import type { AnyAgent } from './agent.ts';
import { named } from '../routing/knowing.ts';
import { parse, type Contract } from './contract.ts';
import type { Organisation } from './define-organisation.ts';

/** What is told of an agent to whoever looks for one. */
export const described = (agent: AnyAgent, ready = true): CatalogueEntry => ({
  id: agent.id,
  does: agent.does,
  doesNot: agent.doesNot,
  examples: [...agent.examples.map(({ ask }) => ask), ...agent.asks],
  ready,
});

/** Describes those agents that a person's words can be handed to, for the router and the planner. */
export function catalogueOf(
  organisation: Organisation,
  hasModel: (agent: AnyAgent) => boolean,
): CatalogueEntry[] {
  const isAskable = ({
    input,
    asks,
  }: {
    readonly input: Contract;
    readonly asks: readonly string[];
  }) => ['a', ...asks].some((text) => parse(input, { text }).ok);
  const teams = [...(organisation.teams ?? []), ...(organisation.machines ?? [])]
    .filter(isAskable)
    .map(({ id, does, asks }) => ({ id, does, doesNot: {}, examples: [...asks], ready: true }));
  const agents = organisation.agents
    .filter(isAskable)
    .map((agent) => described(agent, agent.act !== undefined || hasModel(agent)));
  const { learned } = organisation;
  return [...agents, ...teams].map((entry) => ({
    ...entry,
    ...(learned !== undefined && { learned: named(learned) }),
  }));
}

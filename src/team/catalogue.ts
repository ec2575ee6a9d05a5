import { Ask, type CatalogueEntry } from '../../machines/protocol/roles.ts';
import type { AnyAgent } from './agent.ts';
import { parse, type Contract } from './contract.ts';
import type { Organisation } from './define-organisation.ts';

/** Describes those agents that a person's words can be handed to, for the router and the planner. */
export function catalogueOf(
  organisation: Organisation,
  hasModel: (agent: AnyAgent) => boolean,
): CatalogueEntry[] {
  const isAskable = ({ input }: { readonly input: Contract }) =>
    parse(input, Ask.parse({ text: 'a' })).ok;
  const teams = [...(organisation.teams ?? []), ...(organisation.machines ?? [])]
    .filter(isAskable)
    .map(({ id, does, asks }) => ({ id, does, doesNot: {}, examples: [...asks], ready: true }));
  const agents = organisation.agents.filter(isAskable).map((agent) => ({
    id: agent.id,
    does: agent.does,
    doesNot: agent.doesNot,
    examples: [...agent.examples.map(({ ask }) => ask), ...agent.asks],
    ready: agent.act !== undefined || hasModel(agent),
  }));
  return [...agents, ...teams];
}

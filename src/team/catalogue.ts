import type { CatalogueEntry } from '../../machines/protocol/roles.ts';
import type { AnyAgent } from './agent.ts';
import { named } from '../routing/knowing.ts';
import { contractSpec, parse, takenBy, type Contract } from './contract.ts';
import type { Organisation } from './define-organisation.ts';

interface Bordered {
  readonly input: Contract;
  readonly outcomes: Readonly<Record<string, Contract>>;
  readonly asks: readonly string[];
}

/** By their keys, what a node takes and what each of its outcomes gives: as much as a plan's edges need to know. */
function bordersOf(node: Bordered): Pick<CatalogueEntry, 'takes' | 'gives'> {
  const takes = takenBy(node.input);
  const gives = Object.entries(contractSpec(node).outcomes);
  return {
    ...(takes && { takes: [...takes] }),
    gives: Object.fromEntries(gives.map(([outcome, keys]) => [outcome, [...keys]])),
  };
}

/** What is told of an agent to whoever looks for one. */
export const described = (agent: AnyAgent, ready = true): CatalogueEntry => ({
  id: agent.id,
  does: agent.does,
  doesNot: agent.doesNot,
  examples: [...agent.examples.map(({ ask }) => ask), ...agent.asks],
  ...bordersOf(agent),
  ready,
});

const isAskable = ({ input, asks }: Bordered): boolean =>
  ['a', ...asks].some((text) => parse(input, { text }).ok);

/** It needs more than words, and says by which keys: another part of a plan may bring them. */
const isFed = ({ input }: Bordered): boolean =>
  (takenBy(input) ?? []).some((key) => key !== 'text' && !key.endsWith('?'));

function entriesOf(
  { agents, teams = [], machines = [], learned }: Organisation,
  hasModel: (agent: AnyAgent) => boolean,
  isListed: (node: Bordered & { readonly id: string }) => boolean,
): CatalogueEntry[] {
  const alone = agents
    .filter(isListed)
    .map((agent) => described(agent, agent.act !== undefined || hasModel(agent)));
  const together = [...teams, ...machines].filter(isListed).map((node): CatalogueEntry => {
    const { id, does, asks } = node;
    return { id, does, doesNot: {}, examples: [...asks], ...bordersOf(node), ready: true };
  });
  const all = [...alone, ...together];
  if (learned === undefined) return all;
  const name = named(learned);
  return all.map((entry) => ({ ...entry, learned: name }));
}

/** Describes those that a person's words can be handed to. */
export const catalogueOf = (
  organisation: Organisation,
  hasModel: (agent: AnyAgent) => boolean,
): CatalogueEntry[] => entriesOf(organisation, hasModel, isAskable);

/** Describes those that may play a part of a plan: behind them who needs what another part brings, but nobody who plays a role. */
export function plannableOf(
  organisation: Organisation,
  hasModel: (agent: AnyAgent) => boolean,
): CatalogueEntry[] {
  const players = new Set(Object.values(organisation.roles));
  const isFedAlone = (node: Bordered & { readonly id: string }): boolean =>
    isFed(node) && !isAskable(node) && !players.has(node.id);
  return [...catalogueOf(organisation, hasModel), ...entriesOf(organisation, hasModel, isFedAlone)];
}

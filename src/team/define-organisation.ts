import type { TaskLimits } from '../../machines/protocol/handoff.ts';
import type { Role } from '../../machines/protocol/roles.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import type { AnyAgent, AnyTool } from './agent.ts';
import type { AnyArbiter } from './decision.ts';
import { named } from '../routing/knowing.ts';
import type { Learned } from '../routing/learning.ts';
import { requireNoCircle, type Trigger } from './define-trigger.ts';
import { requirePeople, type People } from './gate-terms.ts';
import { membersOf } from './members.ts';
import { editionsOf } from './previous.ts';
import type { AnyMachineNode, AnyTeam } from './team.ts';

/** The most an agent may use; its own file may narrow it, never widen it. */
export interface Grant {
  readonly tools: readonly string[];
  /** Those of them that write, and that it may call without a person being asked; default none. */
  readonly unattended?: readonly string[];
  readonly limits?: Partial<TaskLimits>;
}

export interface OrganisationDefinition {
  readonly id: string;
  /** `import.meta.url` of the module that exports it, so that workers can load it; without it agents run on the main thread. */
  readonly module?: string;
  readonly agents: readonly AnyAgent[];
  /** Teams of those agents, and of each other. */
  readonly teams?: readonly AnyTeam[];
  /** Nodes made of machines of one's own, by `fromMachine`. */
  readonly machines?: readonly AnyMachineNode[];
  /** What `learn` of `nova-agents/routing` made of labelled requests: who takes what. */
  readonly learned?: Learned;
  /** What begins when a run has ended as it says; no circle. */
  readonly triggers?: readonly Trigger[];
  /** Who plays which role, by id; an absent role is a declared skip. */
  readonly roles?: { readonly [R in Role]?: string };
  /** Who has which role at its gates, by the ids of principals. */
  readonly people?: People;
  /** With grants, an agent that has none may use nothing. */
  readonly grants?: Readonly<Record<string, Grant>>;
}

export interface Organisation extends OrganisationDefinition {
  readonly kind: 'organisation';
  readonly roles: { readonly [R in Role]?: string };
  readonly byId: ReadonlyMap<string, AnyAgent>;
  readonly tools: ReadonlyMap<string, AnyTool>;
}

function checkGrant(where: string, agent: AnyAgent, grant: Grant | undefined): void {
  for (const tool of agent.tools)
    if (!grant?.tools.includes(tool.name))
      throw new DefinitionError(where, `the tool ${tool.name} is not granted to it`);
  for (const name of grant?.unattended ?? []) {
    const tool = agent.tools.find((one) => one.name === name);
    if (tool !== undefined && (tool.effect === 'reads' || tool.approval !== undefined))
      throw new DefinitionError(
        where,
        `${name} is unattended, and ${tool.approval ? 'says who approves of it' : 'only reads'}`,
      );
    if (!grant?.tools.includes(name))
      throw new DefinitionError(where, `${name} is unattended, and not granted to it`);
  }
  for (const [limit, most] of Object.entries(grant?.limits ?? {}))
    if (agent.limits[limit as keyof TaskLimits] > most)
      throw new DefinitionError(
        where,
        `${limit} is ${agent.limits[limit as keyof TaskLimits]}, granted are ${most}`,
      );
}

/** Every decision has one owner, and who decides it says so. @throws DefinitionError naming the claimants. */
function checkOwners(agents: readonly AnyAgent[], teams: readonly AnyTeam[]): void {
  const owners = new Map<string, string>();
  const refuse = (decision: string, problem: string): never => {
    throw new DefinitionError(`decision ${decision}`, problem);
  };
  for (const { id, decides } of agents)
    for (const decision of decides) {
      const other = owners.get(decision);
      if (other !== undefined) refuse(decision, `both ${other} and ${id} own it`);
      owners.set(decision, id);
    }
  const known = new Map<string, AnyArbiter>();
  for (const node of teams.flatMap(({ nodes }) => Object.values(nodes))) {
    if (node.kind !== 'decision') continue;
    const { decision, owner } = node;
    if ((known.get(decision) ?? node) !== node) refuse(decision, 'it is defined twice');
    known.set(decision, node);
    const claimant = owners.get(decision);
    const owned = 'id' in owner ? owner.id : undefined;
    if (claimant !== owned)
      refuse(
        decision,
        `${owned ?? 'a person'} owns it, ${claimant ?? 'nobody'} says so in \`decides\``,
      );
  }
}

/** Whoever works in a team belongs to the organisation, as the very same definition. @throws DefinitionError. */
function checkTeams(
  { teams = [], machines = [], people = {} }: OrganisationDefinition,
  byId: ReadonlyMap<string, AnyAgent>,
): void {
  const all = [...teams, ...machines];
  for (const [index, { kind, id }] of all.entries())
    if (byId.has(id) || all.findIndex((other) => other.id === id) !== index)
      throw new DefinitionError(`${kind} ${id}`, 'its id is taken');
  const now = new Set<unknown>([...byId.values(), ...all]);
  const kept = new Set<unknown>(
    [...byId.values(), ...all].flatMap<AnyAgent | AnyTeam | AnyMachineNode>(editionsOf),
  );
  // A team of now has nodes of now; one that is kept may have what is kept.
  for (const team of teams.flatMap(editionsOf))
    for (const [key, node] of Object.entries(team.nodes)) {
      if (node.kind === 'gate')
        requirePeople(`team ${team.id}: gate ${key}`, node.approval, people);
      if (node.kind === 'decision')
        for (const asked of [node.people, node.appeal ?? {}])
          requirePeople(`decision ${node.decision}`, asked, people);
      for (const member of membersOf(node))
        if ('id' in member && !(teams.includes(team) ? now : kept).has(member))
          throw new DefinitionError(
            `team ${team.id}`,
            `${key} is the ${member.kind} ${member.id}, ${member.kind === 'agent' ? 'who' : 'which'} is not in the organisation`,
          );
    }
}

/** What is begun and what begins it are nodes of the organisation. @throws DefinitionError. */
function checkTriggers({
  agents,
  teams = [],
  machines = [],
  triggers = [],
}: OrganisationDefinition) {
  const nodes = new Set<unknown>([...agents, ...teams, ...machines]);
  for (const [at, { id, when, begin }] of triggers.entries()) {
    const where = `trigger ${id}`;
    if (triggers.findIndex((other) => other.id === id) !== at)
      throw new DefinitionError(where, 'its id is taken');
    for (const node of [when.node, begin])
      if (!nodes.has(node))
        throw new DefinitionError(where, `${node.id} is not in the organisation`);
  }
  requireNoCircle(triggers);
}

/**
 * Defines an organisation: who belongs to it, who plays which role, what each may use.
 * @throws DefinitionError for a doubled id, two tools of one name, two owners of a decision, one that does
 *   not say so, a `doesNot` or a role that names nobody, an agent that uses more than it was granted, and a gate with a role that nobody has or a quorum
 *   above those who may decide.
 */
export const defineOrganisation = (definition: OrganisationDefinition): Organisation =>
  organised(definition, false);

/** As `defineOrganisation`; of a part of one, whoever is named for other work may stand outside. */
export function organised(definition: OrganisationDefinition, isPart: boolean): Organisation {
  const byId = new Map<string, AnyAgent>();
  const tools = new Map<string, AnyTool>();
  for (const agent of definition.agents) {
    const where = `agent ${agent.id}`;
    if (byId.has(agent.id)) throw new DefinitionError(where, 'it stands twice in the organisation');
    byId.set(agent.id, agent);
    // What was withdrawn since is withdrawn from runs in flight too.
    for (const one of definition.grants ? editionsOf(agent) : [])
      checkGrant(where, one, definition.grants?.[agent.id]);
    for (const tool of agent.tools) {
      if ((tools.get(tool.name) ?? tool) !== tool)
        throw new DefinitionError(where, `another tool is called ${tool.name} too`);
      tools.set(tool.name, tool);
      requirePeople(`tool ${tool.name}`, tool.approval ?? {}, definition.people ?? {});
    }
  }
  for (const agent of definition.agents)
    for (const [what, who] of Object.entries(agent.doesNot))
      if (!isPart && !byId.has(who))
        throw new DefinitionError(
          `agent ${agent.id}`,
          `doesNot "${what}" names ${who}, who is nobody here`,
        );
  checkTeams(definition, byId);
  // Whoever loads the organisation knows it, threads included.
  if (definition.learned !== undefined) named(definition.learned);
  const roles = definition.roles ?? {};
  for (const [role, id] of Object.entries(roles))
    if (!byId.has(id)) throw new DefinitionError(`role ${role}`, `${id} is nobody here`);
  checkTriggers(definition);
  checkOwners(definition.agents, definition.teams ?? []);
  return { ...definition, kind: 'organisation', roles, byId, tools };
}

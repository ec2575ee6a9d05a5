import { BUDGET_GATE, TENANT_GATE } from '../../machines/budget/setup.ts';
import { builtinMachines, formerMachines } from '../../machines/builtin.ts';
import type { TaskSettings } from '../../machines/protocol/handoff.ts';
import type { Plan } from '../../machines/protocol/roles.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { teamMachine } from '../../machines/team.ts';
import { type Machine, type NodeSpec, type World } from '../kernel/system.ts';
import type { AnyAgent } from './agent.ts';
import { arbiterSpecs } from './arbiter.ts';
import { DEFAULT_KERNEL_LIMITS, type KernelLimits } from '../kernel/limits.ts';
import { belowSpecs } from './below.ts';
import { checkPlan } from './check-plan.ts';
import { contractSpec, parse } from './contract.ts';
import { branchSpec, fanSpec } from './fan.ts';
import { sharingOf } from './define-agent.ts';
import type { Organisation } from './define-organisation.ts';
import { machineSpec } from './from-machine.ts';
import type { Gate } from './gate.ts';
import { DAY_MS, rolesOf, termsOf, type People } from './gate-terms.ts';
import { migrationsOf } from './migrate.ts';
import { Editions, editionsOf } from './previous.ts';
import type { AnyMachineNode, AnyTeam, Planned } from './team.ts';

export interface WorldOptions {
  /** For which agents with `instructions` a model is configured: for all, or for those of whom it says so. */
  readonly hasModel?: boolean | ((agent: AnyAgent) => boolean);
  /** How long a person has to approve a writing tool; milliseconds, default 24 hours. */
  readonly approveWithinMs?: number;
  /** Who may grant a run more than its tenant's limit: ids of principals; default: whoever asked for the run. */
  readonly tenantDeciders?: readonly string[];
  /** The scopes of the projects that are known. */
  readonly projects?: readonly string[];
  readonly limits?: Partial<KernelLimits>;
}

const isBoth = ({ act, instructions }: AnyAgent): boolean =>
  act !== undefined && instructions !== undefined;

function performerOf(agent: AnyAgent, hasModel: boolean): TaskSettings['performer'] {
  if (agent.instructions !== undefined && hasModel) return 'model';
  return agent.act === undefined ? 'none' : 'code';
}

function agentSpec(
  agent: AnyAgent,
  options: WorldOptions,
  { people = {}, grants = {} }: Organisation,
): NodeSpec {
  const { hasModel: has = false, approveWithinMs = DAY_MS } = options;
  const hasModel = typeof has === 'function' ? has(agent) : has;
  const { unattended = [] } = grants[agent.id] ?? {};
  const settings: TaskSettings = {
    performer: performerOf(agent, hasModel),
    ...(isBoth(agent) && hasModel && { hasDeputy: true }),
    limits: agent.limits,
    tools: Object.fromEntries(
      agent.tools.map(({ name, effect, timeoutMs, inDoubt, approval, polls }) => [
        name,
        {
          effect,
          timeoutMs,
          inDoubt: typeof inDoubt === 'string' ? inDoubt : 'lookup',
          ...(approval && {
            approval: termsOf({ withinMs: approveWithinMs, ...approval }, people),
          }),
          ...(unattended.includes(name) && { isGranted: true }),
          ...(polls === true && { polls }),
        },
      ]),
    ),
    approveWithinMs,
  };
  return {
    id: agent.id,
    version: agent.version,
    machine: 'task',
    settings,
    isSingle: true,
    ...(agent.shared && {
      shared: {
        ...sharingOf(agent),
        // As long as it may itself take, and a person to approve of it.
        waitMs: agent.limits.deadlineMs + approveWithinMs,
      },
    }),
    // Whether there is a model for it, who has a role now, and what it may write unattended.
    isVaried:
      agent.instructions !== undefined || agent.tools.some(({ effect }) => effect === 'writes'),
    ...contractSpec(agent),
  };
}

function teamSpec(team: AnyTeam): NodeSpec {
  const { id, version, outcomes } = team;
  return {
    id,
    version,
    machine: `team-${id}`,
    machineVersion: version,
    settings: {},
    isSingle: true,
    ...contractSpec(team),
    parseOutcome: (outcome, value) => {
      const contract = outcomes[outcome];
      return contract === undefined ? { ok: true, value } : parse(contract, value);
    },
  };
}

/** A person is shown what was spent on what, and may grant as much again. */
function budgetSpec(id: string, deciders: readonly string[], withinMs: number): NodeSpec {
  return {
    id,
    version: 1,
    machine: 'gate',
    settings: { deciders: [...deciders], withinMs },
    // Who may decide, and how long they have, is said by the configuration.
    isVaried: true,
    parseInput: (value) => ({ ok: true, value }),
    begin: (subject, _value, _keep, settings) => ({
      ...(settings as object),
      subject,
      purpose: id.slice(1),
      proposer: id,
    }),
  };
}

function gateSpec(id: string, version: number, gate: Gate, people: People = {}): NodeSpec {
  const { approval, change } = gate;
  return {
    id,
    version,
    machine: 'gate',
    settings: termsOf(approval, people) as unknown as Json,
    // Who has a role now.
    isVaried: rolesOf(approval).length > 0,
    ...contractSpec(gate),
    begin: (subject, _value, _keep, settings) => ({
      ...(settings as object),
      subject,
      purpose: id,
      proposer: `team:${id}`,
      ...(change && { change }),
    }),
  };
}

/** What is known of a node in the very version that a team was defined with. */
type Known = (
  node: { readonly id: string; readonly version: number } | undefined,
) => NodeSpec | undefined;

/** A plan is checked as it is handed over: one that does not hold is an input that does not fit. */
function planSpec(id: string, version: number, planned: Planned, known: Known): NodeSpec {
  const { nodes, bounds, maxParallel } = planned;
  const check = (plan: Plan) => checkPlan(plan, (name) => known(nodes[name]), bounds);
  return {
    id,
    version,
    machine: 'plan',
    settings: { maxParallel },
    ...contractSpec(planned),
    parseInput(value) {
      const parsed = parse(planned.input, value);
      if (!parsed.ok) return parsed;
      const checked = check(parsed.value as unknown as Plan);
      return checked.ok ? parsed : checked;
    },
    begin(_, value, keep) {
      const checked = check(value as unknown as Plan);
      const parts = (checked.ok ? checked.parts : []).map(({ spec, value: given, ...part }) => ({
        ...part,
        node: spec.id,
        version: spec.version,
        input: keep(`${spec.id}@${spec.version}.input`, given),
      }));
      return { parts, maxParallel };
    },
  };
}

/** The branches of a team's fans, by the names at which they are handed over. */
const branchesOf = (team: AnyTeam, known: Known) =>
  Object.entries(team.nodes).flatMap(([key, node]) =>
    node.kind === 'fan'
      ? Object.entries(node.branches).flatMap(([name, branch]) => {
          const spec = known(branch);
          const map = node.with[name] ?? ((input) => input);
          return spec === undefined
            ? []
            : [[`${team.id}.${key}.${name}`, branchSpec(spec, map)] as const];
        })
      : [],
  );

/** The nodes that a team brings: itself, its gates, fans, decisions and plans; its agents and inner teams stand in the organisation. */
function broughtBy(
  team: AnyTeam,
  known: Known,
  { people }: Organisation,
  projects: readonly string[],
): readonly NodeSpec[] {
  const { version } = team;
  const own = Object.entries(team.nodes).flatMap(([key, node]) => {
    const id = `${team.id}.${key}`;
    if (node.kind === 'gate') return gateSpec(id, version, node, people);
    if (node.kind === 'fan') return fanSpec(id, version, node);
    if (node.kind === 'below') return belowSpecs(id, version, node, projects);
    if (node.kind === 'decision') return arbiterSpecs(team, key, node, people);
    return node.kind === 'plan' ? planSpec(id, version, node, known) : [];
  });
  return [teamSpec(team), ...own];
}

/** Every machine that there is: the built-in ones, one compiled from each charter, and those of users' own. */
function machinesOf(teams: readonly AnyTeam[], guests: readonly AnyMachineNode[]) {
  const machines = new Editions<{ readonly version: number; readonly logic: Machine }>();
  const add = (id: string, version: number, logic: Machine) =>
    machines.add(id, version, { version, logic });
  const builtin = [...Object.entries(builtinMachines), ...formerMachines];
  for (const [id, logic] of builtin) add(id, Number(logic.version), logic as Machine);
  for (const { id, version, charter } of teams) add(`team-${id}`, version, teamMachine(charter));
  for (const { id, version, guest } of guests) add(`machine-${id}`, version, guest);
  return machines;
}

/**
 * The world in which an organisation's runs are interpreted: the built-in machines and the teams' own, each agent and team as a
 * node, in every version that is kept.
 */
export function worldOf(organisation: Organisation, options: WorldOptions = {}): World {
  const { approveWithinMs = DAY_MS, tenantDeciders = [], projects = [] } = options;
  const agents = organisation.agents.flatMap(editionsOf);
  const teams = (organisation.teams ?? []).flatMap(editionsOf);
  const guests = (organisation.machines ?? []).flatMap(editionsOf);
  const machines = machinesOf(teams, guests);
  const nodes = new Editions<NodeSpec>();
  const known: Known = (node) => node && nodes.get(node.id, node.version);
  const specs = [
    ...agents.map((agent) => agentSpec(agent, options, organisation)),
    ...teams.flatMap((team) => broughtBy(team, known, organisation, projects)),
    ...guests.map(machineSpec),
    budgetSpec(BUDGET_GATE, [], approveWithinMs),
    budgetSpec(TENANT_GATE, tenantDeciders, approveWithinMs),
  ];
  for (const spec of specs) nodes.add(spec.id, spec.version, spec);
  for (const team of teams)
    for (const [name, spec] of branchesOf(team, known)) nodes.add(name, team.version, spec);
  const mappings = new Editions<(value: never, request: never) => unknown>();
  for (const { version, mappings: own } of teams)
    for (const [name, map] of own) mappings.add(name, version, map);
  const world: World = {
    machine: (id, version) => machines.get(id, version),
    node: (id, version) => nodes.get(id, version),
    mapping(name, version) {
      const map = mappings.get(name, version);
      if (map === undefined) return undefined;
      return (of) => {
        const { value, request } = of as { readonly value: never; readonly request: never };
        return map(value, request);
      };
    },
    limits: { ...DEFAULT_KERNEL_LIMITS, ...options.limits },
  };
  return { ...world, migrate: migrationsOf(organisation, world) };
}

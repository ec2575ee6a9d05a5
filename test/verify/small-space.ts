// Small organisations whose whole space of states can be walked: one to three workers below a router and a composer.
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  roleContracts,
} from 'nova-agents';
import type { Json } from '../../machines/protocol/values.ts';
import { hashOf } from '../../src/kernel/canonical.ts';
import type { World } from '../../src/kernel/system.ts';
import type { AnyAgent } from '../../src/team/agent.ts';
import type { Approval } from '../../src/team/gate-terms.ts';
import { worldOf } from '../../src/team/world.ts';
import type { Environment } from '../../src/verify/space/environment.ts';
import {
  faults,
  type FaultsOptions,
  type PartSample,
  type Troubles,
} from '../../src/verify/space/faults.ts';
import { panelOf, type PanelOptions } from '../../src/verify/panel.ts';
import type { Shape } from '../../src/verify/plan-space.ts';

export interface SpaceOptions {
  /** Parts of the plan, 1 to 4. */
  readonly tasks?: number;
  /** The plans that may be accepted: one of so many independent tasks by default. */
  readonly shapes?: readonly Shape[];
  /** True: workers may also come to another outcome than the one that parts take from each other. */
  readonly mayDiffer?: boolean;
  /** Agents that the parts are dealt to, 1 to 4. */
  readonly agents?: number;
  readonly tools?: readonly ('look' | 'mail')[];
  readonly maxTurns?: number;
  readonly maxRepairs?: number;
  readonly maxAttempts?: number;
  readonly maxParallel?: number;
  readonly roles?: readonly ('router' | 'planner' | 'composer' | 'verifier')[];
  readonly planGate?: boolean;
  readonly mayLeaveOut?: boolean;
  /** True: the parts are dealt to a team of an agent, a gate for the chief, and the agent again. */
  readonly team?: boolean;
  /** The parts are dealt to a team that decides. */
  readonly panel?: PanelOptions;
  /** Turns that the run may take; a person may grant as many again once. */
  readonly steps?: number;
  /** Who decides at that gate, instead of the chief. */
  readonly gate?: Approval;
  /** Who approves what the workers write, instead of the requester. */
  readonly approval?: Approval;
  /** True: all parts are handed the same to the same agent. */
  readonly isSame?: boolean;
  /** True: workers think by a model that is billed, with their code behind it; they have nothing that writes. */
  readonly deputy?: boolean;
  readonly troubles?: Troubles;
}

const scope = 'local/space/main';
const mind = { act: () => ({ outcome: '', value: null }) };
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: z.strictObject({}),
  output: z.null(),
  effect: 'reads',
  run: async () => null,
});
const mail = defineTool({ ...look, name: 'mail', does: 'Mails.', effect: 'writes' });
const names = ['one', 'two', 'three', 'four'];
const Count = z.strictObject({ n: z.int() });
const taken = z.int().optional();
const Work = Ask.extend({ one: taken, two: taken, three: taken, four: taken });

/** Outcomes with values that meet the contracts of whoever is handed them. */
const placed = {
  plan: { parts: [{ id: 'one', node: 'one', input: { text: 'one' } }] },
  unplaced: [],
};
const says: Record<string, Record<string, Json>> = {
  router: { routed: placed, several: { candidates: [] }, none: { unplaced: [] } },
  planner: { planned: placed, unclear: { question: 'which?' }, none: { unplaced: [] } },
  composer: { composed: { text: 'all', contributors: [], notDone: [] } },
  verifier: { accepted: {}, objected: { why: 'no' } },
  ...Object.fromEntries(names.map((name) => [name, { done: { n: 1 } }])),
};

const pairOf = (one: AnyAgent, approval: Approval = { by: ['chief'], withinMs: 800 }) =>
  defineTeam({
    id: 'pair',
    version: 1,
    does: 'Works in a pair.',
    input: Ask,
    outcomes: { done: Count },
    nodes: { one, look: gate({ subject: Count, ...approval }) },
    start: { to: 'one' },
    routes: {
      one: { done: { to: 'look', max: 2 }, other: { end: 'done' } },
      look: {
        approved: { end: 'done' },
        edited: { end: 'done' },
        rejected: { to: 'one', with: (_: unknown, request: unknown) => request },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  } as never);

function organisationOf({ agents = 1, tools = ['look', 'mail'], ...limits }: SpaceOptions) {
  const { maxTurns = 2, maxRepairs = 1, roles = ['router', 'composer'], approval, deputy } = limits;
  const worker = (id: string) =>
    defineAgent({
      id,
      version: 1,
      does: `Works as ${id}.`,
      input: Work,
      outcomes: { done: Count, other: Count },
      tools: [look, approval ? { ...mail, approval } : mail].filter(({ name }) =>
        tools.includes(name as 'look'),
      ),
      limits: { maxTurns, maxRepairs, deadlineMs: 1000, ...(deputy && { maxTokens: 4 }) },
      ...(deputy && { instructions: () => id }),
      examples: [{ ask: id, input: { text: id }, says: { done: { n: 1 } } }],
      ...mind,
    });
  const role = (id: 'router' | 'planner' | 'composer' | 'verifier') =>
    defineAgent({
      id,
      version: 1,
      does: id,
      ...roleContracts[id],
      limits: { maxTurns: 1, maxRepairs: 0, deadlineMs: 1000 },
      examples: [],
      ...mind,
    } as never);
  const workers = names.slice(0, agents).map(worker);
  const panel = limits.panel && panelOf(limits.panel);
  return defineOrganisation({
    id: 'space',
    teams: [
      ...workers.slice(0, 1).map((one) => pairOf(one, limits.gate)),
      ...(panel ? [panel.team] : []),
    ],
    agents: [...workers, ...(panel?.agents ?? []), ...roles.map(role)],
    roles: Object.fromEntries(roles.map((name) => [name, name])),
  });
}

const others = Object.fromEntries(names.map((name) => [name, { done: { n: 1 }, other: { n: 2 } }]));
const taking = (part: string) => ({ from: { part, outcome: 'done', key: 'n' }, to: part });

/** A world, and the environment of one request in it. */
export function space(options: SpaceOptions = {}): {
  readonly world: World;
  readonly environment: Environment;
  readonly options: FaultsOptions;
} {
  const { tasks = 1, agents = 1, maxAttempts = 2, maxParallel = 2, planGate = false } = options;
  const {
    roles = ['router', 'composer'],
    mayLeaveOut = false,
    troubles = {},
    team = false,
  } = options;
  const panel = options.panel && panelOf(options.panel);
  const world = worldOf(organisationOf(options), {
    hasModel: panel !== undefined || options.deputy === true,
    approveWithinMs: 5000,
    limits: { maxAttempts },
  });
  const request = valued('request', { text: 'do it' });
  const clarified = valued('clarified', { text: '' });
  const catalogue = valued('catalogue', []);
  const input = {
    request: request.ref,
    clarified: clarified.ref,
    catalogue: catalogue.ref,
    roles: Object.fromEntries(roles.map((name) => [name, name])),
    planGate,
    maxAsks: 1,
    maxParallel,
    deadlineMs: 10_000,
    checkWithinMs: 500,
    personWithinMs: 5000,
    ...(options.steps !== undefined && {
      budget: { allowance: { steps: options.steps }, agents: {}, maxRaises: 1, waitMs: 500 },
    }),
  };
  const { shapes = [names.slice(0, tasks).map(() => [])], isSame = false } = options;
  const part = (sources: readonly number[], at: number): PartSample => ({
    id: names[at] as string,
    node: panel ? 'panel' : team ? 'pair' : (names[at % agents] as string),
    input: { text: isSame ? 'same' : (names[at] as string) },
    ...(sources.length > 0 && { takes: sources.map((source) => taking(names[source] as string)) }),
  });
  const given: FaultsOptions = {
    system: {
      run: `${scope}/r1`,
      scope,
      started: {
        kind: 'started',
        machine: 'request',
        input: input as unknown as Json,
        principal: { id: 'ada', proof: 'os-user' },
        at: 0,
        values: { ...request.values, ...clarified.values, ...catalogue.values },
      },
    },
    says: { ...says, ...(options.mayDiffer && others), ...panel?.says },
    plans: shapes.map((shape) => shape.map(part)),
    mayLeaveOut,
    ...(options.deputy && { bill: { model: 'm', tokens: { input: 1, output: 1 }, cost: 1 } }),
    edits: {
      ...panel?.edits,
      'pair.look': { n: 2 },
      plan: placed,
      release: { text: 'mine', contributors: [], notDone: [] },
    },
    troubles,
  };
  return { world, environment: faults(world, given), options: given };
}

function valued(contract: string, value: Json) {
  const hash = hashOf(value);
  return { ref: { hash, scope, contract }, values: { [hash]: value } };
}

import { builtinMachines } from '../../machines/builtin.ts';
import type { TaskSettings } from '../../machines/protocol/handoff.ts';
import {
  DEFAULT_KERNEL_LIMITS,
  type KernelLimits,
  type Machine,
  type NodeSpec,
  type World,
} from '../kernel/system.ts';
import { parse } from './contract.ts';
import type { AnyAgent } from './agent.ts';
import type { Organisation } from './define-organisation.ts';

export interface WorldOptions {
  /** True where a model is configured for agents with `instructions`. */
  readonly hasModel?: boolean;
  /** How long a person has to approve a writing tool; milliseconds, default 24 hours. */
  readonly approveWithinMs?: number;
  readonly limits?: Partial<KernelLimits>;
}

const DAY_MS = 86_400_000;

function performerOf(agent: AnyAgent, hasModel: boolean): TaskSettings['performer'] {
  if (agent.act !== undefined) return 'code';
  return hasModel ? 'model' : 'none';
}

function specOf(
  agent: AnyAgent,
  { hasModel = false, approveWithinMs = DAY_MS }: WorldOptions,
): NodeSpec {
  const settings: TaskSettings = {
    performer: performerOf(agent, hasModel),
    limits: agent.limits,
    tools: Object.fromEntries(
      agent.tools.map(({ name, effect, timeoutMs }) => [name, { effect, timeoutMs }]),
    ),
    approveWithinMs,
  };
  return {
    id: agent.id,
    version: agent.version,
    machine: 'task',
    settings,
    parseInput: (value) => parse(agent.input, value),
  };
}

/** The world in which an organisation's runs are interpreted: the built-in machines, and each agent as a node. */
export function worldOf(organisation: Organisation, options: WorldOptions = {}): World {
  const machines = new Map(
    Object.entries(builtinMachines).map(([id, logic]) => [
      id,
      { version: Number(logic.version), logic: logic as Machine },
    ]),
  );
  const nodes = new Map(organisation.agents.map((agent) => [agent.id, specOf(agent, options)]));
  return {
    machine: (id) => machines.get(id),
    node: (id) => nodes.get(id),
    limits: { ...DEFAULT_KERNEL_LIMITS, ...options.limits },
  };
}

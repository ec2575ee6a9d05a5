import { Sharing } from '../../machines/lease.ts';
import { TaskLimits } from '../../machines/protocol/handoff.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import type { Agent, AgentDefinition, AnyAgent, Outcomes } from './agent.ts';
import { requireValid, type Contract } from './contract.ts';
import { requireContracts } from './contracts.ts';
import type { Tool } from './define-tool.ts';
import { checkExamples } from './examples.ts';
import { requireName } from './names.ts';
import { succession } from './previous.ts';
import { refusal } from './refusal.ts';
import { requireStrict } from './strict-schema.ts';

/** How an agent's work is shared; by default with those who wait for it only. */
export const sharingOf = ({ shared }: Pick<AnyAgent, 'shared'>): Sharing => ({
  freshMs: 0,
  leaseMs: 30_000,
  maxGrants: 5,
  ...shared,
});

export const DEFAULT_LIMITS: TaskLimits = {
  maxTurns: 24,
  maxRepairs: 1,
  deadlineMs: 60_000,
  maxTokens: 40_000,
  maxStalls: 6,
};

/**
 * Defines an agent: a narrow specialist with a contract, in code (`act`) or for a model (`instructions`).
 * Every example and every `failsBy` example is checked here, so a definition that lies does not load.
 * @throws DefinitionError naming the agent and what does not hold.
 */
export function defineAgent<
  const Id extends string,
  I extends Contract,
  O extends Outcomes,
  const T extends readonly Tool[] = readonly [],
>(definition: AgentDefinition<Id, I, O, T>): Agent<Id, I, O, T> {
  const where = `agent ${definition.id}`;
  requireName(where, definition.id);
  if (definition.does.trim() === '') throw new DefinitionError(where, '`does` is empty');
  if (definition.act === undefined && definition.instructions === undefined)
    throw new DefinitionError(where, 'it must have `act` or `instructions`');
  const writing = (definition.tools ?? []).find(({ effect }) => effect === 'writes');
  if (definition.act !== undefined && definition.instructions !== undefined && writing)
    throw new DefinitionError(
      where,
      `${writing.name} writes: what the model has written the code would write again`,
    );
  requireContracts(where, definition.input, definition.outcomes);
  if (definition.instructions !== undefined && definition.structured !== 'prompt')
    for (const [outcome, contract] of Object.entries(definition.outcomes))
      requireStrict(`${where} outcome ${outcome}`, contract);
  const limits = { ...DEFAULT_LIMITS, ...definition.limits };
  requireValid(`${where} limits`, TaskLimits, limits);
  if (definition.shared !== undefined)
    requireValid(`${where} shared`, Sharing, sharingOf(definition));
  const agent = {
    doesNot: {},
    failsBy: [],
    decides: [],
    tools: [] as unknown as T,
    asks: [],
    ...definition,
    kind: 'agent' as const,
    limits,
    ...succession(where, { ...definition, kind: 'agent' }, definition),
  } as Agent<Id, I, O, T>;
  checkExamples(where, agent as unknown as AnyAgent, { refused: refusal });
  return agent;
}

import { DefinitionError } from '../errors/definition-error.ts';
import { parse, requireValid, type Contract } from './contract.ts';
import type { AnyAgent } from './agent.ts';

type Extra = Readonly<Record<string, Contract>>;

/** The one outcome that an example says. @throws DefinitionError where it says none, several or an undeclared one. */
function only(where: string, says: object, contracts: Extra): { outcome: string; value: unknown } {
  const said = Object.entries(says);
  const [first] = said;
  if (first === undefined || said.length !== 1)
    throw new DefinitionError(where, `it says ${said.length} outcomes, not one`);
  const [outcome, value] = first;
  if (!Object.hasOwn(contracts, outcome))
    throw new DefinitionError(where, `the outcome ${outcome} is not declared`);
  return { outcome, value };
}

/** Parses an example's input and outcome and returns what the agent's own check says of the two. */
function judged(
  where: string,
  agent: AnyAgent,
  example: { input: unknown; says: object },
  contracts: Extra,
) {
  const input = requireValid(`${where} input`, agent.input, example.input);
  const { outcome, value } = only(where, example.says, contracts);
  const said = {
    outcome,
    value: requireValid(`${where} ${outcome}`, contracts[outcome] as Contract, value),
  };
  return agent.check?.(input as never, said);
}

let isHeld = false;

/** Another thread of this process has held the same modules to their examples: a fifth of the time that it takes to load them. */
export function examplesAreHeld(): void {
  isHeld = true;
}

/**
 * Holds an agent to its own examples: each must be right, and each `failsBy` must be caught by what it names.
 * @throws DefinitionError naming the example.
 */
export function checkExamples(where: string, agent: AnyAgent, common: Extra): void {
  if (isHeld) return;
  const contracts = { ...agent.outcomes, ...common };
  for (const [index, example] of agent.examples.entries()) {
    const at = `${where} example ${index + 1}`;
    if (example.ask.trim() === '') throw new DefinitionError(at, '`ask` is empty');
    const objection = judged(at, agent, example, contracts);
    if (objection !== undefined)
      throw new DefinitionError(at, `its own check objects: ${objection}`);
  }
  for (const { when, caughtBy, example } of agent.failsBy) {
    const at = `${where} failsBy "${when}"`;
    if (!isCaught(at, agent, caughtBy, example, contracts))
      throw new DefinitionError(at, `its example is not caught by its ${caughtBy}`);
  }
}

function isCaught(
  at: string,
  agent: AnyAgent,
  by: 'input' | 'outcome' | 'check',
  example: unknown,
  contracts: Extra,
) {
  switch (by) {
    case 'input':
      return !parse(agent.input, example).ok;
    case 'outcome': {
      const { outcome, value } = only(at, example as object, contracts);
      return !parse(contracts[outcome] as Contract, value).ok;
    }
    case 'check':
      return (
        judged(at, agent, example as { input: unknown; says: object }, contracts) !== undefined
      );
  }
}

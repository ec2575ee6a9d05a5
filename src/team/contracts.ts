import { COMMON_OUTCOMES } from '../../machines/protocol/outcomes.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import type { Outcomes } from './agent.ts';
import { requireJson, type Contract } from './contract.ts';
import { requireName } from './names.ts';

/**
 * Holds what a node declares of itself to what every node keeps to.
 * @throws DefinitionError for a contract that is not plain JSON, no outcome at all, one with a bad name, and one that every
 *   node has.
 */
export function requireContracts(where: string, input: Contract, outcomes: Outcomes): void {
  requireJson(`${where} input`, input);
  if (Object.keys(outcomes).length === 0)
    throw new DefinitionError(where, 'it declares no outcome');
  for (const [outcome, contract] of Object.entries(outcomes)) {
    requireName(`${where} outcome`, outcome);
    if ((COMMON_OUTCOMES as readonly string[]).includes(outcome))
      throw new DefinitionError(
        where,
        `the outcome ${outcome} belongs to every node and is not declared`,
      );
    requireJson(`${where} outcome ${outcome}`, contract);
  }
}

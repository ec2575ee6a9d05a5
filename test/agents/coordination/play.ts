import { expect } from 'vitest';
import type { AnyAgent, CatalogueEntry } from 'nova-agents';

/** One outcome with its value. */
export interface Said<Value> {
  readonly outcome: string;
  readonly value: Value;
}

/** Lets an agent act as the runtime does, and holds it to its contract and its own check. */
export async function play<Value>(agent: AnyAgent, input: unknown): Promise<Said<Value>> {
  const says = Object.keys(agent.outcomes).map((outcome) => [
    outcome,
    (value: unknown) => ({ outcome, value }),
  ]);
  const act = agent.act as unknown as (input: unknown, say: unknown) => unknown;
  const parsed = agent.input.parse(input);
  const said = (await act(parsed, Object.fromEntries(says))) as Said<Value>;
  expect(agent.outcomes[said.outcome]?.parse(said.value)).toEqual(said.value);
  expect(agent.check?.(parsed as never, said)).toBeUndefined();
  return said;
}

/** A request as a router or planner is handed it. */
export const asked = (text: string, catalogue: readonly CatalogueEntry[], clarified = '') => ({
  text,
  clarified,
  catalogue,
});

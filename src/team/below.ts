import * as z from 'zod';
import { PlanReport } from '../../machines/protocol/roles.ts';
import { Scope } from '../../machines/protocol/scope.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import type { NodeSpec } from '../kernel/system.ts';
import { contractSpec, type Contract } from './contract.ts';
import type { Releases } from './agent.ts';
import type { Below, Node } from './team.ts';

/** What a plan can hold. */
const MAX_SCOPES = 12;
const MAX_WITHIN_MS = 90 * 86_400_000;
const PART_CHARS = 28;

const inputOf = <I extends Contract>(input: I) =>
  z.strictObject({
    /** Default: every project that is known below the run's scope. */
    scopes: z.array(Scope).min(1).max(MAX_SCOPES).optional(),
    input,
  });

/**
 * Looks below: hands the same input to a node in several scopes below that of the run, as a run of its own in each. What comes back is
 * a report with a part for each, whose value is `{ from, value }`.
 * @param definition `node` says how far up its outcomes may cross (`releases`); `maxParallel` runs at once, default 4; each `withinMs`,
 *   default 10 minutes, people included.
 * @throws DefinitionError for a node that releases nothing, and limits out of their bounds (1 to 12, 90 days).
 */
export function below<
  N extends Node & { readonly id: string; readonly releases?: Releases | undefined },
>(definition: {
  readonly node: N;
  readonly maxParallel?: number;
  readonly withinMs?: number;
}): Below<ReturnType<typeof inputOf<N['input']>>> {
  const { node, maxParallel = 4, withinMs = 600_000 } = definition;
  const where = `below: ${node.id}`;
  if (node.releases === undefined)
    throw new DefinitionError(where, 'it does not say how far up its outcomes may cross');
  for (const [name, limit, most] of [
    ['maxParallel', maxParallel, MAX_SCOPES],
    ['withinMs', withinMs, MAX_WITHIN_MS],
  ] as const)
    if (!Number.isInteger(limit) || limit < 1 || limit > most)
      throw new DefinitionError(where, `${name} is ${limit}, not 1 to ${most}`);
  return {
    kind: 'below',
    input: inputOf(node.input),
    outcomes: { all: PlanReport, some: PlanReport },
    node: node as unknown as Below['node'],
    maxParallel,
    withinMs,
  };
}

/** A name for the part that works in a scope: what comes after the scope above, as far as a part may be called so. */
function partsAt(scopes: readonly string[], above: string): string[] {
  const names = scopes.map((scope) =>
    `at-${scope.slice(above.length + 1)}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, PART_CHARS),
  );
  return names.map((name, at) => (names.indexOf(name) === at ? name : `${name}-${at}`));
}

interface Settings {
  readonly maxParallel: number;
  /** The scopes of the projects that are known. */
  readonly projects: readonly string[];
}
interface Given {
  readonly scopes?: readonly string[];
  readonly input: Json;
}

/** The nodes that looking below brings: a plan of a part for each scope, and what a part is. */
export function belowSpecs(
  id: string,
  version: number,
  { input, outcomes, node, maxParallel, withinMs }: Below,
  projects: readonly string[],
): readonly NodeSpec[] {
  const part = z.strictObject({ scope: z.string(), input: node.input });
  return [
    {
      id,
      version,
      machine: 'plan',
      settings: { maxParallel, projects: [...projects] },
      // Which projects there are is said by the configuration.
      isVaried: true,
      ...contractSpec({ input, outcomes }),
      begin(ref: ValueRef, value, keep, settings) {
        const { projects: known } = settings as unknown as Settings;
        const { scopes, input: given } = value as unknown as Given;
        const there = scopes ?? known.filter((one) => one.startsWith(`${ref.scope}/`));
        // Nowhere, or in too many places, is said by one part that cannot begin.
        const at = there.length > MAX_SCOPES || there.length === 0 ? [ref.scope] : [...there];
        const names = partsAt(at, ref.scope);
        const parts = at.map((scope, index) => ({
          id: names[index] ?? '',
          node: `${id}.run`,
          version,
          input: keep(`${id}.run@${version}.input`, { scope, input: given }),
        }));
        return { parts, maxParallel };
      },
    },
    {
      id: `${id}.run`,
      version,
      machine: 'below',
      settings: {},
      ...contractSpec({ input: part, outcomes: {} }),
      begin(_, value, keep) {
        const { scope, input: given } = value as unknown as { scope: string; input: Json };
        const handed = keep(`${node.id}@${node.version}.input`, given);
        return { node: node.id, version: node.version, scope, input: handed, withinMs };
      },
    },
  ];
}

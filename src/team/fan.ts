import type * as z from 'zod';
import { PlanReport } from '../../machines/protocol/roles.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { NodeSpec } from '../kernel/system.ts';
import { contractSpec, requireJson, type Contract } from './contract.ts';
import { requireName } from './names.ts';
import type { Fan, Node } from './team.ts';

/** What a plan can hold. */
const MAX_BRANCHES = 12;

/** A node that stands in the organisation under an id of its own. */
type Named = Node & { readonly id: string };

/**
 * A fan as a node of a team: the value is handed to every branch, each through a mapping of its own.
 * @param definition `with` makes each branch's input; `maxParallel` branches at once, default all.
 * @throws DefinitionError for no branch or more than 12, a `maxParallel` out of these bounds, and an input that is not plain JSON.
 */
export function fan<
  I extends Contract,
  const B extends Readonly<Record<string, Named>>,
>(definition: {
  readonly input: I;
  readonly branches: B;
  readonly with: { readonly [K in keyof B]: (input: z.output<I>) => z.input<B[K]['input']> };
  /** What a branch is for, where another may have the same to do: a deliberate cross-check is done again. */
  readonly purposes?: { readonly [K in keyof B]?: string };
  readonly maxParallel?: number;
}): Fan<I> {
  const { input, branches, with: mappings, purposes = {} } = definition;
  const names = Object.keys(branches);
  const { maxParallel = names.length } = definition;
  requireJson('fan input', input);
  for (const name of names) requireName('fan branch', name);
  for (const purpose of Object.values<string>(purposes)) requireName('fan purpose', purpose);
  if (names.length === 0 || names.length > MAX_BRANCHES)
    throw new DefinitionError('fan', `it has ${names.length} branches, not 1 to ${MAX_BRANCHES}`);
  if (!Number.isInteger(maxParallel) || maxParallel < 1 || maxParallel > MAX_BRANCHES)
    throw new DefinitionError('fan', `maxParallel is ${maxParallel}, not 1 to ${MAX_BRANCHES}`);
  return {
    kind: 'fan',
    input,
    outcomes: { all: PlanReport, some: PlanReport },
    branches: branches as unknown as Fan['branches'],
    with: mappings as Fan['with'],
    purposes: purposes as Fan['purposes'],
    maxParallel,
  };
}

/** A fan is a plan of its branches, each under a name at which its mapping makes its input. */
export function fanSpec(id: string, version: number, node: Fan): NodeSpec {
  const { branches, purposes, maxParallel } = node;
  const parts = (ref: ValueRef) =>
    Object.keys(branches).map((key) => ({
      id: key,
      node: `${id}.${key}`,
      version,
      input: ref,
      ...(purposes[key] && { purpose: purposes[key] }),
    }));
  return {
    id,
    version,
    machine: 'plan',
    settings: { maxParallel },
    ...contractSpec(node),
    begin: (ref) => ({ parts: parts(ref), maxParallel }),
  };
}

/** A branch is its node, but for what it is handed; a mapping that throws is an input that does not fit. */
export function branchSpec(spec: NodeSpec, map: (input: never) => unknown): NodeSpec {
  return {
    ...spec,
    parseInput(value) {
      try {
        return spec.parseInput(map(structuredClone(value) as never) as Json);
      } catch (error) {
        return { ok: false, issues: `its mapping threw: ${String(error)}` };
      }
    },
  };
}

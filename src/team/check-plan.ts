import type { Plan } from '../../machines/protocol/roles.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { NodeSpec, Parsed } from '../kernel/system.ts';

type Part = Plan['parts'][number];

/** A part of a plan that holds: its node, and what it is given, parsed. */
export interface CheckedPart extends Pick<Part, 'id' | 'node' | 'purpose' | 'takes'> {
  readonly spec: NodeSpec;
  readonly value: Json;
  /** The keys of `value`, where the rest of the input comes from other parts. */
  readonly given?: readonly string[];
}

export type CheckedPlan =
  | { readonly ok: true; readonly parts: readonly CheckedPart[] }
  | { readonly ok: false; readonly issues: string };

/**
 * Checks a plan, whoever made it, before anything of it runs: that no part stands twice, that each node exists, that
 * each input meets its node's contract, that what is taken is there to be taken, and that no part waits for itself.
 * @param find a node by the name that the plan has for it.
 */
export function checkPlan(
  { parts }: Plan,
  find: (node: string) => NodeSpec | undefined,
): CheckedPlan {
  const faults = parts
    .filter(({ id }, at) => parts.findIndex((part) => part.id === id) !== at)
    .map(({ id }) => `two parts are called ${id}`);
  const checked = parts.flatMap((part): CheckedPart[] => {
    const spec = find(part.node);
    if (spec === undefined) {
      faults.push(`part ${part.id}: there is no node ${part.node}`);
      return [];
    }
    faults.push(...takingFaults(part, parts, find).map((fault) => `part ${part.id}: ${fault}`));
    const parsed = parseInput(part, spec);
    if (!parsed.ok) {
      faults.push(`part ${part.id}: ${parsed.issues}`);
      return [];
    }
    const { id, node, purpose, takes } = part;
    const later = takes && { takes, given: Object.keys(parsed.value as object) };
    return [{ id, node, spec, value: parsed.value, ...(purpose && { purpose }), ...later }];
  });
  const waiting = inCircles(parts);
  if (waiting.length > 0) faults.push(`${waiting.join(', ')} wait for each other`);
  return faults.length === 0
    ? { ok: true, parts: checked }
    : { ok: false, issues: faults.join('\n') };
}

function parseInput({ input, takes }: Part, spec: NodeSpec): Parsed {
  if (takes === undefined) return spec.parseInput(input);
  const later = takes.map(({ to }) => to);
  return spec.parseGiven?.(input, later) ?? { ok: false, issues: 'its input takes nothing' };
}

/** What is wrong with the edges that lead to a part. */
function takingFaults(
  { takes = [] }: Part,
  parts: readonly Part[],
  find: (node: string) => NodeSpec | undefined,
): string[] {
  return takes.flatMap(({ from: { part, outcome, key }, to }, at) => {
    const faults: string[] = [];
    if (takes.findIndex((one) => one.to === to) !== at) faults.push(`${to} is taken twice`);
    const source = parts.find(({ id }) => id === part);
    const node = source && find(source.node);
    if (source === undefined) faults.push(`it takes from ${part}, which is no part`);
    if (node === undefined) return faults;
    const keys = Object.hasOwn(node.outcomes ?? {}, outcome) ? node.outcomes?.[outcome] : undefined;
    if (keys === undefined) faults.push(`${part} never comes to ${outcome}`);
    else if (key !== undefined && !keys.includes(key))
      faults.push(`not every ${outcome} of ${part} has a ${key}`);
    return faults;
  });
}

/** The parts that can never begin, because they wait for each other (Kahn, 1962: what is left when all sources are taken away). */
function inCircles(parts: readonly Part[]): string[] {
  let left = parts;
  for (;;) {
    const ids = new Set(left.map(({ id }) => id));
    const next = left.filter(({ takes = [] }) => takes.some(({ from }) => ids.has(from.part)));
    if (next.length === left.length) return left.map(({ id }) => id);
    left = next;
  }
}

import type { TaskSettings } from '../../machines/protocol/handoff.ts';
import type { Plan, PlanBounds } from '../../machines/protocol/roles.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import type { NodeSpec, Parsed } from '../kernel/system.ts';
import { neverFit, typesOf, type Shape } from './never-fit.ts';
import { planFaults } from './plan-faults.ts';

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

/** What a plan may be and take at most. */
export interface Bounds extends PlanBounds {
  /** Steps that its run may still take, whatever a person grants it; default any number. */
  readonly stepsAhead?: number;
}

/**
 * Checks a plan, whoever made it, before anything of it runs: its shape, that each input meets its node's contract, that
 * nothing is taken that could never fit, and that it keeps to its bounds.
 * @param find a node by the name that the plan has for it.
 */
export function checkPlan(
  { parts }: Plan,
  find: (node: string) => NodeSpec | undefined,
  bounds: Bounds = {},
): CheckedPlan {
  const faults = planFaults(parts, find, bounds);
  const checked = parts.flatMap((part): CheckedPart[] => {
    const spec = find(part.node);
    if (spec === undefined) return [];
    const parsed = parseInput(part, spec);
    if (!parsed.ok) {
      faults.push(`part ${part.id}: ${parsed.issues}`);
      return [];
    }
    const { id, node, purpose, takes } = part;
    const later = takes && { takes, given: Object.keys(parsed.value as object) };
    return [{ id, node, spec, value: parsed.value, ...(purpose && { purpose }), ...later }];
  });
  faults.push(...typeFaults(parts, find), ...costFaults(checked, bounds));
  return faults.length === 0
    ? { ok: true, parts: checked }
    : { ok: false, issues: faults.join('\n') };
}

function parseInput({ input, takes }: Part, spec: NodeSpec): Parsed {
  if (takes === undefined) return spec.parseInput(input);
  const later = takes.map(({ to }) => to);
  return spec.parseGiven?.(input, later) ?? { ok: false, issues: 'its input takes nothing' };
}

/** What a part takes of another one although no value of it could ever be what it wants; whether one is, only the parse of it tells. */
function typeFaults(
  parts: readonly Part[],
  find: (node: string) => NodeSpec | undefined,
): string[] {
  return parts.flatMap(({ id, node, takes = [] }) =>
    takes.flatMap(({ from: { part, outcome, key }, to }) => {
      const source = parts.find((one) => one.id === part);
      const given: Shape = (source && find(source.node))?.gives?.(outcome, key) ?? {};
      const wanted: Shape = find(node)?.accepts?.(to) ?? {};
      if (!neverFit(given, wanted)) return [];
      const [has, wants] = [given, wanted].map((shape) => typesOf(shape).join(' or '));
      const why = has === wants ? '' : ` (${has} for ${wants})`;
      return [`part ${id}: the ${key ?? outcome} of ${part} can never be its ${to}${why}`];
    }),
  );
}

/**
 * Where a plan costs too much: by what the agents of its parts may take at most, and by what they take at least, a step each.
 * Nobody says beforehand what a team takes, nor money: that is bounded while they work.
 */
function costFaults(
  parts: readonly CheckedPart[],
  { maxSteps = Infinity, maxTokens = Infinity, stepsAhead = Infinity }: Bounds,
): string[] {
  const agents = parts
    .filter(({ spec }) => spec.machine === 'task')
    .map((part) => ({ part, ...(part.spec.settings as unknown as TaskSettings) }))
    // Who would need a model that is not there takes nothing.
    .filter(({ performer }) => performer !== 'none');
  const sum = (most: readonly number[]): number => most.reduce((all, one) => all + one, 0);
  const steps = sum(agents.map(({ limits }) => limits.maxTurns));
  const thought = agents.filter(({ performer }) => performer === 'model');
  const tokens = sum(thought.map(({ limits }) => limits.maxTokens || Infinity));
  // The same work at once is done once, and what is shared may have been done before.
  const works = agents.flatMap(({ part: { spec, value, takes = [], purpose = '' } }) =>
    spec.shared ? [] : [canonical([spec.id, value, takes as unknown as Json, purpose])],
  );
  const least = new Set(works).size;
  return [
    ...(steps > maxSteps
      ? [`its agents may take ${steps} steps by their own limits; the limit is ${maxSteps}`]
      : []),
    ...(tokens > maxTokens
      ? [
          `its agents may take ${tokens === Infinity ? 'any number of' : tokens} tokens by their own limits; ` +
            `the limit is ${maxTokens}`,
        ]
      : []),
    ...(least > stepsAhead
      ? [
          `its agents take at least ${least} steps; the run may take ${Math.max(0, stepsAhead)} more`,
        ]
      : []),
  ];
}

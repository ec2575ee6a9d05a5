import * as z from 'zod';
import { builtinMachines, formerMachines } from '../../machines/builtin.ts';
import { teamMachine, type Charter } from '../../machines/team.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { hashOf } from '../kernel/canonical.ts';
import type { AnyAgent, AnyTool } from './agent.ts';
import { termsOf } from './arbiter.ts';
import type { AnyArbiter } from './decision.ts';
import type { Organisation } from './define-organisation.ts';
import { editionsOf } from './previous.ts';
import type { AnyMachineNode, AnyTeam } from './team.ts';

/** A definition by its version, and by a hash of all that a replay of it relies on. */
export interface Fingerprint {
  readonly version: number;
  readonly fingerprint: string;
}

/**
 * Anything as JSON: contracts by their schema, functions by their text without its layout, everything else that JSON does not
 * have by the name of its class. Of a contract's own functions (a refinement) nothing can be told, and a loader that rewrites
 * code rewrites texts: fingerprints are compared where they were made, by the command line.
 */
function plain(value: unknown): Json {
  if (typeof value === 'function') {
    const text = String(value).replace(/\s+/g, '');
    // What XState's `assign` makes is a function that carries those it was given.
    const carried = Object.entries(value).map(([key, field]) => [key, plain(field)] as const);
    return carried.length === 0 ? text : [text, Object.fromEntries(carried)];
  }
  if (value instanceof z.ZodType) return z.toJSONSchema(value, { unrepresentable: 'any' }) as Json;
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value as Map<string, unknown>));
  const { name } = (value.constructor ?? Object) as { name: string };
  if (name !== 'Object') return name;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

const toolOf = ({ name, effect, timeoutMs, input, output, inDoubt, approval, polls }: AnyTool) => ({
  name,
  effect,
  timeoutMs,
  input,
  output,
  inDoubt,
  ...(approval && { approval }),
  polls: polls === true,
});
/** What an agent does in code, or tells a model, is the executor's: a replay has its answers. */
const agentOf = ({ input, outcomes, limits, tools, act, instructions, shared }: AnyAgent) => ({
  input,
  outcomes,
  limits,
  tools: tools.map(toolOf),
  performer: instructions === undefined ? 'code' : act === undefined ? 'model' : 'both',
  ...(shared && { shared }),
});
const versionsOf = (nodes: Readonly<Record<string, { readonly version: number }>>) =>
  Object.entries(nodes).map(([key, { version }]) => [key, version]);

/** Who advises and decides has a fingerprint of their own. */
const decisionOf = (key: string, arbiter: AnyArbiter) => {
  const {
    input,
    outcomes,
    question: { referral, deliberation },
    people,
    appeal,
    author,
  } = arbiter;
  return {
    ...termsOf(key, arbiter),
    input,
    outcomes,
    referral,
    deliberation,
    people,
    appeal,
    author,
  };
};

/**
 * Who works in it has a fingerprint of their own, and what was handed to whom is journaled; but for those in its fans and plans,
 * whose inputs are parsed before.
 */
const teamOf = ({ input, outcomes, charter: { versions: _, ...charter }, ...team }: AnyTeam) => ({
  input,
  outcomes,
  charter,
  mappings: team.mappings,
  own: Object.entries(team.nodes).map(([key, node]) => {
    if (node.kind === 'gate') return [key, node];
    if (node.kind === 'fan') return [key, { ...node, branches: versionsOf(node.branches) }];
    if (node.kind === 'below') return [key, { ...node, node: versionsOf({ node: node.node }) }];
    if (node.kind === 'decision') return [key, decisionOf(key, node)];
    return [key, node.kind === 'plan' ? { ...node, nodes: versionsOf(node.nodes) } : node.kind];
  }),
});
const guestOf = ({ input, outcomes, guest }: AnyMachineNode) => {
  const { config, implementations } = guest.source as { config: unknown; implementations: unknown };
  return { input, outcomes, config, implementations, deadlineMs: guest.terms.deadlineMs };
};

const print = (version: number, what: unknown): Fingerprint => ({
  version,
  fingerprint: hashOf(plain(what)),
});

const machinePrint = ({
  version,
  config,
  implementations,
}: {
  readonly version?: string;
  readonly config: unknown;
  readonly implementations: unknown;
}) => print(Number(version), { config, implementations });

/** Stands for how charters are compiled. */
const anyCharter: Charter = {
  id: 'any',
  version: 1,
  nodes: { one: 'one' },
  start: { to: 'one' },
  routes: { one: { again: { to: 'one', max: 1 }, done: { end: 'done' } } },
  otherwise: {},
};

/** The newest is called by its kind and id, `agent clerk`, those that it keeps also by their version, `agent clerk@1`. */
const printsOf = <N extends Named>(all: readonly N[], of: (one: N) => unknown) =>
  all.flatMap((newest) =>
    (editionsOf(newest) as readonly N[]).map((one) => {
      const { kind, id, version } = one;
      const name = one === newest ? `${kind} ${id}` : `${kind} ${id}@${version}`;
      return [name, print(version, of(one))] as const;
    }),
  );
type Named = AnyAgent | AnyTeam | AnyMachineNode;

/** The fingerprint of each definition, by its kind and id; the protocol's own machines included. */
export function fingerprintsOf({
  agents,
  teams = [],
  machines = [],
}: Organisation): Readonly<Record<string, Fingerprint>> {
  const protocol = Object.entries({ ...builtinMachines, team: teamMachine(anyCharter) });
  const entries: (readonly [string, Fingerprint])[] = [
    ...protocol.map(([id, machine]) => [`protocol ${id}`, machinePrint(machine)] as const),
    ...formerMachines.map(
      ([id, machine]) => [`protocol ${id}@${machine.version}`, machinePrint(machine)] as const,
    ),
    ...printsOf(agents, agentOf),
    ...printsOf(teams, teamOf),
    ...printsOf(machines, guestOf),
  ];
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

import type * as z from 'zod';
import type { Output } from '../../machines/protocol/outcomes.ts';
import { Decider } from '../../machines/protocol/principal.ts';
import type { Json, Wire } from '../../machines/protocol/values.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import { canonical } from '../kernel/canonical.ts';
import { GuestError } from '../kernel/guest-error.ts';
import type { NodeSpec } from '../kernel/system.ts';
import { faultsOf } from '../kernel/xstate/guest-faults.ts';
import {
  Guest,
  type AnyStateMachine,
  type InputFrom,
  type OutputFrom,
} from '../kernel/xstate/guest.ts';
import type { Outcomes } from './agent.ts';
import { contractSpec, parse, requireJson, requireValid, type Contract } from './contract.ts';
import { requireContracts } from './contracts.ts';
import { requireName } from './names.ts';
import { succession, type Succession } from './previous.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { AnyMachineNode, MachineNode } from './team.ts';

const DEADLINE_MS = 600_000;
const PROMISE_WITHIN_MS = 60_000;
const RESERVED = /^(xstate|promise|delay|effect|deadline|stop|run)\./;

/** One declared outcome with its value; or that it is not for this machine. */
export type Concluded<O extends Outcomes> =
  | {
      readonly [K in keyof O & string]: { readonly outcome: K; readonly value: z.input<O[K]> };
    }[keyof O & string]
  | { readonly outcome: 'refused'; readonly value: Refusal };
/** What may come from outside, by type; strict objects without `type` and `by`. */
export type Events = Readonly<Record<string, z.ZodObject>>;

/** `says` may be left out only where the machine's output is an outcome as it is. */
type NeedsSays<M extends AnyStateMachine, O extends Outcomes> = [OutputFrom<M>] extends [
  Concluded<O>,
]
  ? unknown
  : { readonly says: (output: never) => unknown };

export type MachineDefinition<
  Id extends string,
  M extends AnyStateMachine,
  I extends Contract,
  O extends Outcomes,
> = {
  readonly id: Id;
  readonly version: number;
  readonly does: string;
  readonly asks?: readonly string[];
  /** What it is handed becomes the machine's `input`. */
  readonly input: I & (z.output<I> extends InputFrom<M> ? unknown : never);
  readonly outcomes: O;
  readonly events?: Events;
  readonly deadlineMs?: number;
  /** For every promise, or by name; one of a child machine is `child/name`. */
  readonly withinMs?: number | Readonly<Record<string, number>>;
  /** What it may be handed: `nova check` goes through the machine from each; default: the smallest value of `input`. */
  readonly inputs?: readonly z.input<I>[];
  /** What each promise may give, by name: `nova check` goes through the machine with them. */
  readonly samples?: Readonly<Record<string, readonly Json[]>>;
  readonly says?: (output: OutputFrom<M>) => Concluded<NoInfer<O>>;
} & Partial<Succession<AnyMachineNode>> &
  NeedsSays<M, O>;

/**
 * Takes an XState machine as a node of teams, plans and requests. Its promises are effects, its delays timers of the run, its
 * child machines live in its own state: they all outlive a crash. Its context may hold payloads and must be JSON; its guards and
 * assigns must be pure, because a replay takes them again. A promise is your own code: no gate stands before it, and after a
 * crash it is called again under the same `key`, which it is given beside `input` and `signal`.
 * @param machine made by `setup` with named actors; promises and machines only, no actions with code of their own, and an end.
 * @param definition `input` is parsed and becomes the machine's input; `says` makes its output one of `outcomes`, default: the
 *   output is `{ outcome, value }`; `events` may be sent to it by `Nova.send`; `deadlineMs` for all of its work, default 10 minutes;
 *   `withinMs` for each promise, default 1 minute, after which it fails like one that threw; `samples` of what each promise gives
 *   let `nova check` go through the machine itself, from each of `inputs`; without them it is taken by its contract.
 * @throws DefinitionError for everything in the machine that could not be kept, saying where; a contract that is not plain
 *   JSON; an event that is the kernel's; one of `inputs` that breaks `input`; a bound that is no whole number from 1 on.
 */
export function fromMachine<
  M extends AnyStateMachine,
  const Id extends string,
  I extends Contract,
  O extends Outcomes,
>(machine: M, definition: MachineDefinition<Id, M, I, O>): MachineNode<Id, I, O> {
  const { id, version, does, asks = [], outcomes, events = {}, samples = {} } = definition;
  const input: I = definition.input;
  const { inputs = [] } = definition as { inputs?: readonly unknown[] };
  const where = `machine ${id}`;
  requireName(where, id);
  const kept = succession(where, { kind: 'machine', id, version }, definition);
  requireContracts(where, input, outcomes);
  const handed = inputs.map((value, at) => requireValid(`${where} inputs[${at}]`, input, value));
  const [fault] = faultsOf(machine);
  if (fault !== undefined) throw new DefinitionError(`${where}: ${fault.where}`, fault.what);
  const { deadlineMs = DEADLINE_MS, withinMs = PROMISE_WITHIN_MS } = definition;
  const within = typeof withinMs === 'number' ? {} : withinMs;
  const each = typeof withinMs === 'number' ? withinMs : PROMISE_WITHIN_MS;
  const { says } = definition as { says?: (output: unknown) => unknown };
  const guest = new Guest(machine, {
    node: id,
    deadlineMs,
    withinMs: (src) => within[src] ?? each,
    conclude: (output) => concluded(outcomes, says === undefined ? output : says(output)),
    events: externalOf(where, events),
  });
  const bounds = typeof withinMs === 'number' ? { withinMs } : within;
  requireBounds(where, { deadlineMs, ...bounds });
  for (const name of Object.keys({ ...within, ...samples }))
    if (!guest.promises.has(name)) throw new DefinitionError(where, `no promise is called ${name}`);
  const examples = { inputs: handed, samples };
  return { kind: 'machine', id, version, does, asks, input, outcomes, guest, ...examples, ...kept };
}

function requireBounds(where: string, bounds: Readonly<Record<string, number>>): void {
  for (const [name, ms] of Object.entries(bounds))
    if (!Number.isInteger(ms) || ms < 1)
      throw new DefinitionError(where, `${name} is ${ms}, not a whole number from 1 on`);
}

/** Who sent an event stands in it. */
function externalOf(where: string, events: Events): Events {
  for (const [type, contract] of Object.entries(events)) {
    requireJson(`${where} event ${type}`, contract);
    if (RESERVED.test(type))
      throw new DefinitionError(where, `the event ${type} is the kernel's, and none from outside`);
  }
  return Object.fromEntries(
    Object.entries(events).map(([type, contract]) => [type, contract.extend({ by: Decider })]),
  );
}

/** @throws GuestError where the machine said nothing that was declared. */
function concluded(outcomes: Outcomes, said: unknown): Output {
  const { outcome, value } = (said ?? {}) as { outcome?: unknown; value?: unknown };
  if (
    typeof outcome !== 'string' ||
    !(outcome === 'refused' || Object.hasOwn(outcomes, outcome)) ||
    value === undefined
  )
    throw new GuestError(
      'contract',
      `it ended with ${JSON.stringify(said) ?? 'nothing'}, which is no declared outcome and its value`,
    );
  canonical(value as Json);
  return {
    outcome,
    value: wireOf(value as Json),
    ...(outcome === 'refused' && { reason: 'declined' as const }),
  };
}

function wireOf(value: Json): Wire {
  if (typeof value !== 'object' || value === null) return { literal: value };
  if (Array.isArray(value)) return { list: value.map(wireOf) };
  return {
    record: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wireOf(item)])),
  };
}

/** How a machine's node stands in a world. */
export function machineSpec(node: AnyMachineNode): NodeSpec {
  const { id, version, outcomes } = node;
  const contracts: Outcomes = { ...outcomes, refused: refusal };
  return {
    id,
    version,
    machine: `machine-${id}`,
    machineVersion: version,
    settings: {},
    ...contractSpec(node),
    parseOutcome: (outcome, value) => parse(contracts[outcome] as Contract, value),
    begin: (_, value) => ({ value }),
  };
}

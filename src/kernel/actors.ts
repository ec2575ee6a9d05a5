import type { Hand, Send, Spawn, Wish } from '../../machines/protocol/effects.ts';
import type { Ending, Output, Reason } from '../../machines/protocol/outcomes.ts';
import type { Json, ValueRef, Wire } from '../../machines/protocol/values.ts';
import { CLAIM, LEASE, leaseOf, claimOf, isCircle, ownerOf, release, waitsOf } from './claims.ts';
import { abortEffect, findEffect, openEffect } from './effects.ts';
import { bidFarewell, signed } from './farewell.ts';
import { GuestError } from './guest-error.ts';
import { MissingVersionError } from './missing-version-error.ts';
import { BUDGET, rootOf, type ActorRecord, type Moved } from './system.ts';
import { tell } from './tells.ts';
import { arm, isWithin } from './timers.ts';
import type { Turn } from './turn.ts';
import { compose, LeakError, requireReadable } from './values.ts';

const UNBORN = { value: null, context: null };

/** Starts an actor; one that throws at its start ends as failed, like any other. */
export function startActor(
  turn: Turn,
  path: string,
  { version: wanted, ...record }: Omit<ActorRecord, 'state' | 'version'> & { version?: number },
  input: unknown,
): void {
  const machine = turn.machineFor(path, record.machine, wanted);
  place(turn, path, { ...record, version: machine?.version ?? 0, state: UNBORN });
  if (machine === undefined)
    return endActor(turn, path, turn.badEnd('failed', 'unknown_machine', record.machine));
  if (record.node) turn.outgoing.push({ kind: 'handed', actor: path, node: record.node.id });
  guarded(turn, path, () => settle(turn, path, turn.driver.start(path, machine.logic, input)));
}

/** Gives an actor its place, and notes with which definitions it begins: they are its own to its end. */
function place(turn: Turn, path: string, record: ActorRecord): void {
  const { machine, version, node } = record;
  turn.record(path, record);
  const began = `${machine}@${version}`;
  const played = node && `${node.id}@${node.version}`;
  const settings = turn.varied[path];
  turn.versions[path] =
    played === undefined
      ? [began]
      : settings === undefined
        ? [began, played]
        : [began, played, settings];
}

/** Runs a piece of an actor's own code: a throw fails that actor, and the step still commits. */
export function guarded(turn: Turn, path: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof MissingVersionError) throw error;
    const [reason, note] = whyFailed(error);
    endActor(turn, path, turn.badEnd('failed', reason, note));
  }
}

/** The reason and the note with which an actor fails whose code threw; what was thrown may be anything. */
export function whyFailed(error: unknown): readonly [Reason, note: string] {
  try {
    const note = String(error instanceof Error ? error.message : error);
    if (error instanceof LeakError) return ['leak', note];
    return [error instanceof GuestError ? error.reason : 'defect', note];
  } catch {
    return ['defect', 'it cannot be told'];
  }
}

/** Writes down where an actor came to, does what it wished, and ends it if it is done. */
export function settle(turn: Turn, path: string, { state, wishes, done }: Moved): void {
  turn.record(path, { ...(turn.actors.get(path) as ActorRecord), state });
  for (const wish of wishes) {
    if (turn.draft.ended || turn.actors.get(path)?.ended) return;
    requireReadable(turn.scope, wish.params);
    grant(turn, path, wish as Wish);
  }
  if (done !== undefined) endActor(turn, path, endingOf(turn, path, done as Output));
}

function grant(turn: Turn, path: string, { type, params }: Wish): void {
  switch (type) {
    case 'send':
      return turn.post({
        to: receiver(path, params),
        kind: 'internal',
        event: params.isSigned === true ? signed(params.event, path) : params.event,
      });
    case 'spawn':
      return startActor(
        turn,
        childPath(turn, path, params),
        { machine: params.machine },
        params.input,
      );
    case 'hand':
      return handOver(turn, path, params);
    case 'effect':
      return openEffect(turn, path, params);
    case 'abort': {
      const effectId = findEffect(turn, path, params.id);
      if (effectId !== undefined) abortEffect(turn, effectId);
      return;
    }
    case 'timer':
      return arm(turn, `${path}:${params.id}`, {
        actor: path,
        event: params.event,
        delayMs: params.delayMs,
        work: params.work ?? false,
      });
    case 'clear':
      delete turn.timers[`${path}:${params.id}`];
      return;
    case 'tell':
      return tell(turn, path, params);
    default:
      throw new TypeError(`no output is called ${String(type satisfies never)}`);
  }
}

const receiver = (path: string, { to }: Send): string =>
  'child' in to ? `${path}/${to.child}` : to.path;

function childPath(turn: Turn, path: string, { id }: Pick<Spawn, 'id'>): string {
  const child = `${path}/${id}`;
  if (id === '' || /[/#:\s]/.test(id) || turn.actors.has(child))
    throw new RangeError(`a child cannot be called ${JSON.stringify(id)}`);
  return child;
}

/** A handoff: the input is put together and parsed before the node is even started. */
function handOver(turn: Turn, path: string, hand: Hand): void {
  const child = childPath(turn, path, hand);
  const spec = turn.nodeFor(child, hand.node, hand.version);
  if (spec === undefined) {
    const node = { id: hand.node, version: 0 };
    place(turn, child, { machine: '', version: 0, node, state: UNBORN });
    return endActor(turn, child, turn.badEnd('failed', 'unknown_node', hand.node));
  }
  const node = { id: spec.id, version: spec.version };
  const parsed = spec.parseInput(composed(turn, path, hand.input));
  if (!parsed.ok) {
    place(turn, child, { machine: spec.machine, version: 0, node, state: UNBORN });
    return endActor(turn, child, turn.badEnd('refused', 'contract', parsed.issues));
  }
  const keep = turn.keep.bind(turn);
  const input = keep(`${spec.id}@${spec.version}.input`, parsed.value);
  const claim = claimOf(spec, input, hand);
  if (claim !== undefined) {
    const owner = ownerOf(turn, claim);
    if (owner !== undefined) return join(turn, child, { node, claim }, { hand, input, owner });
    turn.claims[claim] = [...(turn.claims[claim] ?? []), child];
  }
  const lease = leaseOf(spec, input, hand);
  const record = { node, ...(claim !== undefined && { claim }) };
  if (lease !== undefined) {
    // How long it waits for another's work depends on the configuration.
    const shared = turn.settingsFor(child, { settings: spec.shared as Json, isVaried: true });
    return startActor(
      turn,
      child,
      { ...record, machine: LEASE },
      { ...lease, ...(shared as object) },
    );
  }
  const settings = turn.settingsFor(child, spec);
  const begin = spec.begin?.(input, parsed.value, keep, settings, hand.by) ?? {
    node: spec.id,
    version: spec.version,
    input,
    settings,
    ...purseOf(turn),
  };
  const { machine, machineVersion: version } = spec;
  startActor(turn, child, { ...record, machine, ...(version !== undefined && { version }) }, begin);
}

/** Where the run's budget is kept, if it has one: beside all of its work. */
function purseOf(turn: Turn): { readonly purse?: string } {
  const purse = `${rootOf(turn)}/${BUDGET}`;
  return turn.actors.has(purse) ? { purse } : {};
}

/** The same work is in flight: its owner does it for both, unless it would wait for this one in turn. */
function join(
  turn: Turn,
  child: string,
  { node, claim }: Required<Pick<ActorRecord, 'node' | 'claim'>>,
  { hand, input, owner }: { readonly hand: Hand; readonly input: ValueRef; readonly owner: string },
): void {
  if (isCircle(child, owner, waitsOf(turn))) {
    place(turn, child, { machine: CLAIM, version: 0, node, state: UNBORN });
    return endActor(turn, child, turn.badEnd('failed', 'loop', owner));
  }
  turn.claims[claim] = [...(turn.claims[claim] ?? []), child];
  const { id, version } = node;
  const { purpose } = hand;
  const begin = { node: id, version, input, ...(purpose !== undefined && { purpose }) };
  startActor(turn, child, { machine: CLAIM, node, claim }, begin);
}

/** A wire names the mappings of the machine whose wish it is. */
const composed = (turn: Turn, path: string, wire: Wire): Json => {
  const { version } = turn.actors.get(path) as ActorRecord;
  return compose(turn.values, wire, (name) => turn.world.mapping(name, version));
};

function endingOf(turn: Turn, path: string, { outcome, value, reason, note }: Output): Ending {
  requireReadable(turn.scope, [value, note]);
  const ending = {
    outcome,
    ...(reason !== undefined && { reason }),
    ...(note !== undefined && { note }),
  };
  if (value === undefined) return ending;
  // A wire that only passes a value on keeps its reference, label and contract.
  if ('ref' in value && value.key === undefined) return { ...ending, value: value.ref };
  const { node, machine, version } = turn.actors.get(path) as ActorRecord;
  const made = composed(turn, path, value);
  const spec = node && turn.world.node(node.id, node.version);
  if (node !== undefined && spec === undefined)
    throw new MissingVersionError(path, `node ${node.id}`, node.version);
  const parsed = spec?.parseOutcome?.(outcome, made);
  if (parsed?.ok === false) return turn.badEnd('failed', 'contract', parsed.issues);
  const contract = `${node?.id ?? machine}@${node?.version ?? version}.${outcome}`;
  return {
    ...ending,
    value: turn.keep(contract, parsed?.value ?? made),
  };
}

/** Ends an actor exactly once, with everything that hangs on it: effects, timers, descendants. */
export function endActor(turn: Turn, path: string, ending: Ending): void {
  // Who stands below it was born after it.
  const closing = [...turn.actors.keysBehind(path)].filter((below) => isWithin(below, path));
  bidFarewell(turn, path, closing);
  for (const below of closing) close(turn, below, { outcome: 'cancelled', reason: 'cancelled' });
  if (close(turn, path, ending)) {
    const cut = path.lastIndexOf('/');
    const event = { type: 'child.ended', id: path.slice(cut + 1), ...ending };
    if (cut < 0) turn.draft.ended = ending;
    else turn.post({ to: path.slice(0, cut), kind: 'internal', event });
  }
}

function close(turn: Turn, path: string, ending: Ending): boolean {
  const actor = turn.actors.get(path);
  if (actor === undefined || actor.ended !== undefined) return false;
  // A copy: what a driver keeps with a state that goes on is not needed any more.
  turn.record(path, { ...actor, state: { ...actor.state }, ended: ending });
  for (const [effectId, effect] of Object.entries(turn.effects))
    if (effect.actor === path) abortEffect(turn, effectId);
  for (const [key, timer] of Object.entries(turn.timers))
    if (timer.actor === path) delete turn.timers[key];
  if (actor.claim !== undefined) release(turn, path, actor.claim, ending);
  turn.driver.drop(path);
  const meant = actor.version === 0 ? actor.node?.id : undefined;
  turn.outgoing.push({
    kind: 'ended',
    actor: path,
    ending,
    ...(meant !== undefined && { node: meant }),
  });
  return true;
}

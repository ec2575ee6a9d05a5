import type { Fact, Tell } from '../../machines/protocol/effects.ts';
import { tenantOf } from '../../machines/protocol/scope.ts';
import { isValueRef, type Json } from '../../machines/protocol/values.ts';
import {
  rootOf,
  type Incoming,
  type Machine,
  type MachineSchemas,
  type Peer,
  type System,
  type Told,
  type ToldFault,
} from './system.ts';
import type { Turn } from './turn.ts';
import { isReadable, resolve } from './values.ts';

/** The name of a system begins so that all runs of a scope share. */
const SHARED = '~';

/** Said twice, all runs of a tenant: the first part of the scope. */
const COMMON = '~~';

/** What a system is about that all runs of a scope share; undefined for a run of somebody. */
export function sharedIn(run: string): string | undefined {
  const name = run.slice(run.lastIndexOf('/') + 1);
  return name.startsWith(SHARED) ? name.slice(SHARED.length) : undefined;
}

type Arriving<K extends Incoming['kind']> = Extract<Incoming, { kind: K }>;

/** The system of an address, and the actor in it; the first actor where none is named. */
function parted(address: string): { readonly run: string; readonly actor: string } {
  const cut = address.indexOf('#');
  return cut < 0
    ? { run: address, actor: '' }
    : { run: address.slice(0, cut), actor: address.slice(cut + 1) };
}

const NOBODY: Peer = { sent: 0, arrived: 0, heard: 0 };
const peerOf = (turn: Turn, run: string): Peer => turn.peers.get(run) ?? NOBODY;

/**
 * The number that a message's receiver must have heard before it: of the message before it that is not lost.
 * @param system its sender, as it stands when the message is carried.
 */
export function predecessorOf({ tells, peers }: System, { run, seq }: Told): number {
  const earlier = tells.filter((told) => told.run === run && told.seq < seq);
  return earlier.at(-1)?.seq ?? peers?.get(run)?.arrived ?? 0;
}

/** What a receiver has against a message, found at its border: the verdict is journaled with it. */
export function faultOf(
  machine: Machine | undefined,
  scope: string,
  from: string,
  event: Fact,
): ToldFault | undefined {
  if (!isReadable(scope, event)) return 'leak';
  const { type, ...rest } = event as Fact & Readonly<Record<string, unknown>>;
  const schemas = machine?.schemas as MachineSchemas | undefined;
  const schema = schemas?.events.told?.[type];
  return schema?.safeParse({ ...rest, from }).success === false ? 'contract' : undefined;
}

/** The scope of a system that runs share. */
const holding = (scope: string, name: string): string =>
  name.startsWith(COMMON) ? tenantOf(scope) : scope;

/** A message as it leaves: to a whole address, and signed where that is wanted. */
export function addressed(
  scope: string,
  actor: string,
  { to, event, isSigned = false }: Tell,
): Omit<Tell, 'isSigned'> {
  return {
    to: to.startsWith(SHARED) ? `${holding(scope, to)}/${to}` : to,
    event: isSigned ? ({ ...event, actor } as Fact) : event,
  };
}

/** Puts a message into the outbox, numbered; it stays there until it is known to have arrived. */
export function tell(turn: Turn, path: string, wish: Tell): void {
  const { to, event } = addressed(turn.scope, path, wish);
  const { run, actor } = parted(to);
  const peer = peerOf(turn, run);
  const seq = peer.sent + 1;
  const told: Told = { run, actor, seq, event };
  turn.peers = turn.peers.with(run, { ...peer, sent: seq });
  turn.draft.tells = [...turn.draft.tells, told];
  send(turn, told);
}

/** After a restart nobody knows which messages were on their way: all that have not arrived are told again, in order. */
export function retell(turn: Turn): void {
  for (const told of turn.draft.tells) send(turn, told);
}

function send(turn: Turn, told: Told): void {
  const values: Record<string, Json> = {};
  collect(turn, told.event, values);
  turn.outgoing.push({ kind: 'tell', tell: told, values });
}

function collect(turn: Turn, value: unknown, into: Record<string, Json>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isValueRef(value)) into[value.hash] = resolve(turn.values, value);
  else for (const part of Object.values(value)) collect(turn, part, into);
}

/** Takes the next message of another system, and only then its values; any other, and what has a fault, is a dead letter. */
export function admitTold(turn: Turn, incoming: Arriving<'told'>): void {
  const { from, seq, after, to, event, values = {} } = incoming;
  const peer = peerOf(turn, from);
  const actor = to === '' ? rootOf(turn) : to;
  if (seq <= peer.heard) return turn.refuse(actor, event, 'told_twice');
  if (after > peer.heard) return turn.refuse(actor, event, 'told_early');
  turn.peers = turn.peers.with(from, { ...peer, heard: seq });
  const fault = incoming.fault ?? (isReadable(turn.scope, event) ? undefined : 'leak');
  if (fault === 'leak') return turn.refuse(actor, { type: event.type }, fault);
  if (fault !== undefined) return turn.refuse(actor, event, fault);
  turn.bring(values);
  turn.post({ to: actor, kind: 'told', event: { ...event, from } as Fact });
}

/** Takes a message out of the outbox: it has arrived, or there is nobody to whom it could. */
export function admitArrived(turn: Turn, { run, seq, isLost }: Arriving<'arrived'>): void {
  const { tells } = turn.draft;
  const told = tells.find((one) => one.run === run && one.seq === seq);
  if (told === undefined) return turn.refuse(run, { type: 'arrived' }, 'told_twice');
  turn.draft.tells = tells.filter((one) => one !== told);
  const { actor, event } = told;
  if (isLost) return turn.refuse(actor === '' ? run : `${run}#${actor}`, event, 'no_run');
  turn.peers = turn.peers.with(run, { ...peerOf(turn, run), arrived: seq });
  turn.account();
}

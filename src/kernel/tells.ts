import type { Fact, Tell } from '../../machines/protocol/effects.ts';
import { isValueRef, type Json } from '../../machines/protocol/values.ts';
import type { Incoming, Peer, Told } from './system.ts';
import type { Turn } from './turn.ts';
import { isReadable, resolve } from './values.ts';

type Arriving<K extends Incoming['kind']> = Extract<Incoming, { kind: K }>;

/** The system of an address, and the actor in it; the first actor where none is named. */
function parted(address: string): { readonly run: string; readonly actor: string } {
  const cut = address.indexOf('#');
  return cut < 0
    ? { run: address, actor: '' }
    : { run: address.slice(0, cut), actor: address.slice(cut + 1) };
}

const peerOf = (turn: Turn, run: string): Peer => turn.peers[run] ?? { sent: 0, heard: 0 };

/** Puts a message into the outbox, numbered; it stays there until it is known to have arrived. */
export function tell(turn: Turn, { to, event }: Tell): void {
  const { run, actor } = parted(to);
  const peer = peerOf(turn, run);
  const seq = peer.sent + 1;
  const told: Told = { run, actor, seq, event };
  turn.peers[run] = { ...peer, sent: seq };
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

/** Takes the next message of another system; any other, and what may not be read here, is a dead letter. */
export function admitTold(turn: Turn, { from, seq, to, event, fault }: Arriving<'told'>): void {
  const peer = peerOf(turn, from);
  const actor = to === '' ? (Object.keys(turn.actors)[0] ?? '') : to;
  if (seq <= peer.heard) return turn.refuse(actor, event, 'told_twice');
  if (seq > peer.heard + 1) return turn.refuse(actor, event, 'told_early');
  turn.peers[from] = { ...peer, heard: seq };
  if (fault !== undefined) return turn.refuse(actor, event, 'contract');
  if (!isReadable(turn.scope, event)) return turn.refuse(actor, { type: event.type }, 'leak');
  turn.post({ to: actor, kind: 'told', event: { ...event, from } as Fact });
}

/** Takes a message out of the outbox: it has arrived, or there is nobody to whom any could. */
export function admitArrived(turn: Turn, { run, seq, isLost }: Arriving<'arrived'>): void {
  const { tells } = turn.draft;
  const isMeant = (told: Told): boolean => told.run === run && (isLost || told.seq === seq);
  const [first, ...others] = tells.filter(isMeant);
  if (first === undefined) return turn.refuse(run, { type: 'arrived' }, 'told_twice');
  turn.draft.tells = tells.filter((told) => !isMeant(told));
  turn.account();
  if (!isLost) return;
  turn.peers[run] = { ...peerOf(turn, run), sent: 0 };
  for (const { event } of [first, ...others]) turn.refuse(run, event, 'no_run');
}

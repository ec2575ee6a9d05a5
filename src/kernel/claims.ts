import { ROLE, type Hand } from '../../machines/protocol/effects.ts';
import type { Ending } from '../../machines/protocol/outcomes.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { isWithin } from './timers.ts';
import type { ActorState, NodeSpec } from './system.ts';
import type { Turn } from './turn.ts';

/** The machine that waits for work which somebody else has in hand. */
export const CLAIM = 'claim';

/** The machine that asks for work which is shared with other runs. */
export const LEASE = 'lease';

/** Names a piece of work: the same for whoever asks for it in a run, for the same purpose. */
export const claimOf = (
  { id, version, isSingle = false }: NodeSpec,
  { hash }: ValueRef,
  { purpose = '', isOwn = false }: Hand,
): string | undefined => (isSingle && !isOwn ? `${id}@${version} ${hash} ${purpose}` : undefined);

/** What a handoff of shared work begins in the place of the node: who asks for it among all runs of the scope. */
export const leaseOf = (
  { id, version, shared }: NodeSpec,
  input: ValueRef,
  { purpose, isOwn = false }: Hand,
): Readonly<Record<string, unknown>> | undefined =>
  shared === undefined || isOwn
    ? undefined
    : { node: id, version, input, ...shared, ...(purpose !== undefined && { purpose }) };

interface Claimant {
  readonly machine: string;
  readonly state: ActorState;
}
/** A claim as control: the orchestrator's own inputs are put together of what it does not remember, and are nobody else's. */
export function claimControl(claim: string | undefined): string | null {
  const [node, , ...purpose] = claim?.split(' ') ?? [];
  return purpose[0]?.startsWith(ROLE) === true ? `${node} ${purpose.join(' ')}` : (claim ?? null);
}

/** Who waits for what comes of it has not begun it. */
export const isWaiting = ({ machine, state }: Claimant): boolean =>
  machine === CLAIM && (state.value as Json) === 'waiting';

/**
 * True where an actor would wait for itself, if it waited for what `owner` does: an actor waits for those below it, and a
 * claim for its owner.
 * @param waits who waits for whom.
 */
export function isCircle(
  path: string,
  owner: string,
  waits: readonly (readonly [waiter: string, owner: string])[],
): boolean {
  const due = [owner];
  const seen = new Set(due);
  for (let at = due.pop(); at !== undefined; at = due.pop()) {
    if (isWithin(path, at)) return true;
    for (const [waiter, next] of waits)
      if (isWithin(waiter, at) && !seen.has(next)) {
        seen.add(next);
        due.push(next);
      }
  }
  return false;
}

/** Who has the work in hand. */
export const ownerOf = (turn: Turn, claim: string): string | undefined =>
  turn.claims[claim]?.find((path) => turn.actors.get(path)?.machine !== CLAIM);

/** Everybody who waits, with whom they wait for. */
export function waitsOf(turn: Turn): (readonly [string, string])[] {
  return Object.entries(turn.claims).flatMap(([claim, paths]) => {
    const owner = ownerOf(turn, claim);
    return owner === undefined ? [] : paths.slice(1).map((path) => [path, owner] as const);
  });
}

/** What a claim that waits is told when its owner has ended. */
export const claimEvent = (ending: Ending) =>
  ending.outcome === 'cancelled'
    ? { type: 'claim.lapsed' as const }
    : { type: 'claim.settled' as const, ...ending };

/** Takes an actor that has ended off the table; where it was the owner, those who wait are to be told. */
export function release(turn: Turn, path: string, claim: string, ending: Ending): void {
  const isOwner = ownerOf(turn, claim) === path;
  const left = (turn.claims[claim] ?? []).filter((one) => one !== path);
  if (left.length === 0) delete turn.claims[claim];
  else turn.claims[claim] = left;
  if (isOwner) turn.freed.push({ claim, ending });
}

/** Tells those who still wait for work whose owner has ended. */
export function settleClaims(turn: Turn): void {
  for (const { claim, ending } of turn.freed.splice(0))
    for (const path of (turn.claims[claim] ?? []).toSorted()) {
      const actor = turn.actors.get(path);
      if (actor !== undefined && isWaiting(actor))
        turn.post({ to: path, kind: 'internal', event: claimEvent(ending) });
    }
}

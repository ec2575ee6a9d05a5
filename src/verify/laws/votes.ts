import { DEFAULT_EDITS } from '../../../machines/gate/rules.ts';
import type { Decision, GateContext } from '../../../machines/gate/schemas.ts';
import { canonical } from '../../kernel/canonical.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import { isAsking, type Cell } from '../space/cell.ts';
import type { Move } from '../space/environment.ts';
import { everyEdge, type Edge, type Property } from '../space/properties.ts';
import { isLive } from './seen.ts';

/** A decision as somebody has made it, on a gate as it stood. */
export interface Made {
  readonly event: Omit<Decision, 'by'> & { readonly by: string };
  readonly gate: GateContext;
}

/** True where somebody had nothing to say any more on this content. */
const hasVoted = ({ votes }: GateContext, who: string): boolean =>
  votes.some(({ by }) => by === who);

/** The move as a decision by one who may, in time, on exactly what is asked about now; undefined where it is none. */
export function madeOn(
  move: Move,
  path: string,
  cell: Cell | undefined,
  requester: string,
): Made | undefined {
  // Once it has expired, nobody is asked any more.
  if (move.kind !== 'external' || move.actor !== path || !isLive(cell) || !isAsking(cell))
    return undefined;
  const gate = cell.state.context as unknown as GateContext;
  const by = move.offer.principal?.id ?? '';
  const event = { ...move.offer.event, by } as unknown as Made['event'];
  const mayDecide = gate.deciders.length === 0 ? by === requester : gate.deciders.includes(by);
  const isShown = event.hash === gate.subject.hash && (event.round ?? 1) === gate.round;
  const isDone = event.type !== 'gate.edited' && hasVoted(gate, by);
  return mayDecide && isShown && by !== gate.proposer && !isDone ? { event, gate } : undefined;
}

const approvers = ({ votes }: GateContext): Set<string> =>
  new Set(votes.filter(({ says }) => says !== 'rejected').map(({ by }) => by));
const against = ({ votes }: GateContext): Set<string> =>
  new Set(votes.filter(({ says }) => says === 'rejected').map(({ by }) => by));

/** How a gate must end by that decision; undefined where it must not. */
export function endedBy({ event, gate }: Made): 'approved' | 'edited' | 'rejected' | undefined {
  const { quorum = 1, rejects = 'one', deciders } = gate;
  switch (event.type) {
    case 'gate.approved':
      if (approvers(gate).add(event.by).size < quorum) return undefined;
      return gate.isEdited ? 'edited' : 'approved';
    case 'gate.edited':
      return quorum === 1 ? 'edited' : undefined;
    case 'gate.rejected': {
      const left = Math.max(1, deciders.length) - against(gate).add(event.by).size;
      return rejects === 'one' || left < quorum ? 'rejected' : undefined;
    }
    case 'gate.delegated':
      return undefined;
  }
}

type Stand = Pick<GateContext, 'deciders' | 'gave' | 'round' | 'quorum'> & {
  readonly subject: string;
  readonly votes: readonly string[];
  readonly tiers: number;
};
const standOf = ({ subject, votes, ...gate }: GateContext): Stand => ({
  subject: subject.hash,
  votes: votes.map(({ by, says }) => `${by} ${says}`).toSorted(),
  deciders: gate.deciders.toSorted(),
  gave: gate.gave.toSorted(),
  round: gate.round,
  quorum: gate.quorum ?? 1,
  tiers: gate.escalation?.length ?? 0,
});

function isHandedOn({ event, gate }: Made): boolean {
  const { to } = event as unknown as { to: string };
  const { delegation, deciders, gave, proposer } = gate;
  return (
    delegation !== undefined &&
    gave.length < delegation.max &&
    (delegation.to ?? [to]).includes(to) &&
    ![event.by, proposer, ...deciders, ...gave].includes(to)
  );
}

/** Where a gate must stand after that decision, which did not end it. */
function standAfter(made: Made): Stand {
  const { event, gate } = made;
  const stand = standOf(gate);
  const { by } = event;
  switch (event.type) {
    case 'gate.approved':
    case 'gate.rejected': {
      const says = event.type.slice('gate.'.length);
      return { ...stand, votes: [...stand.votes, `${by} ${says}`].toSorted() };
    }
    case 'gate.edited': {
      const { value } = event as unknown as Extract<Decision, { type: 'gate.edited' }>;
      if ((gate.edits ?? DEFAULT_EDITS) === 0) return stand;
      return { ...stand, subject: value.hash, votes: [`${by} edited`], round: gate.round + 1 };
    }
    case 'gate.delegated': {
      if (!isHandedOn(made)) return stand;
      const { to } = event as unknown as { to: string };
      return {
        ...stand,
        deciders: [...stand.deciders.filter((id) => id !== by), to].toSorted(),
        gave: [...stand.gave, by].toSorted(),
      };
    }
  }
}

const isEqual = (a: object, b: object): boolean =>
  canonical(a as unknown as Json) === canonical(b as unknown as Json);

/** The gate that a move came to, before and after, where it was one and still is. */
function gateAt({ move, before, after }: Edge): { was: Cell; is: Cell; path: string } | undefined {
  if (!('actor' in move)) return undefined;
  const was = before.cells.get(move.actor);
  const is = after.cells.get(move.actor);
  return was?.machine === 'gate' && isLive(was) && isLive(is)
    ? { was, is, path: move.actor }
    : undefined;
}
const contextOf = ({ state }: Cell): GateContext => state.context as unknown as GateContext;

/** True where a decision that did not end a gate changed what it must, and nothing else did. */
function isCounted(edge: Edge, requester: string): boolean {
  const gate = edge.before.queued + edge.after.queued > 0 ? undefined : gateAt(edge);
  if (gate === undefined || edge.move.kind === 'expiry') return true;
  const { was, is, path } = gate;
  const made = madeOn(edge.move, path, was, requester);
  // Most of what is said there counts for nothing, and leaves it the very same.
  if (made === undefined && was === is) return true;
  const expected = made === undefined ? standOf(contextOf(was)) : standAfter(made);
  return isEqual(standOf(contextOf(is)), expected);
}

/** True where those who are next are asked anew, for as long as was said, and nothing said before counts. */
function isEscalated(edge: Edge): boolean {
  const gate = gateAt(edge);
  if (gate === undefined || edge.move.kind !== 'expiry') return true;
  const before = contextOf(gate.was);
  const [tier, ...rest] = before.escalation ?? [];
  if (tier === undefined) return false;
  const isAsked = edge.begun.some(
    ({ actor, effect }) => actor === gate.path && effect.withinMs === tier.withinMs,
  );
  const expected: Stand = {
    ...standOf(before),
    deciders: tier.deciders.toSorted(),
    quorum: tier.quorum ?? 1,
    votes: [],
    round: before.round + 1,
    tiers: rest.length,
  };
  return isAsked && isEqual(standOf(contextOf(gate.is)), expected);
}

/** True where a gate that ended by time had nobody left to be asked, and ended as was declared. */
const isSpent = ({ escalation = [], expires = 'expired' }: GateContext, outcome: string): boolean =>
  escalation.length === 0 && outcome === expires;

/** Law 5 of a gate by itself: who decides, on what, when, and how many of them. */
export const votesHold = (requester: string): readonly Property[] => [
  everyEdge(
    '5 a gate is decided by as many as must, who may, in time, on exactly its content',
    ['ended'],
    (edge) =>
      edge.ended.every(({ actor, ending: { outcome } }) => {
        const cell = edge.before.cells.get(actor);
        const { move } = edge;
        if (cell?.machine !== 'gate' || move.kind === 'delivered') return true;
        if (move.kind === 'expiry' && move.actor === actor)
          return isSpent(contextOf(cell), outcome);
        const made = madeOn(move, actor, cell, requester);
        const decided = made && endedBy(made);
        return decided === undefined
          ? outcome === 'cancelled' || !isLive(cell)
          : outcome === decided;
      }),
  ),
  everyEdge(
    '5 what is said at a gate counts once, for what was shown, and nothing else',
    ['said'],
    (edge) => isCounted(edge, requester),
  ),
  everyEdge('5 a decision that must end a gate ends it', ['said'], (edge) => {
    if (edge.before.queued + edge.after.queued > 0) return true;
    const gate = gateAt(edge);
    const made = gate && madeOn(edge.move, gate.path, gate.was, requester);
    return made === undefined || endedBy(made) === undefined;
  }),
  everyEdge('5 when time is up the next are asked anew, in their own time', ['begun'], isEscalated),
];

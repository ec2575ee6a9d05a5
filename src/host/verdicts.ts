import { refusalOf, type Refusal } from '../../machines/gate/rules.ts';
import type { Decision, GateContext } from '../../machines/gate/schemas.ts';
import type { Principal } from '../../machines/protocol/principal.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { reviewsOf, type Review } from '../decide/reviews.ts';
import { AlreadyDecidedError } from '../errors/already-decided-error.ts';
import { MayNotDecideError } from '../errors/may-not-decide-error.ts';
import { StaleReviewError } from '../errors/stale-review-error.ts';
import { UnknownReviewError } from '../errors/unknown-review-error.ts';
import type { Incoming, System } from '../kernel/system.ts';
import { Parcel } from './border.ts';

/** What a person says to what waits; `why` is kept beside it, up to 4,000 characters. */
export type Verdict = OnGate | { readonly is: 'answer'; readonly text: string };
export type OnGate =
  | { readonly is: 'approve'; readonly why?: string }
  /** Another content in the place of the one that was asked about; parsed by its contract. */
  | { readonly is: 'edit'; readonly value: Json; readonly why?: string }
  | { readonly is: 'reject'; readonly why?: string }
  /** Hands the right to decide to another principal, who has it instead. */
  | { readonly is: 'delegate'; readonly to: string; readonly why?: string };

/** The run and the path of what waits there. */
export function addressOf(id: string): readonly [run: string, actor: string] {
  const cut = Math.max(0, id.lastIndexOf('#'));
  return [id.slice(0, cut), id.slice(cut + 1).replace(/:\d+$/, '')];
}

const gateAt = ({ actors }: System, path: string) => {
  const actor = actors.get(path);
  return actor?.machine === 'gate' ? actor : undefined;
};

function alreadyDecided(system: System, id: string, actor: string): AlreadyDecidedError {
  const { ended, state } = gateAt(system, actor) ?? {};
  const { votes = [] } = (state?.context ?? {}) as Partial<GateContext>;
  const isVoted = ['approved', 'edited', 'rejected'].includes(ended?.outcome ?? '');
  return new AlreadyDecidedError(
    id,
    ended?.outcome ?? 'over',
    isVoted && ended?.reason !== 'deadline' ? votes.at(-1)?.by : undefined,
  );
}

/**
 * What waits at an address, as it was shown there.
 * @throws AlreadyDecidedError, StaleReviewError; UnknownReviewError where nothing ever waited there, or it wants something else.
 */
export function openReview(
  system: System | undefined,
  id: string,
  verdict: Verdict,
): { readonly review: Review; readonly system: System } {
  const reviews = system === undefined ? [] : reviewsOf(system);
  const review = reviews.find((open) => open.id === id);
  const [, actor] = addressOf(id);
  if (review === undefined && system !== undefined && gateAt(system, actor) !== undefined) {
    const now = reviews.find((open) => open.actor === actor);
    throw now === undefined ? alreadyDecided(system, id, actor) : new StaleReviewError(id, now.id);
  }
  const isRight = (verdict.is === 'answer') === (review?.purpose === 'question');
  if (system === undefined || review === undefined || !isRight)
    throw new UnknownReviewError(id, verdict.is);
  return { review, system };
}

/** A verdict on what waits, as the event that its actor takes. */
export function decides(
  system: System,
  { actor, hash, round }: Review,
  verdict: Verdict,
  at: number,
  principal: Principal,
): Extract<Incoming, { kind: 'external' }> {
  const parcel = new Parcel(system);
  const shown = { hash, ...(round > 1 && { round }) };
  const event = eventOf(verdict, shown, parcel);
  const { values } = parcel.reply({ type: '' });
  return { kind: 'external', to: actor, event, principal, at, values };
}

function eventOf(verdict: Verdict, shown: { readonly hash: string }, parcel: Parcel) {
  if (verdict.is === 'answer')
    return {
      type: 'requester.answered',
      text: parcel.put('clarified', { text: verdict.text }),
    };
  const given = { ...shown, ...(verdict.why !== undefined && { note: parcel.note(verdict.why) }) };
  switch (verdict.is) {
    case 'approve':
      return { type: 'gate.approved', ...given };
    case 'edit':
      return { type: 'gate.edited', ...given, value: parcel.put('edited', verdict.value) };
    case 'reject':
      return { type: 'gate.rejected', ...given };
    case 'delegate':
      return { type: 'gate.delegated', ...given, to: verdict.to };
  }
}

const why: Readonly<Record<Exclude<Refusal, 'stale' | 'voted'>, string>> = {
  proposer: 'who proposed it does not decide on it',
  not_decider: 'nobody asked them',
  no_edit: 'it was changed as often as it may be',
  no_delegate: 'the right may not be handed on any more, or not to that one',
};

/**
 * Holds a decision to having counted.
 * @param system the run after it. @throws AlreadyDecidedError, StaleReviewError, MayNotDecideError where it is a dead letter.
 */
export function requireTaken(
  system: System,
  { id, actor }: Review,
  { event, principal }: Extract<Incoming, { kind: 'external' }>,
): void {
  const letter = system.dead.findLast(({ seq, to }) => seq === system.seq && to === actor);
  if (letter === undefined) return;
  const gate = gateAt(system, actor);
  if (letter.reason === 'ended') throw alreadyDecided(system, id, actor);
  const by = { id: principal.id, isRequester: principal.id === system.requester };
  const decision = { ...event, by } as unknown as Decision;
  const context = gate?.state.context as unknown as GateContext;
  const refusal = gate && refusalOf(context, decision);
  const now = reviewsOf(system).find((open) => open.actor === actor);
  if (refusal === 'stale' && now !== undefined) throw new StaleReviewError(id, now.id);
  const vote = context?.votes.find((one) => one.by === principal.id);
  if (refusal === 'voted' && vote !== undefined)
    throw new AlreadyDecidedError(id, vote.says, principal.id);
  throw new MayNotDecideError(
    id,
    principal.id,
    refusal === undefined || refusal === 'stale' || refusal === 'voted'
      ? letter.reason
      : why[refusal],
  );
}

import type { GateContext } from '../../machines/gate/schemas.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import { rootOf, type OpenEffect, type System } from '../kernel/system.ts';
import { effectTimer } from '../kernel/timers.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What a principal has said about a content that still waits for others. */
export interface Said {
  readonly by: string;
  readonly says: 'approved' | 'edited' | 'rejected';
  readonly why?: string;
}

/** Something that waits on a person. */
export interface Review {
  /**
   * The address to answer at: `run#actor`, and from the second round on `run#actor:round`. It stands for one content only: where that
   * is edited, or others are asked, there is another one.
   */
  readonly id: string;
  readonly run: string;
  /** In whose course it came up: the words with which the run began; absent where it began without. */
  readonly asked?: string;
  /** Its path in the run. */
  readonly actor: string;
  /** The nodes in which it stands, the outermost first. */
  readonly within: readonly string[];
  /** `question`: it wants a text; anything else wants a yes or no to `subject`. */
  readonly purpose: string;
  readonly subject: Json;
  /** What it would change, as a unified diff: where the subject holds both sides, or was edited. */
  readonly diff?: string;
  /** Binds the approval to this content. */
  readonly hash: string;
  readonly round: number;
  /** Ids of the principals who may decide; empty: whoever asked for the run. */
  readonly deciders: readonly string[];
  /** So many of them must approve. */
  readonly quorum: number;
  /** What was said of this content so far. */
  readonly said: readonly Said[];
  /** True: who may decide may hand that right on. */
  readonly mayDelegate: boolean;
  /** When their time is up; milliseconds since 1970. */
  readonly until: number;
}

/** Everything in a run that waits on a person, in the order in which it was asked. */
export const reviewsOf = (system: System): Review[] =>
  Object.entries(system.effects)
    .filter(([, { kind }]) => kind === 'person.ask')
    .map(([effectId, effect]) => reviewOf(system, effectId, effect));

/** What a question has of a gate. */
const plain: Pick<GateContext, 'deciders' | 'gave' | 'isEdited' | 'votes'> & Partial<GateContext> =
  {
    deciders: [],
    gave: [],
    isEdited: false,
    votes: [],
  };

function reviewOf(system: System, effectId: string, { actor, id, params }: OpenEffect): Review {
  const { run, actors, values, timers } = system;
  const asked = params as unknown as { subject: ValueRef; purpose: string };
  const { machine, state } = actors.get(actor) ?? {};
  const nth = Number(/-(\d+)$/.exec(id)?.[1] ?? 1);
  const gate =
    machine === 'gate' ? (state?.context as unknown as GateContext) : { ...plain, round: nth };
  const { subject: ref = asked.subject, deciders, quorum = 1, delegation, gave, round } = gate;
  const valueOf = (one: ValueRef): Json => values.get(one.hash) ?? null;
  const subject = valueOf(ref);
  const diff = diffOf(subject, gate, gate.isEdited ? valueOf(asked.subject) : undefined);
  const above = actor.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'));
  return {
    id: `${run}#${actor}${round === 1 ? '' : `:${round}`}`,
    run,
    ...askedIn(system),
    actor,
    within: above.slice(0, -1).flatMap((path) => actors.get(path)?.node?.id ?? []),
    purpose: asked.purpose,
    subject,
    ...(diff !== undefined && { diff }),
    hash: ref.hash,
    round,
    deciders,
    quorum,
    said: gate.votes.map(({ by, says, note }) => ({
      by,
      says,
      ...(note && { why: textOf(valueOf(note)) }),
    })),
    mayDelegate: delegation !== undefined && gave.length < delegation.max,
    until: timers[effectTimer(effectId)]?.dueAt ?? 0,
  };
}

/** What somebody asked for by the run, where it was asked in words. */
export function askedIn({ actors, values }: System): Pick<Review, 'asked'> {
  const began = actors.get(rootOf({ actors }))?.state.context as
    | { readonly request?: ValueRef; readonly input?: ValueRef }
    | undefined;
  const value = values.get((began?.request ?? began?.input)?.hash ?? '');
  const { text } = (value ?? {}) as { readonly text?: unknown };
  return typeof text === 'string' ? { asked: text } : {};
}

const textOf = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);

/** Both sides of a subject; of one that was edited and has no sides, what was proposed and what it is now. */
function diffOf(
  subject: Json,
  { change = { before: 'before', after: 'after' } }: Partial<GateContext>,
  proposed: Json | undefined,
): string | undefined {
  const { before, after } = change;
  if (typeof subject === 'object' && subject !== null && before in subject && after in subject) {
    const sides = subject as { readonly [key: string]: Json };
    return unifiedDiff(textOf(sides[before] ?? null), textOf(sides[after] ?? null));
  }
  if (proposed === undefined || canonical(proposed) === canonical(subject)) return undefined;
  return unifiedDiff(textOf(proposed), textOf(subject));
}

/** True where a run can only go on by a person: everything else in it is at rest. */
export const isWaiting = ({ ended, effects, letters }: System): boolean =>
  ended === undefined &&
  (Object.keys(effects).length > 0 || letters?.isFull === true) &&
  Object.values(effects).every(({ kind }) => kind === 'person.ask');

import { barrierTo, type DeadReason } from '../kernel/dead-letter.ts';
import type { Incoming } from '../kernel/system.ts';
import type { Buried, JournalRecord } from '../store/ports.ts';
import { committedOf } from './trace.ts';

/** An event that came in and was not taken, as a person reads it. */
export interface Letter {
  /** `RUN#N`: the Nth of its run, from 1 on. */
  readonly id: string;
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** For whom it was: an actor's path, or the address of another run's. */
  readonly to: string;
  readonly event: string;
  readonly from: string;
  readonly reason: DeadReason;
  readonly because: string;
  /** When and by whom it was delivered again. */
  readonly again?: { readonly at: number; readonly by: string };
  /** Why it cannot be delivered again; missing where it can. */
  readonly barrier?: string;
}

const WORDS: Readonly<Record<DeadReason, string>> = {
  contract: 'it breaks the schema of whom it was for; its sender has to tell it anew',
  effect_closed: 'an answer counts only while its effect is open, and that one was closed',
  ended: 'whom it was for had ended, and an end is final',
  leak: 'it names a value that may not be read in that run',
  no_actor: 'nobody was there by that name',
  no_run: 'there was no run of that name',
  not_again: 'a letter is delivered again once, and only where it may be',
  not_due: 'that time had not come, or was not waited for any more',
  told_early: 'another message has to come before it; its sender tells both again',
  told_twice: 'it had come before, and was taken',
  undelivered: 'the run was ended because its events never came to rest',
  unhandled: 'whom it was for does not take it where it stood',
  wrong_kind: 'it may not come from there',
};

function senderOf(incoming: Incoming, { as }: Buried): string {
  switch (incoming.kind) {
    case 'external':
    case 'started':
    case 'retired':
      return as === 'internal' ? 'inside' : incoming.principal.id;
    case 'redelivered':
      return `${incoming.principal.id}, again`;
    case 'told':
      return as === 'internal' ? 'inside' : incoming.from;
    case 'answer':
      return as === 'internal' ? 'inside' : incoming.effectId;
    case 'timer':
      return 'time';
    case 'arrived':
      return 'inside';
    case 'restored':
    case 'migrated':
      return 'a restart';
  }
}

/** A run's dead letters in the order in which they came, from its journal alone. */
export function lettersOf(run: string, records: readonly JournalRecord[]): Letter[] {
  const letters: (Omit<Letter, 'because'> & { readonly as: Buried['as'] })[] = [];
  let isEnded = false;
  for (const { incoming, outbox } of committedOf(records)) {
    const dead = outbox.filter((item) => item.kind === 'dead');
    isEnded ||= outbox.some((item) => item.kind === 'ended' && !item.actor.includes('/'));
    const { at } = incoming;
    if (incoming.kind === 'redelivered' && !dead.some(({ reason }) => reason === 'not_again')) {
      const index = incoming.letter - 1;
      const again = letters[index];
      if (again !== undefined)
        letters[index] = { ...again, again: { at, by: incoming.principal.id } };
    }
    for (const { to, event, reason, as } of dead) {
      const from = senderOf(incoming, { kind: 'dead', to, event, reason, as });
      letters.push({ id: `${run}#${letters.length + 1}`, run, at, to, event, from, reason, as });
    }
  }
  return letters.map(({ as, again, ...letter }, index) => {
    const { to, event, reason } = letter;
    const dead = { seq: index, to, event: { type: event }, reason, ...(as && { kind: as }) };
    const barrier = barrierTo({ ...dead, ...(again && { again: again.at }) }, isEnded);
    return {
      ...letter,
      because: WORDS[reason],
      ...(again && { again }),
      ...(barrier !== undefined && { barrier: barrierText(barrier) }),
    };
  });
}

/** Why a letter cannot be delivered again. */
export function barrierText(barrier: NonNullable<ReturnType<typeof barrierTo>>): string {
  if (barrier === 'unknown') return 'there is no such letter';
  return barrier === 'again' ? 'it has been delivered again' : WORDS[barrier];
}

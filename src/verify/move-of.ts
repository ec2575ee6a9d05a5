import type { Json } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import type { Incoming } from '../kernel/system.ts';
import type { Stand } from './course.ts';
import type { CellEffect } from './space/cell.ts';
import { cellsOf } from './space/control.ts';
import type { Environment, Move, Offer } from './space/environment.ts';
import { exact } from './space/projection.ts';

const EFFECT_TIMER = 'effect:';

/** An effect by the id of one of its attempts: open, remembered, or as much of it as its id says. */
function effectOf({ system, memory }: Stand, effectId: string) {
  const [, actor = '', id = '', attempt = '0'] = /#(.*):([^:]*)\.(\d+)$/.exec(effectId) ?? [];
  const open = system.effects[effectId];
  const { first, last } = memory.get(actor) ?? {};
  const known = [first, last].find((one) => one?.id === id && one.attempt === Number(attempt));
  const bare = { id, kind: 'agent.turn', params: {}, attempt: Number(attempt), withinMs: 0 };
  const effect = { ...(open ?? known ?? bare), isTimed: true } as CellEffect;
  return { actor, effect, isLate: open === undefined };
}

/** The offer that brings just that event; where there is none, one that costs a fault and is called by its event. */
function offerOf(offers: readonly Offer[], said: Omit<Offer, 'name' | 'cost'>): Offer {
  const textOf = ({ event, principal }: Omit<Offer, 'name' | 'cost'>): string =>
    canonical({ event, principal } as unknown as Json);
  const known = offers.find((offer) => textOf(offer) === textOf(said));
  return known ?? { ...said, name: said.event.type, cost: 1 };
}

/**
 * What an event of a concrete system is to the environment: the inverse of `incomingOf`. What the environment does not
 * offer, or not there, is a move all the same.
 * @throws RangeError for a message of another system, and for a change of versions: a way is one system's, of one version.
 */
export function moveOf(environment: Environment, stand: Stand, incoming: Incoming): Move {
  const { system, memory } = stand;
  switch (incoming.kind) {
    case 'answer': {
      const { event, values, effectId } = incoming;
      const at = effectOf(stand, effectId);
      const offers = environment.answers(at.effect, at.actor);
      return { kind: 'answer', ...at, offer: offerOf(offers, { event, values }) };
    }
    case 'external': {
      const { to: actor, event, principal, values } = incoming;
      const { effects = [], first, last } = cellsOf(system, memory, exact).get(actor) ?? {};
      const asked = [...effects, first, last].filter((effect) => effect !== undefined);
      const offers = asked.flatMap((effect) => environment.answers(effect, actor));
      const offer = offerOf([...offers, ...environment.always], { event, principal, values });
      return { kind: 'external', actor, offer };
    }
    case 'timer': {
      const { timer } = incoming;
      if (timer.startsWith(EFFECT_TIMER)) {
        const { actor, effect } = effectOf(stand, timer.slice(EFFECT_TIMER.length));
        return { kind: 'expiry', actor, effect };
      }
      const cut = timer.lastIndexOf(':');
      const work = system.timers[timer]?.work ?? false;
      return { kind: 'timer', actor: timer.slice(0, cut), timer: timer.slice(cut + 1), work };
    }
    case 'started':
    case 'restored':
      return { kind: 'restored' };
    case 'told':
    case 'arrived':
    case 'redelivered':
    case 'migrated':
    case 'retired':
      throw new RangeError(`a way of one system has no event ${incoming.kind}`);
  }
}

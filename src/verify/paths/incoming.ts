import type { Fact } from '../../../machines/protocol/effects.ts';
import type { Incoming, System } from '../../kernel/system.ts';
import { effectTimer } from '../../kernel/timers.ts';
import { MACHINE, PARENT } from './puppets.ts';
import { REQUESTER } from './hints.ts';
import type { Offer } from './stand.ts';

const told = (type: string, what: object): Fact => ({ type, told: what }) as Fact;

/** The id under which the run knows an effect of the machine; empty where none is open. */
const effectIdOf = ({ effects }: System, id: string): string =>
  Object.keys(effects).find((key) => effects[key]?.actor === MACHINE && effects[key].id === id) ??
  '';

/** A path's event as it comes into a run from outside. */
export function incomingOf(system: System, { from, fact }: Offer, now: number): Incoming {
  const external = (to: string, event: Fact, id: string = REQUESTER): Incoming => ({
    kind: 'external',
    to,
    event,
    principal: { id, proof: 'embedder' },
    at: now,
  });
  const fired = (timer: string): Incoming => {
    const at = Math.max(now, system.timers[timer]?.dueAt ?? now);
    return { kind: 'timer', timer, at };
  };
  switch (from.kind) {
    case 'external':
      return external(MACHINE, fact, from.principal);
    case 'parent':
      return external(PARENT, told('word.told', fact));
    case 'told': {
      const { from: sender, ...event } = fact as Fact & { readonly from: string };
      const after = system.peers?.get(sender)?.heard ?? 0;
      return { kind: 'told', from: sender, seq: after + 1, after, to: MACHINE, event, at: now };
    }
    case 'answer':
      return {
        kind: 'answer',
        effectId: effectIdOf(system, from.effect),
        event: fact,
        at: now,
      };
    case 'child': {
      const { type: _, id: __, value, ...ending } = fact as Fact & Record<string, unknown>;
      const output = { ...ending, ...(value !== undefined && { value: { ref: value } }) };
      return external(`${MACHINE}/${from.child}`, told('end.told', output));
    }
    case 'expiry':
      return fired(effectTimer(effectIdOf(system, from.effect)));
    case 'timer':
      return fired(`${MACHINE}:${from.timer}`);
  }
}

import { StateMachine, type AnyStateMachine } from 'xstate';
import type { Json } from '../../../machines/protocol/values.ts';
import { canonical } from '../canonical.ts';
import type { ActorState, Machine } from '../system.ts';
import { faultOfGuest } from './guest-run.ts';
import { Guest } from './guest.ts';

/**
 * Why an actor of that machine cannot stand there: states that it does not have, a region or a child state that is missing,
 * a history that names nobody. Undefined where it may go on.
 */
export function faultOfStanding(logic: Machine, state: ActorState): string | undefined {
  try {
    if (logic instanceof Guest) return faultOfGuest(logic, state);
    if (!(logic instanceof StateMachine)) return 'it is no machine of XState';
    const machine = logic as AnyStateMachine;
    for (const id of Object.values(state.history ?? {}).flat()) machine.getStateNodeById(id);
    const { value } = machine.resolveState(state as never) as { readonly value: unknown };
    return canonical(value as Json) === canonical(state.value)
      ? undefined
      : 'that is only a part of one';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

import { assign, setup } from 'xstate';
import { outputs } from '../protocol/effects.ts';
import type { Ending, Output } from '../protocol/outcomes.ts';
import type { Role } from '../protocol/roles.ts';
import type { ValueRef } from '../protocol/values.ts';
import * as handoffs from './handoffs.ts';
import { RequestContext, requestEvents, RequestInput, type RequestEvent } from './schemas.ts';

const { child, openChildren } = handoffs;

/** Everything that the request machine may do and ask, by name. */
export const base = setup({
  types: {} as {
    input: RequestInput;
    context: RequestContext;
    events: RequestEvent;
    output: Output;
  },
  schemas: { input: RequestInput, events: requestEvents, context: RequestContext },
  actions: {
    ...outputs,
    note: assign({
      children: ({ context }, { id, ...ending }: Ending & { id: string }) => ({
        ...context.children,
        [id]: ending,
      }),
    }),
    begin: assign({
      children: ({ context }, { id }: { id: string }) => ({ ...context.children, [id]: null }),
    }),
    /** The first ending stays: what comes after it only explains it. */
    end: assign({ ending: ({ context }, ending: Ending) => context.ending ?? ending }),
    cancel: assign({
      ending: () => ({ outcome: 'cancelled', reason: 'cancelled' as const }),
      answer: () => undefined,
    }),
    withhold: assign({ ending: (_, ending: Ending) => ending, answer: () => undefined }),
    place: assign({ placed: (_, { ref }: { ref: ValueRef | undefined }) => ref }),
  },
  guards: {
    isRunning: ({ context }) => !context.isPaused,
    isIdle: ({ context }) => openChildren(context).length === 0,
    isRequester: ({ event }) => 'by' in event && event.by.isRequester,
    lacks: ({ context }, { role }: { role: Role }) => context.roles[role] === undefined,
    /** The child has ended, with one of these outcomes where some are named, and the run is not paused. */
    came: ({ context }, { id, as }: { id: string; as?: readonly string[] }) => {
      const ending = child(context, id);
      return (
        !context.isPaused &&
        ending !== undefined &&
        (as === undefined || as.includes(ending.outcome))
      );
    },
    mayAsk: ({ context }) =>
      !context.isPaused &&
      child(context, 'planner')?.outcome === 'unclear' &&
      context.asks < context.maxAsks,
    mayGate: ({ context }) => !context.isPaused && context.planGate,
  },
});

/** Hands over to whoever plays the role, if anybody does. */
export const toRole = (role: Role) =>
  base.enqueueActions(({ context, enqueue }) => {
    const hand = handoffs.toRole(context, role);
    if (hand === undefined) return;
    enqueue({ type: 'hand', params: hand });
    enqueue({ type: 'begin', params: { id: hand.id } });
  });

/** The budget stands beside the work, from the beginning to the end. */
export const purse = base.enqueueActions(({ context: { budget }, enqueue }) => {
  if (budget !== undefined)
    enqueue({ type: 'spawn', params: { id: 'budget', machine: 'budget', input: budget } });
});

/** Tells the budget, where there is one. */
export const toPurse = (type: string) =>
  base.enqueueActions(({ context: { budget }, enqueue }) => {
    if (budget !== undefined)
      enqueue({ type: 'send', params: { to: { child: 'budget' }, event: { type } } });
  });

/** An answer that is not verified to the end is not given out, whatever stands written down so far. */
export const withheld = {
  target: '#request.stopping',
  actions: { type: 'withhold', params: { outcome: 'expired', reason: 'deadline' } },
} as const;

/** Tells every child that has not ended, or only one of them. */
export const tell = (type: string, only?: string) =>
  base.enqueueActions(({ context, enqueue }) => {
    for (const id of openChildren(context))
      if (only === undefined || id === only)
        enqueue({ type: 'send', params: { to: { child: id }, event: { type } } });
  });

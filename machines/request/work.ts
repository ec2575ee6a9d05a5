import { assign } from 'xstate';
import * as handoffs from './handoffs.ts';
import { base, toRole, withheld } from './setup.ts';

const { child } = handoffs;

/** What a request goes through while it is open; each state is left when what it waits for is on record. */
export const work = base.createStateConfig({
  initial: 'recalling',
  states: {
    recalling: {
      entry: toRole('memoryKeeper'),
      always: [
        { guard: { type: 'lacks', params: { role: 'memoryKeeper' } }, target: 'routing' },
        { guard: { type: 'came', params: { id: 'memoryKeeper' } }, target: 'routing' },
      ],
    },
    routing: {
      entry: toRole('router'),
      always: [
        { guard: { type: 'lacks', params: { role: 'router' } }, target: 'planning' },
        {
          guard: { type: 'came', params: { id: 'router', as: ['routed'] } },
          target: 'checking',
          actions: {
            type: 'place',
            params: ({ context }) => ({ ref: child(context, 'router')?.value }),
          },
        },
        {
          guard: { type: 'came', params: { id: 'router', as: ['none'] } },
          target: 'composing',
          actions: [
            {
              type: 'place',
              params: ({ context }) => ({ ref: child(context, 'router')?.value }),
            },
            { type: 'end', params: { outcome: 'refused', reason: 'no_fit' } },
          ],
        },
        { guard: { type: 'came', params: { id: 'router' } }, target: 'planning' },
      ],
    },
    planning: {
      entry: toRole('planner'),
      always: [
        {
          guard: { type: 'lacks', params: { role: 'planner' } },
          target: 'composing',
          actions: {
            type: 'end',
            params: ({ context }) => handoffs.endingWithoutPlan(context),
          },
        },
        {
          guard: { type: 'came', params: { id: 'planner', as: ['planned'] } },
          target: 'checking',
          actions: {
            type: 'place',
            params: ({ context }) => ({ ref: child(context, 'planner')?.value }),
          },
        },
        { guard: 'mayAsk', target: 'asking' },
        {
          guard: { type: 'came', params: { id: 'planner' } },
          target: 'composing',
          actions: [
            {
              type: 'place',
              params: ({ context }) => ({ ref: handoffs.unplaced(context) }),
            },
            { type: 'end', params: ({ context }) => handoffs.endingWithoutPlan(context) },
          ],
        },
      ],
    },
    asking: {
      entry: [
        { type: 'effect', params: ({ context }) => handoffs.question(context) },
        assign({ asks: ({ context }) => context.asks + 1 }),
      ],
      on: {
        'requester.answered': {
          guard: 'isRequester',
          target: 'answered',
          actions: [
            { type: 'abort', params: ({ context }) => ({ id: `ask-${context.asks}` }) },
            assign({ clarified: ({ event }) => event.text }),
          ],
        },
        'effect.expired': {
          target: '#request.stopping',
          actions: { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
        },
      },
    },
    answered: { always: { guard: 'isRunning', target: 'planning' } },
    checking: {
      entry: { type: 'effect', params: ({ context }) => handoffs.check(context) },
      on: {
        'plan.accepted': {
          target: 'accepted',
          actions: assign({
            parts: ({ event }) => event.parts,
            isWhole: ({ event }) => event.isWhole,
          }),
        },
        'plan.refused': {
          target: 'failed',
          actions: {
            type: 'end',
            params: ({ event: { note } }) => ({
              outcome: 'failed',
              reason: 'plan_refused',
              note,
            }),
          },
        },
        'effect.expired': {
          target: 'failed',
          actions: { type: 'end', params: { outcome: 'failed', reason: 'hung' } },
        },
      },
    },
    accepted: {
      always: [
        { guard: 'mayGate', target: 'gating' },
        { guard: 'isRunning', target: 'working' },
      ],
    },
    failed: { always: { guard: 'isRunning', target: 'composing' } },
    gating: {
      entry: [
        { type: 'spawn', params: ({ context }) => handoffs.planGate(context) },
        { type: 'begin', params: { id: 'plan-gate' } },
      ],
      always: [
        {
          guard: { type: 'came', params: { id: 'plan-gate', as: ['approved'] } },
          target: 'working',
        },
        // What a person made of the plan is checked like any other; it needs no second approval.
        {
          guard: { type: 'came', params: { id: 'plan-gate', as: ['edited'] } },
          target: 'checking',
          actions: [
            {
              type: 'place',
              params: ({ context }) => ({ ref: child(context, 'plan-gate')?.value }),
            },
            assign({ planGate: () => false }),
          ],
        },
        {
          guard: { type: 'came', params: { id: 'plan-gate' } },
          target: 'composing',
          actions: {
            type: 'end',
            params: ({ context }) => handoffs.endingOfGate(context, 'plan-gate'),
          },
        },
      ],
    },
    working: {
      entry: [
        { type: 'spawn', params: ({ context }) => handoffs.plan(context) },
        { type: 'begin', params: { id: 'plan' } },
      ],
      on: {
        // While paused nothing could be composed: then the request's own deadline ends it all.
        'deadline.passed': {
          guard: 'isRunning',
          actions: [
            // Composing has a limit of its own: a pause in it would have none.
            { type: 'timer', params: ({ context }) => handoffs.deadline(context) },
            {
              type: 'send',
              params: { to: { child: 'plan' }, event: { type: 'stop.requested' } },
            },
            { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
          ],
        },
      },
      always: {
        guard: { type: 'came', params: { id: 'plan' } },
        target: 'composing',
        actions: { type: 'end', params: ({ context }) => handoffs.endingOfPlan(context) },
      },
    },
    composing: {
      entry: toRole('composer'),
      always: [
        { guard: { type: 'lacks', params: { role: 'composer' } }, target: 'done' },
        {
          guard: { type: 'came', params: { id: 'composer', as: ['composed'] } },
          target: 'verifying',
          actions: assign({ answer: ({ context }) => child(context, 'composer')?.value }),
        },
        { guard: { type: 'came', params: { id: 'composer' } }, target: 'done' },
      ],
    },
    verifying: {
      entry: toRole('verifier'),
      on: { 'deadline.passed': withheld },
      always: [
        { guard: { type: 'lacks', params: { role: 'verifier' } }, target: 'done' },
        { guard: { type: 'came', params: { id: 'verifier', as: ['accepted'] } }, target: 'done' },
        // It objects, or came to no verdict: not verified is not good.
        { guard: { type: 'came', params: { id: 'verifier' } }, target: 'releasing' },
      ],
    },
    // A person decides whether the answer is given out all the same.
    releasing: {
      entry: [
        { type: 'spawn', params: ({ context }) => handoffs.releaseGate(context) },
        { type: 'begin', params: { id: 'release-gate' } },
      ],
      on: { 'deadline.passed': withheld },
      always: [
        {
          guard: { type: 'came', params: { id: 'release-gate', as: ['approved'] } },
          target: 'done',
        },
        {
          guard: { type: 'came', params: { id: 'release-gate', as: ['edited'] } },
          target: 'done',
          actions: assign({
            answer: ({ context }) => child(context, 'release-gate')?.value,
          }),
        },
        {
          guard: { type: 'came', params: { id: 'release-gate' } },
          target: 'done',
          actions: {
            type: 'withhold',
            params: ({ context }) => handoffs.endingOfGate(context, 'release-gate'),
          },
        },
      ],
    },
    done: { always: '#request.ended' },
  },
});

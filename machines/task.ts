//            unfit ──▶ refused
//   offered ──▶ thinking ──tool.wanted──▶ choosing ──reads──▶ calling ─┐
//               ▲  │  ▲                      │ writes                  │
//               │  │  │                   permitting ──approved───────▶│
//               │  │  └──── rejected, expired ┘    tool.returned, .failed, effect.expired
//               │  │  ◀────────────────────────────────────────────────┘
//               │  └─agent.answered─▶ checking ──meets──▶ ended
//               └──────── repair ─────────┘ └──no repair left──▶ ended (failed: contract)
//   calling ──a write's time is up, in doubt──▶ doubting ──▶ asking ──approved, or no person needed──▶ calling again, once
//   thinking, choosing, checking ── the model came to nothing, and there is a form in code ──▶ affording, once: it begins anew
//   choosing, in the last turn ▶ ended (failed: turns): no turn is left to use what comes of it; (failed: loop, stalled): nothing new comes
//   before each turn, where the run has a budget: reserving, delayed ── budget.granted ──▶ thinking, budget.refused ▶ ended (failed: budget)
//   from anywhere: stop.requested ▶ ended (cancelled), deadline.passed ▶ ended (expired)
//
// One agent at one handoff, whether it thinks in code or by a model: a turn is an effect, a tool call is an effect.
import { and, assign, or } from 'xstate';
import { outputOf } from './protocol/outcomes.ts';
import { affording, deadline, delayed, reserving, settle } from './task/budget.ts';
import { asking, doubting } from './task/doubt.ts';
import { completed, lastCall, personOn, taskSetup, toolOf } from './task/setup.ts';

export const taskMachine = taskSetup.createMachine({
  id: 'task',
  version: '1',
  options: { maxIterations: 32 },
  context: ({ input }) => ({ ...input, turn: 1, repairs: 0, calls: [] }),
  entry: { type: 'timer', params: ({ context }) => deadline(context) },
  on: {
    'stop.requested': {
      target: '.ended',
      actions: { type: 'end', params: { outcome: 'cancelled', reason: 'cancelled' } },
    },
    'deadline.passed': {
      target: '.ended',
      actions: { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
    },
    'actor.closed': { actions: settle },
    // What has begun goes on.
    'run.paused': {},
    'run.resumed': {},
  },
  initial: 'offered',
  states: {
    offered: {
      always: [
        {
          guard: 'isUnfit',
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'refused', reason: 'needs_model' } },
        },
        { target: 'affording' },
      ],
    },
    affording,
    reserving,
    delayed,
    thinking: {
      entry: [
        'beginTurn',
        {
          type: 'effect',
          params: ({ context }) => ({
            id: `turn-${context.turn}`,
            kind: 'agent.turn',
            params: {
              node: context.node,
              version: context.version,
              input: context.input,
              turn: context.turn,
              mind: context.isDeputed ? 'code' : context.settings.performer,
              calls: context.calls,
              ...(context.problem && { problem: context.problem }),
            },
            // Time is left for the form in code.
            withinMs: Math.ceil(
              context.settings.limits.deadlineMs /
                (context.settings.hasDeputy && !context.isDeputed ? 2 : 1),
            ),
          }),
        },
      ],
      on: {
        'agent.answered': [
          { guard: 'isSpared', target: 'affording', actions: ['spend', 'depute'] },
          {
            guard: 'meets',
            target: 'checking',
            actions: [
              'spend',
              {
                type: 'end',
                params: ({ event: { outcome, value } }) => ({
                  outcome,
                  ...(outcome === 'refused' && { reason: 'declined' }),
                  ...(value && { value }),
                }),
              },
            ],
          },
          {
            target: 'checking',
            actions: ['spend', assign({ problem: ({ event }) => event.note })],
          },
        ],
        'agent.failed': [
          { guard: 'hasDeputy', target: 'affording', actions: ['spend', 'depute'] },
          {
            target: 'ended',
            actions: [
              'spend',
              {
                type: 'end',
                params: ({ event: { reason, note } }) => ({
                  outcome: reason === 'needs_model' ? 'refused' : 'failed',
                  reason,
                  ...(note && { note }),
                }),
              },
            ],
          },
        ],
        'tool.wanted': [
          {
            guard: 'isGranted',
            target: 'choosing',
            actions: [
              'spend',
              assign({
                calls: ({ context, event }) => [
                  ...context.calls,
                  { tool: event.tool, input: event.input },
                ],
              }),
            ],
          },
          { guard: 'hasDeputy', target: 'affording', actions: ['spend', 'depute'] },
          {
            target: 'ended',
            actions: [
              'spend',
              { type: 'end', params: { outcome: 'failed', reason: 'tool_not_granted' } },
            ],
          },
        ],
        'effect.expired': [
          { guard: 'hasDeputy', target: 'affording', actions: 'depute' },
          {
            target: 'ended',
            actions: { type: 'end', params: { outcome: 'expired', reason: 'hung' } },
          },
        ],
      },
    },
    choosing: {
      always: [
        // No turn would be left for the result: nobody is asked, and nothing is written.
        {
          guard: 'isLastTurn',
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'failed', reason: 'turns' } },
        },
        {
          guard: and(['hasDeputy', or(['isStalled', 'isLooping'])]),
          target: 'affording',
          actions: 'depute',
        },
        {
          guard: 'isStalled',
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'failed', reason: 'stalled' } },
        },
        {
          guard: 'isLooping',
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'failed', reason: 'loop' } },
        },
        { guard: 'needsPerson', target: 'permitting' },
        { target: 'calling' },
      ],
    },
    permitting: {
      entry: {
        type: 'spawn',
        params: ({ context }) => personOn(context, 'tool'),
      },
      on: {
        'child.ended': [
          {
            guard: 'isPermitted',
            target: 'calling',
            actions: assign({
              calls: ({ context, event }) =>
                completed(context, { input: event.value ?? lastCall(context).input }),
            }),
          },
          {
            target: 'returning',
            actions: assign({
              calls: ({ context, event }) =>
                completed(context, {
                  failed: event.reason ?? 'rejected',
                  ...(event.note && { note: event.note }),
                }),
            }),
          },
        ],
      },
    },
    calling: {
      entry: {
        type: 'effect',
        params: ({ context }) => ({
          id: `tool-${context.turn}${lastCall(context).again ? '-again' : ''}`,
          key: `tool-${context.turn}`,
          kind: 'tool.call',
          params: {
            node: context.node,
            tool: lastCall(context).tool,
            input: lastCall(context).input,
          },
          withinMs: toolOf(context)?.timeoutMs ?? 1,
        }),
      },
      on: {
        'tool.returned': {
          target: 'returning',
          actions: assign({
            calls: ({ context, event }) => completed(context, { result: event.value }),
          }),
        },
        'tool.failed': [
          { guard: 'isInDoubt', target: 'doubting' },
          {
            target: 'returning',
            actions: assign({
              calls: ({ context, event: { reason, note } }) =>
                completed(context, { failed: reason, ...(note && { note }) }),
            }),
          },
        ],
        'effect.expired': [
          { guard: 'writes', target: 'doubting' },
          {
            target: 'returning',
            actions: assign({ calls: ({ context }) => completed(context, { failed: 'hung' }) }),
          },
        ],
      },
    },
    doubting,
    asking,
    // A turn is left: otherwise no tool would have been called.
    returning: {
      always: {
        target: 'affording',
        actions: assign({ turn: ({ context }) => context.turn + 1 }),
      },
    },
    checking: {
      always: [
        { guard: 'hasEnded', target: 'ended' },
        {
          guard: 'hasRepair',
          target: 'affording',
          actions: assign({
            repairs: ({ context }) => context.repairs + 1,
            turn: ({ context }) => context.turn + 1,
          }),
        },
        { guard: 'hasDeputy', target: 'affording', actions: 'depute' },
        {
          target: 'ended',
          actions: {
            type: 'end',
            params: ({ context: { problem } }) => ({
              outcome: 'failed',
              reason: 'contract',
              ...(problem && { note: problem }),
            }),
          },
        },
      ],
    },
    ended: { type: 'final', entry: settle },
  },
  output: ({ context: { ending } }) => outputOf(ending),
});

//            unfit ──▶ refused
//   offered ──▶ thinking ──tool.wanted──▶ choosing ──reads──▶ calling ─┐
//               ▲  │  ▲                      │ writes                  │
//               │  │  │                   permitting ──approved───────▶│
//               │  │  └──── rejected, expired ┘    tool.returned, .failed, effect.expired
//               │  │  ◀────────────────────────────────────────────────┘
//               │  └─agent.answered─▶ checking ──meets──▶ ended
//               └──────── repair ─────────┘ └──no repair left──▶ ended (failed: contract)
//   choosing, in the last turn ▶ ended (failed: turns): no turn is left to use what comes of it
//   from anywhere: stop.requested ▶ ended (cancelled), deadline.passed ▶ ended (expired)
//
// One agent at one handoff, whether it thinks in code or by a model: a turn is an effect, a tool call is an effect.
import { assign, setup } from 'xstate';
import { outputs } from './protocol/effects.ts';
import type { Ending, Output } from './protocol/outcomes.ts';
import {
  TaskContext,
  taskEvents,
  TaskInput,
  type TaskEvent,
  type ToolCall,
} from './task/schemas.ts';

const lastCall = ({ calls }: TaskContext): ToolCall => calls.at(-1) as ToolCall;
/** The calls with the last one completed. */
const completed = ({ calls }: TaskContext, with_: Partial<ToolCall>): ToolCall[] =>
  calls.map((call, index) => (index === calls.length - 1 ? { ...call, ...with_ } : call));

export const taskMachine = setup({
  types: {} as {
    input: TaskInput;
    context: TaskContext;
    events: TaskEvent;
    output: Output;
  },
  schemas: { input: TaskInput, events: taskEvents, context: TaskContext },
  actions: { ...outputs, end: assign({ ending: (_, ending: Ending) => ending }) },
  guards: {
    isUnfit: ({ context }) => context.settings.performer === 'none',
    hasEnded: ({ context }) => context.ending !== undefined,
    hasRepair: ({ context }) =>
      context.repairs < context.settings.limits.maxRepairs &&
      context.turn < context.settings.limits.maxTurns,
    isLastTurn: ({ context }) => context.turn >= context.settings.limits.maxTurns,
    isGranted: ({ context, event }) =>
      event.type === 'tool.wanted' && Object.hasOwn(context.settings.tools, event.tool),
    writes: ({ context }) => context.settings.tools[lastCall(context).tool]?.effect === 'writes',
    meets: ({ event }) => event.type === 'agent.answered' && event.meets,
    isPermitted: ({ event }) =>
      event.type === 'child.ended' && ['approved', 'edited'].includes(event.outcome),
  },
}).createMachine({
  id: 'task',
  version: '1',
  options: { maxIterations: 32 },
  context: ({ input }) => ({ ...input, turn: 1, repairs: 0, calls: [] }),
  entry: {
    type: 'timer',
    params: ({ context }) => ({
      id: 'deadline',
      delayMs: context.settings.limits.deadlineMs,
      event: { type: 'deadline.passed' },
      work: true,
    }),
  },
  on: {
    'stop.requested': {
      target: '.ended',
      actions: { type: 'end', params: { outcome: 'cancelled', reason: 'cancelled' } },
    },
    'deadline.passed': {
      target: '.ended',
      actions: { type: 'end', params: { outcome: 'expired', reason: 'deadline' } },
    },
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
        { target: 'thinking' },
      ],
    },
    thinking: {
      entry: {
        type: 'effect',
        params: ({ context }) => ({
          id: `turn-${context.turn}`,
          kind: 'agent.turn',
          params: {
            node: context.node,
            version: context.version,
            input: context.input,
            turn: context.turn,
            calls: context.calls,
            ...(context.problem && { problem: context.problem }),
          },
          withinMs: context.settings.limits.deadlineMs,
        }),
      },
      on: {
        'agent.answered': [
          {
            guard: 'meets',
            target: 'checking',
            actions: {
              type: 'end',
              params: ({ event: { outcome, value } }) => ({
                outcome,
                ...(outcome === 'refused' && { reason: 'declined' }),
                ...(value && { value }),
              }),
            },
          },
          { target: 'checking', actions: assign({ problem: ({ event }) => event.note }) },
        ],
        'agent.failed': {
          target: 'ended',
          actions: {
            type: 'end',
            params: ({ event: { reason, note } }) => ({
              outcome: reason === 'needs_model' ? 'refused' : 'failed',
              reason,
              ...(note && { note }),
            }),
          },
        },
        'tool.wanted': [
          {
            guard: 'isGranted',
            target: 'choosing',
            actions: assign({
              calls: ({ context, event }) => [
                ...context.calls,
                { tool: event.tool, input: event.input },
              ],
            }),
          },
          {
            target: 'ended',
            actions: { type: 'end', params: { outcome: 'failed', reason: 'tool_not_granted' } },
          },
        ],
        'effect.expired': {
          target: 'ended',
          actions: { type: 'end', params: { outcome: 'expired', reason: 'hung' } },
        },
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
        { guard: 'writes', target: 'permitting' },
        { target: 'calling' },
      ],
    },
    permitting: {
      entry: {
        type: 'spawn',
        params: ({ context }) => ({
          id: `gate-${context.turn}`,
          machine: 'gate',
          input: {
            subject: lastCall(context).input,
            purpose: `tool:${lastCall(context).tool}`,
            deciders: [],
            proposer: `agent:${context.node}`,
            withinMs: context.settings.approveWithinMs,
          },
        }),
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
          id: `tool-${context.turn}`,
          kind: 'tool.call',
          params: {
            node: context.node,
            tool: lastCall(context).tool,
            input: lastCall(context).input,
          },
          withinMs: context.settings.tools[lastCall(context).tool]?.timeoutMs ?? 1,
        }),
      },
      on: {
        'tool.returned': {
          target: 'returning',
          actions: assign({
            calls: ({ context, event }) => completed(context, { result: event.value }),
          }),
        },
        'tool.failed': {
          target: 'returning',
          actions: assign({
            calls: ({ context, event: { reason, note } }) =>
              completed(context, { failed: reason, ...(note && { note }) }),
          }),
        },
        'effect.expired': {
          target: 'returning',
          actions: assign({ calls: ({ context }) => completed(context, { failed: 'hung' }) }),
        },
      },
    },
    // A turn is left: otherwise no tool would have been called.
    returning: {
      always: {
        target: 'thinking',
        actions: assign({ turn: ({ context }) => context.turn + 1 }),
      },
    },
    checking: {
      always: [
        { guard: 'hasEnded', target: 'ended' },
        {
          guard: 'hasRepair',
          target: 'thinking',
          actions: assign({
            repairs: ({ context }) => context.repairs + 1,
            turn: ({ context }) => context.turn + 1,
          }),
        },
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
    ended: { type: 'final' },
  },
  output: ({ context: { ending } }): Output => {
    if (ending === undefined) return { outcome: 'failed', reason: 'defect' };
    const { value, ...rest } = ending;
    return value === undefined ? rest : { ...rest, value: { ref: value } };
  },
});

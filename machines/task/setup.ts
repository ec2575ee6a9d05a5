import { assign, setup } from 'xstate';
import { outputs } from '../protocol/effects.ts';
import type { Ending, Output } from '../protocol/outcomes.ts';
import { isLooping, isStalled } from './progress.ts';
import { TaskContext, taskEvents, TaskInput, type TaskEvent, type ToolCall } from './schemas.ts';

export const lastCall = ({ calls }: TaskContext): ToolCall => calls.at(-1) as ToolCall;
export const toolOf = (context: TaskContext) => context.settings.tools[lastCall(context).tool];
/** The calls with the last one completed. */
export const completed = ({ calls }: TaskContext, with_: Partial<ToolCall>): ToolCall[] =>
  calls.map((call, index) => (index === calls.length - 1 ? { ...call, ...with_ } : call));

/** A person is asked about the last call: whether it may be made, or whether it was. */
export const personOn = (context: TaskContext, about: 'tool' | 'doubt') => ({
  id: `${about === 'tool' ? 'gate' : 'doubt'}-${context.turn}`,
  machine: 'gate',
  input: {
    subject: lastCall(context).input,
    purpose: `${about}:${lastCall(context).tool}`,
    deciders: [],
    withinMs: context.settings.approveWithinMs,
    ...toolOf(context)?.approval,
    proposer: `agent:${context.node}`,
  },
});

/** A turn is left for its form in code, which has not had one. */
const mayDepute = ({ settings, isDeputed, turn }: TaskContext): boolean =>
  settings.hasDeputy === true && isDeputed !== true && turn < settings.limits.maxTurns;

/** What the task's transitions ask and do, by name. */
export const taskSetup = setup({
  types: {} as {
    input: TaskInput;
    context: TaskContext;
    events: TaskEvent;
    output: Output;
  },
  schemas: { input: TaskInput, events: taskEvents, context: TaskContext },
  actions: {
    ...outputs,
    end: assign({ ending: (_, ending: Ending) => ending }),
    take: assign({
      granted: ({ event }) =>
        event.type === 'budget.granted' ? { tokens: event.tokens, steps: event.steps } : undefined,
    }),
    forgetBudget: assign({ used: () => undefined }),
    /** Where the run has a budget a turn counts from its beginning. */
    beginTurn: assign({
      used: ({ context: { used } }) => used && { ...used, steps: used.steps + 1, isOut: true },
    }),
    /** The code begins anew: it is fed nothing of what the model asked for. What never came back may have taken all that was granted. */
    depute: assign(({ context: { turn, used, granted } }) => ({
      isDeputed: true as const,
      turn: turn + 1,
      calls: [],
      problem: undefined,
      used: used?.isOut
        ? { ...used, tokens: Math.max(used.tokens, granted?.tokens ?? 0), isOut: false }
        : used,
    })),
    spend: assign(({ context: { tokens, used }, event }) => {
      const usage = 'usage' in event ? event.usage : undefined;
      const all = (usage?.tokens.input ?? 0) + (usage?.tokens.output ?? 0);
      return {
        tokens: usage === undefined ? tokens : (tokens ?? 0) + all,
        used: used && {
          ...used,
          tokens: used.tokens + all,
          cost: used.cost + (usage?.cost ?? 0),
          // What failed without a bill may have cost something.
          isOut: event.type === 'agent.failed' && usage === undefined && used.isOut,
        },
      };
    }),
  },
  guards: {
    isUnfit: ({ context }) => context.settings.performer === 'none',
    /** Its own tokens are used up; code needs none. */
    isUsedUp: ({ context: { tokens = 0, settings, isDeputed } }) =>
      isDeputed !== true && settings.limits.maxTokens > 0 && tokens >= settings.limits.maxTokens,
    hasDeputy: ({ context }) => mayDepute(context),
    isSpared: ({ context, event }) =>
      mayDepute(context) &&
      event.type === 'agent.answered' &&
      event.meets &&
      event.outcome === 'refused',
    /** It has been granted nothing yet, or that is used up. */
    isUngranted: ({ context: { purse, granted, used } }) =>
      purse !== undefined &&
      (granted === undefined ||
        used === undefined ||
        used.steps >= granted.steps ||
        (granted.tokens > 0 && used.tokens >= granted.tokens)),
    hasEnded: ({ context }) => context.ending !== undefined,
    hasRepair: ({ context }) =>
      context.repairs < context.settings.limits.maxRepairs &&
      context.turn < context.settings.limits.maxTurns,
    isLastTurn: ({ context }) => context.turn >= context.settings.limits.maxTurns,
    isLooping: ({ context }) => isLooping(context),
    isStalled: ({ context }) => isStalled(context),
    isGranted: ({ context, event }) =>
      event.type === 'tool.wanted' && Object.hasOwn(context.settings.tools, event.tool),
    writes: ({ context }) => toolOf(context)?.effect === 'writes',
    needsPerson: ({ context }) =>
      toolOf(context)?.effect === 'writes' && toolOf(context)?.isGranted !== true,
    isInDoubt: ({ context, event }) =>
      event.type === 'tool.failed' &&
      event.reason === 'in_doubt' &&
      toolOf(context)?.effect === 'writes',
    isAgain: ({ context }) => lastCall(context).again === true,
    asksInDoubt: ({ context }) => toolOf(context)?.inDoubt === 'ask',
    meets: ({ event }) => event.type === 'agent.answered' && event.meets,
    isPermitted: ({ event }) =>
      event.type === 'child.ended' && ['approved', 'edited'].includes(event.outcome),
    isApproved: ({ event }) => event.type === 'child.ended' && event.outcome === 'approved',
    isEdited: ({ event }) => event.type === 'child.ended' && event.outcome === 'edited',
  },
});

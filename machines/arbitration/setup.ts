import { assign, setup } from 'xstate';
import { outputs } from '../protocol/effects.ts';
import type { Ending, Output } from '../protocol/outcomes.ts';
import type { ValueRef } from '../protocol/values.ts';
import {
  ArbitrationContext,
  arbitrationEvents,
  ArbitrationInput,
  type ArbitrationEvent,
} from './schemas.ts';
import { agreedOf, isTooFew, isVetoed, leaderOf, overruledBy } from './weighing.ts';

type Context = ArbitrationContext;
export type By = NonNullable<Context['by']>;
export type Why = NonNullable<Context['why']>;
export const ADVISER = 'adviser-';

const mayRule = ({ author, owner, ruler }: Context): boolean =>
  author === undefined || (author !== owner && author !== ruler?.node);
const isClear = (context: Context): boolean =>
  (leaderOf(context)?.margin ?? -1) >= context.marginAtLeast;

export const base = setup({
  types: {} as {
    input: ArbitrationInput;
    context: Context;
    events: ArbitrationEvent;
    output: Output;
  },
  schemas: { input: ArbitrationInput, events: arbitrationEvents, context: ArbitrationContext },
  actions: {
    ...outputs,
    open: assign({
      open: ({ context }, { ids }: { ids: readonly string[] }) => [...context.open, ...ids],
    }),
    hear: assign(({ context }, { id, ...ending }: Ending & { id: string }) => ({
      open: context.open.filter((child) => child !== id),
      ...(id.startsWith(ADVISER) && {
        heard: { ...context.heard, [id.slice(ADVISER.length)]: ending },
      }),
    })),
    propose: assign((_, { choice, by }: { choice: string | undefined; by: By }) => ({
      proposed: choice,
      by,
    })),
    refer: assign(({ context }, { why, choice }: { why: Why; choice?: string | undefined }) => ({
      why,
      proposed: choice ?? context.proposed,
      by: (why === 'owner' ? 'owner' : 'person') as By,
    })),
    rule: assign((_, { ruling }: { ruling: ValueRef | undefined }) => ({ ruling })),
    reword: assign((_, { words }: { words: ValueRef | undefined }) => ({ words })),
    appeal: assign({ isAppealed: () => true }),
    hold: assign({ isPaused: (_, { isPaused }: { isPaused: boolean }) => isPaused }),
    end: assign((_, { reason, note }: Omit<Ending, 'outcome'>) => ({ reason, note })),
  },
  guards: {
    isGiven: ({ context }) => context.rule === 'given',
    isRunning: ({ context }) => !context.isPaused,
    isCollected: ({ context }) => context.open.length === 0 && !context.isPaused,
    isByAuthor: ({ context }) => !mayRule(context),
    isTooFew: ({ context }) => isTooFew(context),
    isAgreed: ({ context }) => agreedOf(context) !== undefined,
    isNarrow: ({ context }) => context.rule === 'vote' && !isClear(context),
    isVote: ({ context }) => context.rule === 'vote',
    isForPeople: ({ context }) => context.ruler === undefined,
    isVetoed: ({ context }) => isVetoed(context, context.proposed),
    isOption: ({ context, event }) =>
      event.type === 'child.ended' && context.options.includes(event.outcome),
    isPut: ({ context, event }) =>
      event.type === 'child.ended' &&
      event.outcome === 'approved' &&
      context.proposed !== undefined,
    came: ({ event }, { outcomes }: { outcomes: readonly string[] }) =>
      event.type === 'child.ended' && outcomes.includes(event.outcome),
    mayBeAppealed: ({ context }) =>
      context.nodes.appeal !== undefined && overruledBy(context, context.proposed).length > 0,
  },
});

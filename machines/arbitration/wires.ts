import type { ValueRef, Wire } from '../protocol/values.ts';
import type { ArbitrationContext } from './schemas.ts';
import { overruledBy, positionsOf, tallyOf, type Position } from './weighing.ts';

const literal = (value: string | number | boolean | null | undefined): Wire => ({
  literal: value ?? null,
});
const passed = (ref: ValueRef | undefined): Wire =>
  ref === undefined ? { literal: null } : { ref };

const positionWire = (context: ArbitrationContext, { adviser, choice }: Position): Wire => ({
  record: {
    adviser: literal(adviser.id),
    agent: literal(adviser.node),
    choice: literal(choice),
    weight: literal(adviser.weight),
    hasVeto: literal(adviser.hasVeto),
    said: passed(context.heard[adviser.id]?.value),
  },
});

const positionsWire = (context: ArbitrationContext): Wire => ({
  list: positionsOf(context).map((position) => positionWire(context, position)),
});

const answersWire = (ref: ValueRef | undefined): Wire =>
  ref === undefined ? { record: {} } : { ref, key: 'answers' };

/** What the owner or the judge is handed. */
export const deliberation = (context: ArbitrationContext): Wire => ({
  record: { subject: { ref: context.subject }, positions: positionsWire(context) },
});

/** What a person is asked: `choice` is theirs to change, and everybody who held something else than that is to be answered. */
export function referral(context: ArbitrationContext): Wire {
  const { decision, subject, why, author, proposed, ruling } = context;
  return {
    record: {
      decision: literal(decision),
      subject: { ref: subject },
      why: literal(why),
      author: literal(author),
      proposed: literal(proposed),
      choice: literal(proposed),
      positions: positionsWire(context),
      ruling: passed(ruling),
      answers: { record: {} },
    },
  };
}

/** A ruling, or what a person wrote: does it choose, and answer everybody whom it overrules? */
export const read = (context: ArbitrationContext): Wire => ({
  record: {
    // What a person wrote names its choice itself.
    choice: literal(context.words === undefined ? context.proposed : undefined),
    proposed: literal(context.words === undefined ? undefined : context.proposed),
    positions: positionsWire(context),
    content: passed(context.words ?? context.ruling),
  },
});

/** Who held what with which evidence, what decided it, who was overruled: `DecisionRecord`. */
export function recordOf(context: ArbitrationContext, choice: string | undefined): Wire {
  const { decision, advisers, heard, by, why, author, ruling, words, isAppealed } = context;
  const holding = positionsOf(context).map(({ adviser }) => adviser);
  const missing = advisers.filter((adviser) => !holding.includes(adviser));
  const tally = Object.entries(tallyOf(context)).map(([option, count]) => [option, literal(count)]);
  const isDecided = choice !== undefined;
  return {
    record: {
      decision: literal(decision),
      subject: { ref: context.subject },
      choice: literal(choice),
      by: literal(isDecided ? by : undefined),
      why: literal(why),
      author: literal(author),
      isAppealed: literal(isAppealed),
      positions: positionsWire(context),
      missing: {
        list: missing.map(({ id, node }) => ({
          record: {
            adviser: literal(id),
            agent: literal(node),
            outcome: literal(heard[id]?.outcome),
            reason: literal(heard[id]?.reason),
            note: passed(heard[id]?.note),
          },
        })),
      },
      tally: { record: Object.fromEntries(tally) as Record<string, Wire> },
      overruled: {
        list: (isDecided ? overruledBy(context, choice) : []).map((position) =>
          positionWire(context, position),
        ),
      },
      answers: answersWire(isDecided ? (words ?? ruling) : undefined),
      ruling: passed(ruling),
    },
  };
}

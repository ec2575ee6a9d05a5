import * as z from 'zod';
import { Reason } from './outcomes.ts';

/** The contract of every agent that a person's words can be handed to directly. */
export const Ask = z.strictObject({ text: z.string().min(1) });

/** What a router or planner knows of an agent. */
export const CatalogueEntry = z.strictObject({
  id: z.string(),
  does: z.string(),
  doesNot: z.record(z.string(), z.string()),
  examples: z.array(z.string()),
  /** The keys of its input, with `?` where one need not be there; absent where it takes no object. */
  takes: z.array(z.string()).optional(),
  /** By outcome the keys that every value of it has: what other parts of a plan may take. */
  gives: z.record(z.string(), z.array(z.string())).optional(),
  /** Under which name it was learned who takes what, where it was. */
  learned: z.string().optional(),
  /** False where it would need a model and none is configured. */
  ready: z.boolean(),
});
export const Catalogue = z.array(CatalogueEntry);
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** A request of which somebody said who takes it; null where nobody should. */
export const Lesson = z.strictObject({ text: z.string(), who: z.string().nullable() });
export type Lesson = z.infer<typeof Lesson>;

const PartId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);
const Key = z.string().min(1).max(64);
export const PlannedPart = z.strictObject({
  id: PartId,
  node: z.string(),
  /** Sets it apart from the same work for another purpose: a deliberate cross-check is done again. */
  purpose: PartId.optional(),
  /** Meets the node's contract, together with what it takes. */
  input: z.json(),
  /** Edges: the value of another part's outcome, or one key of it, becomes a key of this input. */
  takes: z
    .array(
      z.strictObject({
        from: z.strictObject({ part: PartId, outcome: Key, key: Key.optional() }),
        to: Key,
      }),
    )
    .min(1)
    .max(12)
    .optional(),
});
/** What any plan can hold. */
export const MAX_PARTS = 12;
/** A bounded graph of parts without a cycle. */
export const Plan = z.strictObject({
  parts: z
    .array(PlannedPart)
    .min(1, 'a plan has at least one part')
    .max(MAX_PARTS, `a plan has at most ${MAX_PARTS} parts`),
});
export type Plan = z.infer<typeof Plan>;

const Most = z.int().min(1).max(MAX_PARTS).optional();
/** What is refused before it runs, of a plan that holds; what is not named is bounded by `MAX_PARTS`, or not at all. */
export const PlanBounds = z.strictObject({
  maxParts: Most,
  /** Parts that do not wait for each other, so that all of them could be at work at once. */
  maxWidth: Most,
  /** Parts that wait for each other, one after another. */
  maxDepth: Most,
  /** Turns, as the agents that play its parts are limited, together. */
  maxSteps: z.int().min(1).optional(),
  /** Tokens, of those for whom a model thinks, likewise. */
  maxTokens: z.int().min(1).optional(),
});
export type PlanBounds = z.infer<typeof PlanBounds>;

/** A candidate that was near, and how near. */
export const Candidate = z.strictObject({ node: z.string(), score: z.number() });
/** A passage of the request that nobody takes, and who came nearest. */
export const Unplaced = z.strictObject({ text: z.string(), nearest: z.array(Candidate) });
export type Unplaced = z.infer<typeof Unplaced>;

/** A plan, and the passages of the request that it leaves out. */
export const Placed = z.strictObject({ plan: Plan, unplaced: z.array(Unplaced) });
export type Placed = z.infer<typeof Placed>;

/** What came of a plan, part by part. */
export const GotPart = z.strictObject({
  id: z.string(),
  node: z.string(),
  outcome: z.string(),
  value: z.json(),
});
export const LostPart = z.strictObject({
  id: z.string(),
  node: z.string(),
  outcome: z.string(),
  reason: Reason.nullable(),
  note: z.json(),
});
export const PlanReport = z.strictObject({ got: z.array(GotPart), lost: z.array(LostPart) });
export type PlanReport = z.infer<typeof PlanReport>;

/** The answer a person gets: one coherent text, who contributed, and what was not done. */
export const Answer = z.strictObject({
  text: z.string(),
  contributors: z.array(z.string()),
  notDone: z.array(z.strictObject({ what: z.string(), why: z.string() })),
});
export type Answer = z.infer<typeof Answer>;

/** An earlier run, in a line. */
export const KnownRun = z.strictObject({
  run: z.string(),
  asked: z.string(),
  outcome: z.string(),
  /** Of its last event; ISO 8601. */
  last: z.string(),
  notDone: z.array(z.string()),
});
/** The key of an agent's input under which a planner hands over what was answered in the turn before. */
export const PASSAGE = 'passage';
/** The turn before in a conversation. */
const AskedTurn = z.strictObject({ run: z.string(), asked: z.string() });
export const KnownTurn = AskedTurn.extend({
  answered: z.string(),
  /** What was asked in the few turns before it, oldest first. */
  earlier: z.array(AskedTurn),
});
export type KnownTurn = z.infer<typeof KnownTurn>;
/** What is known here from earlier days, as those who place a request or compose its answer are told of it. */
export const Known = z.strictObject({
  /** Records that concern it, word for word. */
  records: z.array(z.string()),
  /** Other decisions and promises that are open, the newest few. */
  open: z.array(z.string()),
  /** The last runs that concern it, newest first. */
  runs: z.array(KnownRun),
  /** What the request points back to ("shorten that"), where it does. */
  said: KnownTurn.optional(),
  /** So much more concerns it, or is open. */
  leftOut: z.int().min(0),
});
export type Known = z.infer<typeof Known>;

const RoutingInput = z.strictObject({
  text: z.string(),
  /** What the requester said when asked back; empty before. */
  clarified: z.string(),
  catalogue: Catalogue,
  /** What a plan may be at most, where that is bounded. */
  bounds: PlanBounds.optional(),
  /** Absent where nobody recalled it. */
  known: Known.optional(),
  /** What people have said of requests like it; the best first, absent where there is nothing. */
  lessons: z.array(Lesson).optional(),
});

/** What the runtime asks of those who play a role, and the outcomes it understands. */
export const roleContracts = {
  router: {
    input: RoutingInput,
    outcomes: {
      /** One node takes the whole request. */
      routed: Placed,
      /** More than one passage or more than one taker: the planner is to split it. */
      several: z.strictObject({ candidates: z.array(Candidate) }),
      none: z.strictObject({ unplaced: z.array(Unplaced) }),
    },
  },
  planner: {
    input: RoutingInput,
    outcomes: {
      planned: Placed,
      unclear: z.strictObject({ question: z.string() }),
      none: z.strictObject({ unplaced: z.array(Unplaced) }),
    },
  },
  composer: {
    input: z.strictObject({
      text: z.string(),
      /** Null where no plan came to work. */
      report: PlanReport.nullable(),
      unplaced: z.array(Unplaced),
      catalogue: Catalogue,
      /** Why there is no report. */
      reason: Reason.nullable(),
      note: z.json(),
      /** Absent where nobody recalled it. */
      known: Known.optional(),
    }),
    outcomes: { composed: Answer },
  },
  verifier: {
    input: z.strictObject({
      text: z.string(),
      /** What the requester said when asked back; empty where nobody asked. */
      clarified: z.string(),
      answer: Answer,
    }),
    outcomes: { accepted: z.strictObject({}), objected: z.strictObject({ why: z.string() }) },
  },
  memoryKeeper: {
    input: z.strictObject({ text: z.string() }),
    outcomes: { recalled: z.strictObject({ known: Known }) },
  },
} as const;
export type Role = keyof typeof roleContracts;

/** What is played at a path of a run: a role of its request, `judge` where advisers disagree, or `worker`. */
export function roleAt(path: string, parentMachine: string | undefined): string {
  const [root, child = '', ...below] = path.split('/');
  const named = child.replace(/-\d+$/, '');
  if (root === 'request' && Object.hasOwn(roleContracts, named)) return named;
  return parentMachine === 'arbitration' && below.at(-1) === 'ruler' ? 'judge' : 'worker';
}

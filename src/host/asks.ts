import type { DeadReason } from '../kernel/dead-letter.ts';
import * as z from 'zod';
import type { Principal } from '../../machines/protocol/principal.ts';
import { Allowance } from '../../machines/budget/schemas.ts';
import { Answer, PlanBounds, PlanReport, type Lesson } from '../../machines/protocol/roles.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { askedIn, reviewsOf, type Review } from '../decide/reviews.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Incoming, System } from '../kernel/system.ts';
import { arbitrationsOf, type Arbitrated } from '../observe/arbitrations.ts';
import { decisionsOf, type Decided } from '../observe/decisions.ts';
import { usageIn, type ModelUsage } from '../observe/usage.ts';
import { traceOf, type Handoff } from '../observe/trace.ts';
import type { JournalRecord } from '../store/ports.ts';
import { FORGOTTEN } from '../store/scrub.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { Parcel, textOf } from './border.ts';
import type { Progress } from './progress.ts';
import { tenancyOf, type TenantBudget } from './tenant-budget.ts';

/** The longest request that is taken, in characters. */
export const MAX_REQUEST_CHARS = 20_000;

/** How often a person may grant more, where nothing is said. */
const MAX_RAISES = 4;

/** The bounds of one request; each has a default. */
export const RequestLimits = z.strictObject({
  /** For all of the work; default 10 minutes; stands still while a person is asked. */
  deadlineMs: z.int().min(1).default(600_000),
  /** How long a person has, to answer or to approve, where neither tool nor gate says so; default 24 hours. */
  personWithinMs: z.int().min(1).default(86_400_000),
  /** How often the requester may be asked back; default 2. */
  maxAsks: z.int().min(0).max(8).default(2),
  /** Parts at once; default 6. */
  maxParallel: z.int().min(1).max(12).default(6),
  /** What a plan may be at most: one beyond it is refused before anything of it runs; default any of up to 12 parts. */
  plan: PlanBounds.optional(),
  /** What all of the work may take: `tokens`, `steps` (turns), `cost`, and the same for single `agents`; default unbounded. */
  budget: Allowance.extend({
    agents: z.record(z.string(), Allowance).default({}),
    /** How often a person may grant as much again; default 4. */
    maxRaises: z.int().min(0).max(100).default(MAX_RAISES),
  }).optional(),
});
const CHECK_WITHIN_MS = 10_000;

/** How long work without budget waits for what other work may give back, before a person is asked. */
const GIVEN_BACK_WITHIN_MS = 60_000;

interface Bounding {
  /** Whose agents may have a budget of their own. */
  readonly organisation?: Organisation;
  readonly limits: z.input<typeof RequestLimits>;
  readonly tenantBudget?: TenantBudget | undefined;
}
/** The bounds as the machines take them. @throws BadRequestError where an agent has one that is not there. */
function bounds({ limits, organisation, tenantBudget }: Bounding, scope: string) {
  const { budget, plan, ...limited } = RequestLimits.parse(limits);
  const rest = { ...limited, ...(plan && { bounds: plan }) };
  const tenant = tenancyOf(tenantBudget, scope);
  if (budget === undefined && tenant === undefined) return rest;
  const { agents, maxRaises, ...allowance } = budget ?? { agents: {}, maxRaises: MAX_RAISES };
  for (const id of Object.keys(agents))
    if (organisation !== undefined && organisation.byId.get(id)?.kind !== 'agent')
      throw new BadRequestError(`there is no agent ${id} for whom limits.budget could be`);
  return {
    ...rest,
    budget: {
      allowance,
      agents,
      maxRaises,
      waitMs: GIVEN_BACK_WITHIN_MS,
      ...(tenant && { tenant }),
    },
  };
}

export interface AskOptions {
  /** The folder that the request is about; default the current one. */
  readonly project?: string;
  /** Default `local`. */
  readonly scope?: string;
  /** The last part of the run's id; the same request sent again under it is not begun twice. */
  readonly id?: string;
  /** True: a person approves the plan before it runs. */
  readonly planGate?: boolean;
  readonly principal?: Principal;
  /** Hears who works on what. */
  readonly onProgress?: (progress: Progress) => void;
  /** The conversation that it goes on with, in its scope: a-z, 0-9 and -, 32 at most. */
  readonly session?: string;
  /** Stops the run. */
  readonly signal?: AbortSignal;
}

/** As for a request; there is no plan to be approved. */
export interface RunOptions extends Omit<AskOptions, 'planGate'> {
  /** Hears everything in it that waits on a person, whenever that changes. */
  readonly onReviews?: (reviews: readonly Review[]) => void;
}

/** How a run stands when nothing but a person could move it, or when it has ended. */
export interface Result {
  readonly run: string;
  /** The request, in its own words. */
  readonly asked?: string;
  /** How it ended: answered, partial, refused, failed, expired, cancelled; `waiting` on a person, `paused` by too many dead letters until it is
   * resumed, or `open`: at work, or left behind. */
  readonly outcome: string;
  readonly reason?: string;
  readonly note?: string;
  readonly answer?: Answer;
  /** Where no answer was composed: what the parts brought. */
  readonly report?: PlanReport;
  /** Of a node that was run alone: the value of its outcome. */
  readonly value?: Json;
  readonly waiting: readonly Review[];
  readonly trace: readonly Handoff[];
  /** The decisions that were made in it, where there were any: who held what, and what decided it. */
  readonly arbitrations?: readonly Arbitrated[];
  /** What was decided at its gates, in order, what had no effect included. */
  readonly decisions: readonly Decided[];
  /** What models took in it; nothing where none answered. */
  readonly usage?: ModelUsage;
  /** Events that came in and were not taken, each with its reason. */
  readonly deadLetters: readonly {
    readonly to: string;
    readonly event: string;
    readonly reason: DeadReason;
  }[];
}

export const EMBEDDER: Principal = { id: 'embedder', proof: 'embedder' };

/**
 * Refuses what is no request.
 * @throws BadRequestError for an empty or too long text.
 */
export function requireText(text: string): void {
  if (text.trim() === '') throw new BadRequestError('the request is empty');
  if (text.length > MAX_REQUEST_CHARS)
    throw new BadRequestError(
      `the request has ${text.length} characters; ${MAX_REQUEST_CHARS} are the limit`,
    );
}

interface Knowing extends Bounding {
  readonly organisation: Organisation;
  readonly catalogue: Json;
  /** What was said of such requests. */
  readonly lessons?: readonly Lesson[];
}

/** The event that begins a request, with everything it needs to know. */
export function begins(
  text: string,
  scope: string,
  at: number,
  know: Knowing,
  { project = process.cwd(), planGate = false, principal = EMBEDDER, session }: AskOptions,
): Incoming {
  const parcel = new Parcel({ scope });
  const lessons = (know.lessons ?? []).map(({ text: said, who }) => ({ text: said, who }));
  const asked = { text: text.toWellFormed(), project, ...(session && { session }) };
  const input = {
    request: parcel.put('request', asked),
    clarified: parcel.put('clarified', { text: '' }),
    catalogue: parcel.put('catalogue', know.catalogue),
    ...(lessons.length > 0 && { lessons: parcel.put('lessons', lessons) }),
    roles: know.organisation.roles,
    planGate,
    checkWithinMs: CHECK_WITHIN_MS,
    ...bounds(know, scope),
  };
  const { values } = parcel.reply({ type: 'started' });
  return {
    kind: 'started',
    machine: 'request',
    input: input as unknown as Json,
    principal,
    at,
    values,
  };
}

/** The event that begins one node without a request around it. */
export function beginsAlone(
  node: string,
  given: Json,
  scope: string,
  at: number,
  know: Bounding,
  { project = process.cwd(), principal = EMBEDDER }: AskOptions,
): Incoming {
  const parcel = new Parcel({ scope });
  const { deadlineMs, budget } = bounds(know, scope) as { deadlineMs: number; budget?: object };
  const input = {
    node,
    input: parcel.put('given', given),
    project: parcel.put('project', { project }),
    deadlineMs,
    ...(budget && { budget }),
  } as unknown as Json;
  const { values } = parcel.reply({ type: 'started' });
  return { kind: 'started', machine: 'solo', input, principal, at, values };
}

/** Passes on what waits on a person only where it is not what it was. */
export function changed(hear: (reviews: readonly Review[]) => void): typeof hear {
  let last = '';
  return (reviews) => {
    const now = reviews.map(({ id, hash }) => `${id} ${hash}`).join('\n');
    if (now !== last) hear(reviews);
    last = now;
  };
}

/** How a run stands, for a person: its answer or what waits, and every handoff. */
export function resultOf(system: System, records: readonly JournalRecord[]): Result {
  const trace = traceOf(records);
  const { ended, run, values, dead } = system;
  const deadLetters = dead.map(({ to, event, reason }) => ({ to, event: event.type, reason }));
  const waiting = reviewsOf(system);
  const made = arbitrationsOf(records);
  const usage = usageIn(records);
  const known = {
    ...askedIn(system),
    trace,
    decisions: decisionsOf(records, dead),
    ...(made.length > 0 && { arbitrations: made }),
    ...(usage && { usage }),
    deadLetters,
  };
  if (ended === undefined) {
    const outcome = waiting.length > 0 ? 'waiting' : 'open';
    const isFull = system.letters?.isFull === true;
    const stands = isFull ? { outcome: 'paused', reason: 'dead_letters' } : { outcome };
    return { run, ...stands, waiting, ...known };
  }
  const valueOf = (ref: ValueRef | undefined): Json =>
    ref === undefined ? null : (values.get(ref.hash) ?? null);
  const value = valueOf(ended.value);
  const note = value === FORGOTTEN ? FORGOTTEN : undefined;
  const answer = Answer.safeParse(value);
  const report = PlanReport.safeParse(value);
  return {
    run,
    outcome: ended.outcome,
    ...(ended.reason !== undefined && { reason: ended.reason }),
    ...(note && { note }),
    ...(ended.note !== undefined && { note: textOf(valueOf(ended.note)) }),
    ...(answer.success && { answer: answer.data }),
    ...(report.success && { report: report.data }),
    ...(system.actors.has('solo') && { value }),
    waiting: [],
    ...known,
  };
}

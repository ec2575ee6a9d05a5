import { ROLE, type Effect, type Hand, type Spawn, type Timer } from '../protocol/effects.ts';
import type { Ending, Output } from '../protocol/outcomes.ts';
import type { Role } from '../protocol/roles.ts';
import type { ValueRef, Wire } from '../protocol/values.ts';
import type { RequestContext } from './schemas.ts';

/** A child's id by its role; the planner is a new child each time it is asked. */
export const childId = (context: RequestContext, role: string): string =>
  role === 'planner' ? `planner-${context.asks + 1}` : role;

/** How the child of that role ended; undefined while it works or where it never began. */
export const child = (context: RequestContext, role: string): Ending | undefined =>
  context.children[childId(context, role)] ?? undefined;

/** The children that have not ended. */
export const openChildren = ({ children }: RequestContext): string[] =>
  Object.keys(children).filter((id) => children[id] === null);

const text = ({ request }: RequestContext): Wire => ({ ref: request, key: 'text' });
const none: Wire = { literal: null };
const orNone = (ref: ValueRef | undefined): Wire => (ref === undefined ? none : { ref });

const inputs: { readonly [R in Role]: (context: RequestContext) => Wire } = {
  memoryKeeper: (context) => ({ record: { text: text(context) } }),
  router: placing,
  planner: placing,
  composer: composing,
  verifier: (context) => ({
    record: {
      text: text(context),
      clarified: { ref: context.clarified, key: 'text' },
      answer: orNone(context.answer),
    },
  }),
};

/** What whoever remembers for the request recalled. */
function knownTo(context: RequestContext): { readonly known?: Wire } {
  const keeper = child(context, 'memoryKeeper');
  const known = keeper?.outcome === 'recalled' ? keeper.value : undefined;
  return known === undefined ? {} : { known: { ref: known, key: 'known' } };
}

function placing(context: RequestContext): Wire {
  const { clarified, catalogue, bounds, lessons } = context;
  const limits = Object.entries(bounds ?? {}).map(([name, most]) => [name, { literal: most }]);
  return {
    record: {
      text: text(context),
      clarified: { ref: clarified, key: 'text' },
      catalogue: { ref: catalogue },
      ...(bounds && { bounds: { record: Object.fromEntries(limits) as Record<string, Wire> } }),
      ...knownTo(context),
      ...(lessons && { lessons: { ref: lessons } }),
    },
  };
}

function composing(context: RequestContext): Wire {
  const { catalogue, placed, ending } = context;
  return {
    record: {
      text: text(context),
      report: orNone(child(context, 'plan')?.value),
      unplaced: placed === undefined ? { list: [] } : { ref: placed, key: 'unplaced' },
      catalogue: { ref: catalogue },
      reason: { literal: ending?.reason ?? null },
      note: orNone(ending?.note),
      ...knownTo(context),
    },
  };
}

/** The handoff to whoever plays a role; undefined where nobody does. */
export function toRole(context: RequestContext, role: Role): Hand | undefined {
  const node = context.roles[role];
  return node === undefined
    ? undefined
    : {
        id: childId(context, role),
        node,
        input: inputs[role](context),
        purpose: `${ROLE}${role}`,
      };
}

/** Armed at the beginning, and once more when it has passed and what came back is composed. */
export const deadline = ({ deadlineMs }: RequestContext): Timer => ({
  id: 'deadline',
  delayMs: deadlineMs,
  event: { type: 'deadline.passed' },
  work: true,
});

/** The question that the planner would have answered by the requester. */
export const question = (context: RequestContext): Effect => ({
  id: `ask-${context.asks + 1}`,
  kind: 'person.ask',
  params: { subject: child(context, 'planner')?.value, purpose: 'question', deciders: [] },
  withinMs: context.personWithinMs,
});

/** The check of a plan; of one that a person has edited another, so that an answer to the first is late. */
export const check = (context: RequestContext): Effect => ({
  id: child(context, 'plan-gate') === undefined ? 'check' : 'check-edited',
  kind: 'plan.check',
  params: { placed: context.placed, ...(context.bounds && { bounds: context.bounds }) },
  withinMs: context.checkWithinMs,
});

const gate = (
  context: RequestContext,
  purpose: string,
  subject: ValueRef | undefined,
  proposer: string,
): Spawn => ({
  id: `${purpose}-gate`,
  machine: 'gate',
  input: { subject, purpose, deciders: [], proposer, withinMs: context.personWithinMs },
});
export const planGate = (context: RequestContext): Spawn =>
  gate(context, 'plan', context.placed, `agent:${context.roles.planner ?? context.roles.router}`);
export const releaseGate = (context: RequestContext): Spawn =>
  gate(context, 'release', context.answer, `agent:${context.roles.composer}`);

export const plan = ({ parts, maxParallel }: RequestContext): Spawn => ({
  id: 'plan',
  machine: 'plan',
  input: { parts, maxParallel },
});

/** How the request ends when its plan ended so; what no agent took makes it partial. */
export function endingOfPlan(context: RequestContext): Ending {
  const ended = child(context, 'plan') ?? { outcome: 'failed', reason: 'defect' };
  if (ended.outcome === 'all')
    return context.isWhole === false
      ? { outcome: 'partial', reason: 'no_fit' }
      : { outcome: 'answered' };
  if (ended.outcome === 'some') return { outcome: 'partial', reason: 'parts_lost' };
  return { outcome: ended.outcome, reason: ended.reason ?? 'parts_lost' };
}

/** How the request ends when a person did not approve. */
export function endingOfGate(context: RequestContext, id: string): Ending {
  const { outcome, note } = child(context, id) ?? { outcome: 'expired', note: undefined };
  const why = note === undefined ? {} : { note };
  return outcome === 'rejected'
    ? { outcome: 'refused', reason: 'rejected', ...why }
    : { outcome: 'expired', reason: 'deadline', ...why };
}

/** What the planner or router left out, where it made no plan of the rest. */
export function unplaced(context: RequestContext): ValueRef | undefined {
  const ended = child(context, 'planner');
  return ended?.outcome === 'none' ? ended.value : undefined;
}

/** How the request ends when its planner did not come to a plan. */
export function endingWithoutPlan(context: RequestContext): Ending {
  const ended = child(context, 'planner');
  if (ended === undefined || ['none', 'unclear', 'refused'].includes(ended.outcome))
    return {
      outcome: 'refused',
      reason: ended?.reason === 'needs_model' ? 'needs_model' : 'no_fit',
    };
  return {
    outcome: 'failed',
    reason: ended.reason ?? 'defect',
    ...(ended.note && { note: ended.note }),
  };
}

/** The request's own ending with the answer, or where none was composed with what the plan brought. */
export function finalOutput(context: RequestContext): Output {
  const { ending = { outcome: 'failed', reason: 'defect' as const }, answer } = context;
  const isWithheld = ending.outcome === 'cancelled' || ending.reason === 'rejected';
  const ref = answer ?? (isWithheld ? undefined : child(context, 'plan')?.value);
  const { value: _, ...rest } = ending;
  return ref === undefined ? rest : { ...rest, value: { ref } };
}

//   <start> ──▶ <node> ──child.ended [outcome]──▶ <node> … ──▶ ended (a declared outcome)
//                 └──child.ended [refused, failed, expired]──▶ wherever the charter sends it
//   each node: due ── unless the run is paused ──▶ working; run.paused and run.resumed are passed on to who works
//   from anywhere: child.ended [cancelled] ▶ ended (cancelled); stop.requested ▶ stopping ── child.ended ──▶ ended (cancelled)
//
// Compiled from a charter: one state a node, one transition a route. A route that is used up ends the team as failed.
import { assign, setup, type AnyStateMachine } from 'xstate';
import * as z from 'zod';
import { outputs } from './protocol/effects.ts';
import { childEnded, paused, stopRequested, type EventsOf } from './protocol/events.ts';
import { NodeInput } from './protocol/handoff.ts';
import { COMMON_OUTCOMES, type Ending, type Output } from './protocol/outcomes.ts';
import { ValueRef, type Wire } from './protocol/values.ts';

/** Where an outcome leads: to a node at most `max` times, or to the end. `with` names what is made of the value. */
export type Hop = { readonly with?: string } & (
  | { readonly to: string; readonly max?: number }
  | { readonly end: string }
);

/** A team as plain data. */
export interface Charter {
  readonly id: string;
  readonly version: number;
  /** The node behind each name of the team. */
  readonly nodes: Readonly<Record<string, string>>;
  /** And its version, with which the charter was written; default the newest. */
  readonly versions?: Readonly<Record<string, number>>;
  readonly start: Extract<Hop, { to: string }>;
  /** By node name, by outcome. */
  readonly routes: Readonly<Record<string, Readonly<Record<string, Hop>>>>;
  /** For `refused`, `failed` and `expired` of every node that does not say otherwise. */
  readonly otherwise: Readonly<Record<string, Hop>>;
}

export const teamEvents = {
  external: {},
  answer: {},
  internal: { ...childEnded, ...stopRequested, ...paused },
} as const;
type TeamEvent = EventsOf<typeof teamEvents>;
type Came = Extract<TeamEvent, { type: 'child.ended' }>;

const counts = z.record(z.string(), z.int().min(0));
export const TeamContext = z.strictObject({
  input: ValueRef,
  /** How often each node was handed something, and each route was taken; bounded by the charter. */
  visits: counts,
  uses: counts,
  isPaused: z.boolean(),
  /** The input of the node that is at work, or the value of the end; and the node that said it. */
  wire: z.json(),
  by: z.string().optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  note: ValueRef.optional(),
});
interface TeamContext extends Omit<z.infer<typeof TeamContext>, 'wire'> {
  readonly wire: Wire;
}

const isCommon = (outcome: string): boolean =>
  (COMMON_OUTCOMES as readonly string[]).includes(outcome);
const childOf = (context: TeamContext, key: string): string => `${key}-${context.visits[key] ?? 0}`;

/** What a child said, or for a bad end who was lost and why. */
function said(key: string, { outcome, value, reason, note }: Came): Wire {
  if (!isCommon(outcome)) return value === undefined ? { literal: null } : { ref: value };
  // Who declines says why in a value of its own.
  const words = note ?? value;
  const why: Wire = words === undefined ? { literal: null } : { ref: words };
  return {
    record: {
      node: { literal: key },
      outcome: { literal: outcome },
      reason: { literal: reason ?? null },
      note: why,
    },
  };
}

const mapped = (hop: Hop, of: Wire, input: ValueRef): Wire =>
  hop.with === undefined
    ? of
    : { mapped: hop.with, of: { record: { value: of, request: { ref: input } } } };

interface Taken {
  readonly key: string;
  /** Who has said it; what only lets a value through, or divides the work, has not. */
  readonly by?: string;
  readonly route: string;
  readonly hop: Hop;
}

const base = setup({
  types: {} as {
    input: z.infer<typeof NodeInput>;
    context: TeamContext;
    events: TeamEvent;
    output: Output;
  },
  schemas: { input: NodeInput, events: teamEvents, context: TeamContext },
  actions: {
    ...outputs,
    visit: assign({
      visits: ({ context }, { key }: { key: string }) => ({
        ...context.visits,
        [key]: (context.visits[key] ?? 0) + 1,
      }),
    }),
    hold: assign({ isPaused: (_, { isPaused }: { isPaused: boolean }) => isPaused }),
    take: assign(({ context, event }, { key, by, route, hop }: Taken) => ({
      by: by ?? context.by,
      uses: { ...context.uses, [route]: (context.uses[route] ?? 0) + 1 },
      wire: mapped(hop, said(key, event as Came), context.input),
    })),
    end: assign(({ event }, { outcome, reason }: { outcome: string; reason?: string }) => {
      const came: Partial<Ending> = event.type === 'child.ended' && isCommon(outcome) ? event : {};
      return { outcome, reason: reason ?? came.reason, note: came.note ?? came.value };
    }),
  },
  guards: {
    came: ({ context, event }, { key, outcome }: { key: string; outcome: string }) =>
      event.type === 'child.ended' &&
      event.id === childOf(context, key) &&
      event.outcome === outcome,
    cameWithin: (
      { context, event },
      { key, outcome, route, max }: { key: string; outcome: string; route: string; max: number },
    ) =>
      event.type === 'child.ended' &&
      event.id === childOf(context, key) &&
      event.outcome === outcome &&
      (context.uses[route] ?? 0) < max,
    isMine: ({ context, event }, { key }: { key: string }) =>
      event.type === 'child.ended' && event.id === childOf(context, key),
    isRunning: ({ context }) => !context.isPaused,
  },
});

type Named<T extends string, P> = { readonly type: T; readonly params: P };
interface Transition {
  readonly guard:
    | Named<'came', { key: string; outcome: string }>
    | Named<'cameWithin', { key: string; outcome: string; route: string; max: number }>;
  readonly target: string;
  readonly reenter?: boolean;
  readonly actions: (Named<'take', Taken> | Named<'end', { outcome: string; reason?: string }>)[];
}

/** The transitions of one outcome: the route, and where it is used up the end. */
function transitionsOf(
  key: string,
  by: string | undefined,
  outcome: string,
  hop: Hop,
): Transition[] {
  const route = `${key}.${outcome}`;
  const came = { type: 'came', params: { key, outcome } } as const;
  const take = { type: 'take', params: { key, ...(by && { by }), route, hop } } as const;
  if ('end' in hop)
    return [
      {
        guard: came,
        target: '#ended',
        actions: [take, { type: 'end', params: { outcome: hop.end } } as const],
      },
    ];
  // A node that leads to itself is entered anew: its entry hands over.
  const to = { target: `#${hop.to}`, reenter: true, actions: [take] };
  if (hop.max === undefined) return [{ guard: came, ...to }];
  const within = { type: 'cameWithin', params: { key, outcome, route, max: hop.max } } as const;
  const usedUp = { type: 'end', params: { outcome: 'failed', reason: 'turns' } } as const;
  return [
    { guard: within, ...to },
    { guard: came, target: '#ended', actions: [usedUp] },
  ];
}

const cancelling = { type: 'end', params: { outcome: 'cancelled', reason: 'cancelled' } } as const;
const holding = (isPaused: boolean) => ({ type: 'hold', params: { isPaused } }) as const;

function stateOf({ id, nodes, versions, routes, otherwise }: Charter, key: string) {
  const node = nodes[key] ?? key;
  // A gate, a fan and a decision are the team's own.
  const by = node.startsWith(`${id}.`) ? undefined : node;
  const own = routes[key] ?? {};
  const cancelled = { end: 'cancelled' } as const;
  const hops = Object.entries<Hop>({ ...otherwise, ...own, cancelled });
  const tell = (type: string) => ({
    type: 'send' as const,
    params: ({ context }: { context: TeamContext }) => ({
      to: { child: childOf(context, key) },
      event: { type },
    }),
  });
  const due = {
    on: { 'stop.requested': { target: '#ended', actions: cancelling } },
    always: { guard: 'isRunning' as const, target: 'working' },
  };
  const working = {
    entry: [
      { type: 'visit', params: { key } } as const,
      {
        type: 'hand' as const,
        params: ({ context }: { context: TeamContext }) => ({
          id: childOf(context, key),
          node,
          ...(versions?.[key] !== undefined && { version: versions[key] }),
          input: context.wire,
          ...(context.by !== undefined && { by: context.by }),
        }),
      },
    ],
    on: {
      'child.ended': [
        ...hops.flatMap(([outcome, hop]) => transitionsOf(key, by, outcome, hop)),
        // An outcome that no charter knows: the team must not wait for another end of a child that has ended.
        {
          guard: { type: 'isMine', params: { key } } as const,
          target: '#ended',
          actions: [{ type: 'end', params: { outcome: 'failed', reason: 'defect' } } as const],
        },
      ],
      'stop.requested': { target: '#stopping', actions: tell('stop.requested') },
      'run.paused': { actions: [holding(true), tell('run.paused')] },
      'run.resumed': { actions: [holding(false), tell('run.resumed')] },
    },
  };
  return { id: key, initial: 'due', states: { due, working } };
}

/** Compiles a charter, which must hold, to the machine that plays it. */
export function teamMachine(charter: Charter): AnyStateMachine {
  const states = Object.fromEntries(
    Object.keys(charter.nodes).map((key) => [key, stateOf(charter, key)]),
  );
  return base.createMachine({
    id: `team-${charter.id}`,
    version: String(charter.version),
    options: { maxIterations: 16 },
    context: ({ input: { input } }) => ({
      input,
      visits: {},
      uses: {},
      isPaused: false,
      wire: mapped(charter.start, { ref: input }, input),
    }),
    on: {
      'run.paused': { actions: holding(true) },
      'run.resumed': { actions: holding(false) },
    },
    initial: charter.start.to,
    states: {
      ...(states as object),
      stopping: {
        id: 'stopping',
        on: {
          'child.ended': {
            target: 'ended',
            actions: cancelling,
          },
        },
      },
      ended: { id: 'ended', type: 'final' },
    },
    output: ({ context: { outcome = 'failed', reason, note, wire } }): Output => ({
      outcome,
      ...(reason !== undefined && { reason: reason as NonNullable<Output['reason']> }),
      ...(note !== undefined && { note }),
      ...(!isCommon(outcome) && { value: wire }),
    }),
  });
}

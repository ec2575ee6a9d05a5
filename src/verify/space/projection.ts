import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import type { PlanContext, PlanPart } from '../../../machines/plan.ts';
import type { ArbitrationContext } from '../../../machines/arbitration/schemas.ts';
import type { RequestContext } from '../../../machines/request/schemas.ts';
import { callsThatCount } from '../../../machines/task/progress.ts';
import type { TaskContext } from '../../../machines/task/schemas.ts';
import type { TeamContext } from '../../../machines/team.ts';
import type * as z from 'zod';
import { COMMON_OUTCOMES } from '../../../machines/protocol/outcomes.ts';
import type { GateContext } from '../../../machines/gate/schemas.ts';
import { canonical } from '../../kernel/canonical.ts';
import { claimControl } from '../../kernel/claims.ts';
import type { ActorState } from '../../kernel/system.ts';
import type { Cell, CellEffect } from './cell.ts';

/**
 * What of a cell decides what can still happen: two cells of one key have the same future, but for the contents of values.
 * Hashes that a guard compares stay in the key.
 */
export interface Projection {
  /** True where nothing is left out, and what has ended is kept. */
  readonly isExact: boolean;
  readonly state: (machine: string, state: ActorState) => Json;
  readonly effect: (effect: CellEffect) => Json;
  /** True where a child that has ended can never be named again. */
  readonly forgets: (parent: Cell, childId: string) => boolean;
}

const hashOr = (ref: ValueRef | undefined): Json => ref?.hash ?? null;
const how = (ending: Ending | null | undefined): Json =>
  ending ? [ending.outcome, ending.reason ?? null] : null;
const json = (value: unknown): Json => value as Json;

/** In which phase a request waits for which child; the ends of the others are never looked at again. */
const waitsIn: Readonly<Record<string, string>> = {
  memoryKeeper: 'recalling',
  router: 'routing',
  planner: 'planning',
  'plan-gate': 'gating',
  plan: 'working',
  composer: 'composing',
  verifier: 'verifying',
  'release-gate': 'releasing',
};

/** True where how that child ended decides what the request does now, or did with its gate. */
function isLookedAt(id: string, phase: string, asks: number): boolean {
  const [, role = id, round] = /^(.*)-(\d+)$/.exec(id) ?? [];
  const isThisRound = round === undefined || Number(round) === asks + 1;
  return (waitsIn[role] === phase && isThisRound) || id === 'plan-gate';
}

/** The phase of a request's work; empty where it is stopping or over. */
export function phaseOf({ value }: ActorState): string {
  const open = (value as { open?: { work?: string } }).open;
  return open?.work ?? '';
}

/** A part of a plan that has not begun: who plays it, what it is given, and what it waits for. */
const edged = ({ id, node, purpose, input, ...part }: z.infer<typeof PlanPart>): Json => [
  id,
  node,
  purpose ?? null,
  input.hash,
  part.given ?? [],
  (part.takes ?? []).map(({ from, to }) => [from.part, from.outcome, from.key ?? null, to]),
];

function requestState(state: ActorState): Json {
  const context = state.context as unknown as RequestContext;
  const phase = phaseOf(state);
  const children = Object.entries(context.children).map(([id, ending]) => [
    id,
    ending === null ? 'open' : isLookedAt(id, phase, context.asks) ? how(ending) : 'ended',
  ]);
  return [
    state.value,
    Object.fromEntries(children) as Json,
    context.isPaused,
    context.asks,
    how(context.ending),
    context.isWhole ?? null,
    // Once its plan has them, a request never looks at the parts again.
    Object.hasOwn(context.children, 'plan') ? null : (context.parts?.map(edged) ?? null),
    hashOr(context.placed),
    hashOr(context.answer),
  ];
}

function taskState({ value, context }: ActorState): Json {
  const task = context as unknown as TaskContext;
  const { node, settings, turn, repairs, calls, ending } = task;
  const last = calls.at(-1);
  const isPending = last && last.result === undefined && last.failed === undefined;
  const pending = isPending ? [last.tool, last.input.hash] : null;
  const past = callsThatCount(task).map(([{ tool, input }, came]) => [tool, input.hash, came]);
  const { purse, granted, used, tokens = 0, isDeputed = false } = task;
  const purchase = purse === undefined ? [] : [json(granted ?? null), json(used ?? null)];
  const mind = settings.performer === 'model' ? [tokens, isDeputed] : [];
  const taken = [turn, repairs, ...purchase, ...mind];
  return [value, node, json(settings), ...taken, pending, past, how(ending)];
}

function planState({ value, context }: ActorState): Json {
  const { parts, isPaused, maxParallel } = context as unknown as z.infer<typeof PlanContext>;
  const common: readonly string[] = COMMON_OUTCOMES;
  const stands = parts.map((part) => {
    const { id, node, state, ending } = part;
    const outcome = ending?.outcome ?? 'failed';
    const stand = state === 'ended' ? (common.includes(outcome) ? outcome : 'got') : state;
    // What has begun, or never will, is not handed anything any more.
    return [stand, state === 'ready' ? edged(part) : [id, node]];
  });
  return [value, stands, isPaused, maxParallel];
}

/** Who said what, in whatever order; which words they gave for it decides nothing. */
function gateState({ value, context }: ActorState): Json {
  const { votes, change: _, ...rest } = context as unknown as GateContext;
  const { subject, purpose, deciders, proposer, withinMs: __, gave, ...more } = rest;
  const said = votes.map(({ by, says }) => `${says} ${by}`).toSorted();
  const who = [deciders.toSorted(), proposer, gave.toSorted()];
  return [value, subject.hash, purpose, ...who, said, json(more)];
}

/** What was defined of it goes with its node; who came to no position has none, whatever else they came to. */
function arbitrationState({ value, context }: ActorState): Json {
  const { heard, open, ruling, words, options, ...decision } =
    context as unknown as ArbitrationContext;
  const { isPaused, proposed, by, why, isAppealed, author, given, reason } = decision;
  const came = Object.entries(heard).map(
    ([id, { outcome }]) => [id, options.includes(outcome) ? outcome : null] as const,
  );
  const names = [proposed, by, why, author, given, reason].map((name) => name ?? null);
  const at = [value, Object.fromEntries(came), open, isPaused, isAppealed];
  return [...at, ...names, hashOr(ruling), hashOr(words)];
}

/** A team counts what it has taken; what it made of values is control only where it is still to be handed over. */
function teamState({ value, context }: ActorState): Json {
  const { visits, uses, isPaused, outcome, reason, wire, by } = context as unknown as z.infer<
    typeof TeamContext
  >;
  const due = Object.values(value as object).includes('due') ? [wire, by ?? null] : null;
  return [value, visits, uses, isPaused, outcome ?? null, reason ?? null, due];
}

const isTeam = (machine: string): boolean => machine.startsWith('team-');

const states: Readonly<Record<string, (state: ActorState) => Json>> = {
  request: requestState,
  task: taskState,
  plan: planState,
  gate: gateState,
  arbitration: arbitrationState,
};

function effectParams({ kind, params }: CellEffect): Json {
  const { tool, input, subject } = params as {
    tool?: string;
    input?: ValueRef;
    subject?: ValueRef;
  };
  if (kind === 'tool.call') return [tool ?? null, hashOr(input)];
  return kind === 'person.ask' ? hashOr(subject) : null;
}

/** The control of the built-in machines; any other machine's state is taken whole. */
export const control: Projection = {
  isExact: false,
  // What threw at its start has no context yet.
  state: (machine, state) =>
    state.context === null
      ? json(state)
      : (states[machine] ?? (isTeam(machine) ? teamState : json))(state),
  effect: (effect) => [
    effect.id,
    effect.kind,
    effect.attempt,
    effect.withinMs,
    effect.isTimed,
    effectParams(effect),
  ],
  forgets: ({ machine, state }, childId) =>
    machine === 'task' &&
    Number(/^(?:gate|doubt)-(\d+)$/.exec(childId)?.[1]) < (state.context as { turn: number }).turn,
};

/** Everything is control. */
export const exact: Projection = {
  isExact: true,
  state: (_, state) => json(state),
  effect: (effect) => json(effect),
  forgets: () => false,
};

const byId = <T extends { readonly id: string }>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** The text by which a cell is interned. */
export function keyOf(cell: Cell, { isExact, state, effect }: Projection): string {
  const { machine, version, node, claim, effects, timers, first, last, ended } = cell;
  const remembered = isExact
    ? []
    : [first, ended ? undefined : last].map((closed) => (closed ? effect(closed) : null));
  const isGone = !isExact && ended !== undefined;
  return canonical([
    machine,
    version,
    node?.id ?? null,
    isGone ? null : state(machine, cell.state),
    isGone ? null : isExact ? (claim ?? null) : claimControl(claim),
    byId(effects).map(effect),
    json(byId(timers)),
    remembered,
    isExact ? json(ended ?? null) : how(ended),
  ]);
}

import type { Ending, Reason } from '../../machines/protocol/outcomes.ts';
import { BUDGET_GATE, TENANT_GATE } from '../../machines/budget/setup.ts';
import type { Vote } from '../../machines/gate/schemas.ts';
import { COMMON_OUTCOMES } from '../../machines/protocol/outcomes.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { ToolCall } from '../../machines/task/schemas.ts';
import { childrenOf, placerOf, workerOf } from './origin.ts';
import type { Act, History } from './history.ts';

/** What went wrong at a handoff; a closed list. */
export type FaultKind =
  | 'broken' // what it said broke its contract, or its own check, to the last repair
  | 'declined' // it said that this is not for it
  | 'failed' // its code threw, or was not the same twice
  | 'late' // it gave no answer in its time
  | 'looping' // it went on and on, up to its limit
  | 'model' // its model gave no whole answer
  | 'misfit' // what it was handed breaks its contract
  | 'overruled' // it decided against positions that were held
  | 'rejected' // a person said no
  | 'spent' // it had used up what it may take, and nobody granted more
  | 'stopped' // somebody stopped the run
  | 'tool' // a tool failed
  | 'unavailable' // nobody is there who could do it
  | 'undecided' // no person decided in time
  | 'unplaced' // it left out a passage of the request, or found nobody for it
  | 'unrunnable' // the plan that it made did not hold
  | 'wrong'; // what it said was found wrong by somebody who was handed it

/** What an actor's own machine tells of its bad end: whose end that was, or what went wrong at itself. */
export interface Finding {
  readonly kind: FaultKind;
  readonly at: Act;
  /** What was said against it: by a contract, a check, a verifier, a person. */
  readonly objection?: Json | undefined;
  /** True where it may come from what it was handed. */
  readonly mayBeHanded?: true;
  readonly call?: ToolCall;
  readonly by?: string | undefined;
  /** Those through whom it came to the top, the top first. */
  readonly through: readonly Act[];
}
type Own = Omit<Finding, 'at' | 'through'>;
type Reading = (history: History, act: Act) => Own | { readonly because: Act; readonly as?: Own };

/** True for an end that is not what was asked for. */
export const isBad = ({ ending, machine }: Act): boolean => {
  const { outcome = '' } = ending ?? {};
  if ((COMMON_OUTCOMES as readonly string[]).includes(outcome)) return true;
  return badByMachine[machine]?.includes(outcome) ?? false;
};
const badByMachine: Readonly<Record<string, readonly string[]>> = {
  request: ['partial'],
  plan: ['some'],
  gate: ['rejected'],
  arbitration: ['undecided'],
};

const kinds: Partial<Record<Reason, FaultKind>> = {
  budget: 'spent',
  contract: 'broken',
  cut: 'model',
  denied: 'model',
  filtered: 'model',
  garbled: 'model',
  unavailable: 'model',
  deadline: 'late',
  declined: 'declined',
  hung: 'late',
  in_doubt: 'tool',
  livelock: 'looping',
  loop: 'looping',
  needs_model: 'unavailable',
  no_fit: 'unplaced',
  plan_refused: 'unrunnable',
  rejected: 'rejected',
  stalled: 'looping',
  turns: 'looping',
  unknown_machine: 'unavailable',
  unknown_node: 'unavailable',
};

const wordsOf = (history: History, { note, value }: Ending): Json | undefined =>
  history.value(note ?? value);

/** What its ending alone tells. */
function byEnding(history: History, { ending, version }: Act): Own {
  if (ending === undefined) return { kind: 'late' };
  const isMisfit = ending.outcome === 'refused' && ending.reason === 'contract' && version === 0;
  const kind = isMisfit ? 'misfit' : (kinds[ending.reason ?? 'defect'] ?? 'failed');
  return { kind, objection: wordsOf(history, ending), mayBeHanded: true };
}

/** Ended badly by itself: not only because those above it came to their end. */
export const isOwnEnd = (act: Act): boolean => isBad(act) && act.ending?.outcome !== 'cancelled';

/** A task: what it said, else the tool or the person that stood in its way. */
const task: Reading = (history, act) => {
  const { reason } = act.ending ?? {};
  const { calls = [] } = act.context as { calls?: readonly ToolCall[] };
  const last = calls.at(-1);
  const asked = [...history.acts.values()].findLast(({ node }) =>
    [BUDGET_GATE, TENANT_GATE].includes(node ?? ''),
  );
  if (reason === 'budget' && asked !== undefined && isOwnEnd(asked)) return { because: asked };
  const isByTool = last?.failed !== undefined && ['threw', 'in_doubt'].includes(reason ?? '');
  if (!isByTool) return byEnding(history, act);
  const gate = childrenOf(history, act).findLast(isOwnEnd);
  if (gate !== undefined && ['rejected', 'deadline'].includes(last?.failed ?? ''))
    return { because: gate };
  return { kind: 'tool', ...(last && { call: last }), objection: history.value(last?.note) };
};

const gate: Reading = (history, { ending, context }) => {
  const { votes = [] } = context as { votes?: readonly Vote[] };
  const against = votes.filter(({ says }) => says === 'rejected').map(({ by }) => by);
  // Where its time is up without a decision, that may count as a no.
  if (ending?.outcome !== 'rejected' || ending.reason === 'deadline') return { kind: 'undecided' };
  return {
    kind: 'rejected',
    ...(against.length > 0 && { by: against.join(', ') }),
    objection: history.value(ending.note),
  };
};

/** A plan: the part that was lost first. */
const plan: Reading = (history, act) => {
  const lost = childrenOf(history, act).find(isOwnEnd);
  return lost === undefined ? byEnding(history, act) : { because: lost };
};

/** A team, or any other machine: whoever ended last before it, if that was bad. */
const other: Reading = (history, act) => {
  // What still stood is ended with it.
  const last = childrenOf(history, act).findLast(
    ({ order = Infinity, ending }) => order < (act.order ?? 0) && ending?.outcome !== 'cancelled',
  );
  return last !== undefined && isOwnEnd(last) ? { because: last } : byEnding(history, act);
};

/** Work that another had in hand. */
const claim: Reading = (history, act) => {
  const worker = workerOf(history, act);
  return worker === undefined ? byEnding(history, act) : { because: worker };
};

/** Who was still at work when the time of an actor above was up: the one that had been at it longest. */
function lateBelow({ acts, events }: History, { id, until = Infinity }: Act): Act | undefined {
  const [due] = [...events].find(
    ([, incoming]) => incoming.kind === 'timer' && incoming.timer === `${id}:deadline`,
  ) ?? [until];
  const open = [...acts.values()].filter(
    (act) =>
      act.node !== undefined &&
      act.id.startsWith(`${id}/`) &&
      act.ending?.outcome === 'cancelled' &&
      (act.until ?? 0) >= due,
  );
  const leaves = open.filter((act) => !open.some((below) => below.id.startsWith(`${act.id}/`)));
  return leaves.toSorted((a, b) => a.from - b.from)[0];
}

/** One node alone, or one decision: where its time was up, whoever was at work. */
const timed: Reading = (history, act) => {
  const late = act.ending?.outcome === 'expired' ? lateBelow(history, act) : undefined;
  return late === undefined ? other(history, act) : { because: late, as: { kind: 'late' } };
};

/** A request: the first of its stages that did not give what the next one needs. */
const request: Reading = (history, act) => {
  const { outcome, reason } = act.ending ?? {};
  const stages = childrenOf(history, act);
  const stage = (id: string): Act | undefined => stages.find((one) => one.id === `${act.id}/${id}`);
  const late = reason === 'deadline' ? lateBelow(history, act) : undefined;
  if (late !== undefined) return { because: late, as: { kind: 'late' } };
  const lost = stage('plan');
  if (lost !== undefined && isOwnEnd(lost)) return { because: lost };
  const placer = placerOf(history, act) ?? stages.findLast(isPlacing);
  if (reason === 'no_fit' && placer !== undefined)
    return {
      because: placer,
      as: { kind: 'unplaced', objection: wordsOf(history, placer.ending!) },
    };
  if (reason === 'plan_refused' && placer !== undefined)
    return {
      because: placer,
      as: { kind: 'unrunnable', objection: wordsOf(history, act.ending!) },
    };
  const asked = stage('plan-gate');
  if (asked !== undefined && isOwnEnd(asked)) return { because: asked };
  const verdict = stage('verifier');
  if (verdict?.ending?.outcome === 'objected' && outcome !== 'answered') {
    const objection = history.value(verdict.ending.value);
    return { because: verdict, as: { kind: 'wrong', objection, mayBeHanded: true } };
  }
  if (reason === 'deadline' && !stages.some(isOwnEnd)) return { kind: 'undecided' };
  const last = stages.findLast(isOwnEnd);
  return last === undefined ? byEnding(history, act) : { because: last };
};
const isPlacing = ({ id }: Act): boolean => /\/(router|planner-\d+)$/.test(id);

/** How each machine's bad end is read; one that is not named here by who ended last in it. */
const readings: Readonly<Record<string, Reading>> = {
  request,
  solo: timed,
  arbitration: timed,
  plan,
  task,
  gate,
  claim,
};

/** By whom an actor was ended from outside. */
function stopper({ events }: History, { until = 0 }: Act): string | undefined {
  const incoming = events.get(until);
  return incoming !== undefined && 'principal' in incoming ? incoming.principal.id : undefined;
}

/** Goes down from an actor that ended badly to the one by whom it did. */
export function foundAt(history: History, top: Act): Finding {
  if (top.ending?.outcome === 'cancelled')
    return { kind: 'stopped', at: top, by: stopper(history, top), through: [] };
  const through: Act[] = [];
  for (let act = top; ;) {
    const isBegun = act.version > 0;
    const read = isBegun ? (readings[act.machine] ?? other) : byEnding;
    const own = read(history, act);
    if (!('because' in own)) return { ...own, at: act, through };
    through.push(act);
    act = own.because;
    if (own.as !== undefined) return { ...own.as, at: act, through };
  }
}

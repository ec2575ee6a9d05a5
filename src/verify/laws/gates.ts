import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { ValueRef } from '../../../machines/protocol/values.ts';
import { parentOf } from '../space/cell.ts';
import { phaseOf } from '../space/projection.ts';
import { everyEdge, type Begun, type Edge, type Property } from '../space/properties.ts';
import { endOf, rootBefore, taskOf } from './seen.ts';
import { endedBy, madeOn, votesHold } from './votes.ts';

const passes: readonly string[] = ['approved', 'edited'];

/** The gate below an actor that was passed on this edge, and with what. */
function passedAt(
  { ended, before, move }: Edge,
  actor: string,
  requester: string,
): ValueRef | undefined {
  const passed = ended.find(
    (one) => parentOf(one.actor) === actor && passes.includes(one.ending.outcome),
  );
  if (passed === undefined) return undefined;
  const made = madeOn(move, passed.actor, before.cells.get(passed.actor), requester);
  if (made === undefined || endedBy(made) !== passed.ending.outcome) return undefined;
  const { value } = made.event as { value?: ValueRef };
  return value ?? made.gate.subject;
}

/** True where the effect changes nothing in the world, or was let through for exactly its content. */
function isPermitted(edge: Edge, { actor, effect }: Begun, requester: string): boolean {
  // Where single deliveries are steps, an edge does not show what let it through.
  if (effect.kind !== 'tool.call' || edge.move.kind === 'delivered') return true;
  const { tool, input } = effect.params as { tool: string; input: ValueRef };
  const before = edge.before.cells.get(actor);
  const settings = taskOf(before)?.settings;
  const { effect: does, isGranted } = settings?.tools[tool] ?? {};
  if (does === 'reads' || (isGranted === true && !effect.id.endsWith('-again'))) return true;
  const wasOpen = (id: string): boolean =>
    before?.effects.some(
      (open) => open.id === id && (open.params as { input: ValueRef }).input.hash === input.hash,
    ) === true;
  if (edge.move.kind === 'restored' && wasOpen(effect.id)) return true;
  const isAgain = effect.id.endsWith('-again') && wasOpen(effect.id.slice(0, -'-again'.length));
  // What is in doubt is made again under its key, once; where its tool says so, only if a person says so.
  if (isAgain && settings?.tools[tool]?.inDoubt !== 'ask') return true;
  return passedAt(edge, actor, requester)?.hash === input.hash;
}

const isPassed = (ending: Ending | null | undefined): boolean =>
  passes.includes(ending?.outcome ?? '');

/** Law 5: gates hold. */
export const gatesHold = (requester: string): readonly Property[] => [
  ...votesHold(requester),
  everyEdge('5 a tool that writes runs only as it was approved, and once', ['begun'], (edge) =>
    edge.begun.every(
      (begun, at) =>
        isPermitted(edge, begun, requester) &&
        // One approval, one call: no actor begins two on one edge.
        (begun.effect.kind !== 'tool.call' ||
          edge.begun.findIndex(({ actor }) => actor === begun.actor) === at),
    ),
  ),
  everyEdge('5 what a stranger says is a dead letter', ['said'], ({ move, handled, before }) => {
    if (move.kind !== 'external' || before.queued > 0 || handled === 0) return true;
    const id = move.offer.principal?.id ?? '';
    const at = before.cells.get(move.actor);
    const { deciders = [] } = (at?.state.context ?? {}) as { readonly deciders?: string[] };
    return id === requester || deciders.includes(id);
  }),
  everyEdge('5 a gated plan runs only after its approval', ['handed'], (edge) => {
    const context = rootBefore(edge);
    if (context?.planGate !== true || edge.move.kind === 'delivered') return true;
    const { root, cells } = edge.before;
    const isFirst = edge.handed.some((actor) => actor.startsWith(`${root}/plan/`));
    if (!isFirst || cells.has(`${root}/plan`)) return true;
    return isPassed(context.children['plan-gate']) || isPassed(endOf(edge, `${root}/plan-gate`));
  }),
  everyEdge(
    '5 an answer that no verifier accepted is given out only by a person',
    ['ended'],
    (edge) => {
      const { root, cells } = edge.before;
      const given = endOf(edge, root)?.value;
      const context = given === undefined ? undefined : rootBefore(edge);
      const orchestrator = cells.get(root);
      if (orchestrator === undefined || edge.move.kind === 'delivered') return true;
      const phase = phaseOf(orchestrator.state);
      if (context?.answer === undefined || given?.hash !== context.answer.hash) return true;
      const verifier = context.children['verifier'] ?? endOf(edge, `${root}/verifier`);
      const isUnaccepted =
        phase === 'releasing' || (phase === 'verifying' && verifier?.outcome !== 'accepted');
      const gate = context.children['release-gate'] ?? endOf(edge, `${root}/release-gate`);
      return !isUnaccepted || isPassed(gate);
    },
  ),
];

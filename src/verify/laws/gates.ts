import type { Ending } from '../../../machines/protocol/outcomes.ts';
import type { ValueRef } from '../../../machines/protocol/values.ts';
import { isAsking, parentOf, type Cell } from '../space/cell.ts';
import type { Move } from '../space/environment.ts';
import { phaseOf } from '../space/projection.ts';
import { everyEdge, type Begun, type Edge, type Property } from '../space/properties.ts';
import { endOf, isLive, rootBefore, taskOf } from './seen.ts';

type Subject = {
  readonly subject: ValueRef;
  readonly proposer: string;
  readonly deciders: string[];
};
const passes: readonly string[] = ['approved', 'edited'];
const eventOf: Readonly<Record<string, string>> = {
  approved: 'gate.approved',
  edited: 'gate.edited',
  rejected: 'gate.rejected',
};

/** True where the move is that decision on this gate, by one who may, in time, on exactly its content. */
function decides(move: Move, path: string, gate: Cell | undefined, outcome: string): boolean {
  if (move.kind !== 'external' || move.actor !== path || !isLive(gate)) return false;
  // Once it has expired, nobody is asked any more.
  if (!isAsking(gate)) return false;
  const { subject, proposer, deciders } = gate.state.context as unknown as Subject;
  const { event, principal } = move.offer;
  const id = principal?.id ?? '';
  return (
    event.type === eventOf[outcome] &&
    (event as { hash?: string }).hash === subject.hash &&
    id !== proposer &&
    (deciders.length === 0 || deciders.includes(id))
  );
}

/** The gate below an actor that was passed on this edge, and with what. */
function passedAt({ ended, before, move }: Edge, actor: string): ValueRef | undefined {
  const passed = ended.find(
    (one) => parentOf(one.actor) === actor && passes.includes(one.ending.outcome),
  );
  if (passed === undefined) return undefined;
  const gate = before.cells.get(passed.actor);
  if (!gate || !decides(move, passed.actor, gate, passed.ending.outcome)) return undefined;
  const { subject } = gate.state.context as unknown as Subject;
  const { value } = (move as Extract<Move, { kind: 'external' }>).offer.event as {
    value?: ValueRef;
  };
  return passed.ending.outcome === 'edited' ? value : subject;
}

/** True where the effect changes nothing in the world, or was let through for exactly its content. */
function isPermitted(edge: Edge, { actor, effect }: Begun): boolean {
  // Where single deliveries are steps, an edge does not show what let it through.
  if (effect.kind !== 'tool.call' || edge.move.kind === 'delivered') return true;
  const { tool, input } = effect.params as { tool: string; input: ValueRef };
  const before = edge.before.cells.get(actor);
  const settings = taskOf(before)?.settings;
  if (settings?.tools[tool]?.effect === 'reads') return true;
  const wasOpen = (id: string): boolean =>
    before?.effects.some(
      (open) => open.id === id && (open.params as { input: ValueRef }).input.hash === input.hash,
    ) === true;
  if (edge.move.kind === 'restored') return wasOpen(effect.id);
  const isAgain = effect.id.endsWith('-again') && wasOpen(effect.id.slice(0, -'-again'.length));
  // What is in doubt is made again under its key, once; where its tool says so, only if a person says so.
  if (isAgain && settings?.tools[tool]?.inDoubt !== 'ask') return true;
  return passedAt(edge, actor)?.hash === input.hash;
}

const isPassed = (ending: Ending | null | undefined): boolean =>
  passes.includes(ending?.outcome ?? '');

/** Law 5: gates hold. */
export const gatesHold = (requester: string): readonly Property[] => [
  everyEdge(
    '5 a gate is decided by one who may, in time, on exactly its content',
    ['ended'],
    (edge) =>
      edge.ended.every(({ actor, ending }) => {
        const gate = edge.before.cells.get(actor);
        if (gate?.machine !== 'gate' || eventOf[ending.outcome] === undefined) return true;
        const { move } = edge;
        if (move.kind === 'delivered') return true;
        const who = move.kind === 'external' ? move.offer.principal?.id : undefined;
        const { deciders } = gate.state.context as unknown as Subject;
        if (deciders.length === 0 && who !== requester) return false;
        return decides(move, actor, gate, ending.outcome);
      }),
  ),
  everyEdge('5 a tool that writes runs only as it was approved, and once', ['begun'], (edge) =>
    edge.begun.every(
      (begun, at) =>
        isPermitted(edge, begun) &&
        // One approval, one call: no actor begins two on one edge.
        (begun.effect.kind !== 'tool.call' ||
          edge.begun.findIndex(({ actor }) => actor === begun.actor) === at),
    ),
  ),
  everyEdge('5 what a stranger says is a dead letter', ['said'], ({ move, handled, before }) => {
    if (move.kind !== 'external' || before.queued > 0 || handled === 0) return true;
    const id = move.offer.principal?.id ?? '';
    const at = before.cells.get(move.actor);
    const { deciders = [] } = (at?.state.context ?? {}) as Partial<Subject>;
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

import { scopeOfRun } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import { casesIn, isOwn, type Case } from '../observe/cases.ts';
import { historyOf } from '../observe/history.ts';
import { memoryJournal } from '../store/memory-journal.ts';
import type { AnyAgent } from '../team/agent.ts';
import { organised, type Organisation } from '../team/define-organisation.ts';
import { worldOf } from '../team/world.ts';
import { textOf } from './border.ts';
import { Nova } from './nova.ts';
import type { Model, Tools } from './ports.ts';
import { thinkers } from './thinkers.ts';
import { holding } from './tool-calls.ts';

/** One case, as it was and as the candidate does it. */
export interface Shadowed {
  readonly was: Case;
  readonly is: Case;
  readonly verdict: 'same' | 'changed' | 'better' | 'worse';
  /** What the organisation's verifier has against either; nothing where there is none, or it was not asked. */
  readonly objections: { readonly was?: string; readonly is?: string };
}

export interface ShadowOptions {
  /** Whose verifier looks at both answers, where it has one. */
  readonly organisation: Organisation;
  readonly model: Model | undefined;
  readonly signal?: AbortSignal;
}

/** A model as it thinks for who plays a role: here everybody works alone. */
const inRole = (model: Model, role: string): Model => ({
  isGuarded: model.isGuarded === true,
  thinksFor: (whom) => model.thinksFor?.({ ...whom, role }) ?? true,
  call: (call, ...rest) => model.call({ ...call, role }, ...rest),
});

/** What was called before gives what it gave; anything else is really read, and nothing is ever written. */
function recordedTools(candidate: AnyAgent, { calls, project, run }: Case): Tools {
  const known = new Map(calls.map((call) => [`${call.tool} ${canonical(call.input)}`, call]));
  return {
    async call({ tool: name, input, key }, signal) {
      const before = known.get(`${name} ${canonical(input)}`);
      if (before?.failed !== undefined) throw new Error(before.failed);
      if (before?.result !== undefined) return before.result;
      const tool = candidate.tools.find((one) => one.name === name);
      if (tool?.effect !== 'reads') throw new Error(`${name} is not carried out in a shadow`);
      const scope = scopeOfRun(run);
      return tool.run(input as never, { scope, project, key, signal });
    },
    close: holding([candidate]),
  };
}

/** The candidate by itself, whose tools change nothing: nobody needs to approve of them, and nobody else is there. */
const harmless = ({ shared: _, ...candidate }: AnyAgent): AnyAgent => ({
  ...candidate,
  doesNot: {},
  previous: [],
  tools: candidate.tools.map(({ approval: _approval, ...tool }) => ({ ...tool, effect: 'reads' })),
});

/** Has a node of its own organisation do one thing, in memory. */
async function carriedOut(
  agent: AnyAgent,
  input: Json,
  tools: Tools,
  { model: usual, signal }: ShadowOptions,
  { project, role }: Pick<Case, 'project' | 'role'>,
): Promise<Case> {
  const model = usual && inRole(usual, role);
  const organisation = organised({ id: 'shadow', agents: [agent] }, true);
  const journal = memoryJournal();
  const nova = new Nova({ organisation, journal, tools, ...(model && { model }) });
  try {
    const { run } = await nova.run(agent.id, input, { project, ...(signal && { signal }) });
    const world = worldOf(organisation, { hasModel: thinkers(organisation, model) });
    const [one] = casesIn(historyOf(world, run, await journal.read(run)), agent.id);
    return { ...(one ?? (await refused(nova, run, agent, input, project))), role };
  } finally {
    await nova.close();
  }
}

/** An input that does not fit the candidate never begins. */
async function refused(
  nova: Nova,
  run: string,
  { id, version }: AnyAgent,
  input: Json,
  project: string,
): Promise<Omit<Case, 'role'>> {
  const { outcome } = await nova.show(run);
  const nothing = { calls: [], turns: 0, repairs: 0, tokens: 0, cost: 0 };
  return {
    run,
    actor: '',
    agent: id,
    version,
    project,
    input,
    outcome,
    reason: 'contract',
    ...nothing,
  };
}

/** What the verifier has against an answer to a person's words. */
async function objectionTo(
  { input, outcome, value, project, agent }: Case,
  options: ShadowOptions,
): Promise<string | undefined> {
  const { organisation } = options;
  const verifier = organisation.byId.get(organisation.roles.verifier ?? '');
  const { text } = (input ?? {}) as { readonly text?: unknown };
  if (verifier === undefined || typeof text !== 'string' || !isOwn({ outcome })) return undefined;
  const answer = { text: textOf(value ?? null), contributors: [agent], notDone: [] };
  const none: Pick<Case, 'calls' | 'project' | 'run'> = { calls: [], project, run: 'local/shadow' };
  const tools = recordedTools(verifier, none as Case);
  const where = { project, role: 'verifier' };
  const said = await carriedOut(
    harmless(verifier),
    { text, clarified: '', answer },
    tools,
    options,
    where,
  );
  if (said.outcome === 'accepted') return undefined;
  const { why } = (said.value ?? {}) as { readonly why?: string };
  return why ?? said.reason ?? said.outcome;
}

function verdictOf(was: Case, is: Case, objections: Shadowed['objections']): Shadowed['verdict'] {
  const rank = (one: Case, objection: string | undefined): number =>
    isOwn(one) ? (objection === undefined ? 2 : 1) : 0;
  const [before, now] = [rank(was, objections.was), rank(is, objections.is)];
  if (before !== now) return now < before ? 'worse' : 'better';
  const isSame =
    was.outcome === is.outcome && canonical(was.value ?? null) === canonical(is.value ?? null);
  return isSame ? 'same' : 'changed';
}

/** Has a candidate do what was done before, one case after the other, in memory: nothing of it reaches anybody. */
export async function* shadow(
  candidate: AnyAgent,
  cases: readonly Case[],
  options: ShadowOptions,
): AsyncGenerator<Shadowed> {
  for (const was of cases) {
    options.signal?.throwIfAborted();
    const tools = recordedTools(candidate, was);
    const is = await carriedOut(harmless(candidate), was.input, tools, options, was);
    const [before, now] = [await objectionTo(was, options), await objectionTo(is, options)];
    const objections = {
      ...(before !== undefined && { was: before }),
      ...(now !== undefined && { is: now }),
    };
    yield { was, is, objections, verdict: verdictOf(was, is, objections) };
  }
}

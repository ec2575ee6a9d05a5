import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { roleAt } from '../../machines/protocol/roles.ts';
import { ModelError } from '../errors/model-error.ts';
import { StoreUnavailableError } from '../errors/store-unavailable-error.ts';
import type { System } from '../kernel/system.ts';
import { sessionOf, type Sessions } from '../sessions/sessions.ts';
import { effectTimer } from '../kernel/timers.ts';
import type { Memory } from '../memory/memory.ts';
import type { AnyAgent } from '../team/agent.ts';
import type { Contract } from '../team/contract.ts';
import type { Recent } from './recent.ts';
import { refusal } from '../team/refusal.ts';
import { strictSchema } from '../team/strict-schema.ts';
import { messageOf, type Parcel, type Reply } from './border.ts';
import { instructionsOf } from './instructions.ts';
import type { Model, ModelCall, ModelHearing, ModelReply, ModelToolCall } from './ports.ts';

/** One turn that a model takes. */
export interface Thought {
  readonly system: System;
  /** Its path. */
  readonly actor: string;
  readonly effectId: string;
  readonly key: string;
  readonly turn: number;
  readonly problem: string | undefined;
  readonly signal: AbortSignal;
  readonly hearing: ModelHearing;
  readonly memory: Memory | undefined;
  readonly sessions: Sessions | undefined;
  readonly recent: Recent | undefined;
}

/** Asks the model; always an answer, but where the run's own record cannot be kept. */
export async function think(
  model: Model,
  agent: AnyAgent,
  input: Json,
  thought: Thought,
  calls: readonly ModelToolCall[],
  parcel: Parcel,
  replyOf: (reply: ModelReply) => Reply,
): Promise<Reply> {
  const { system, actor, effectId, turn, problem, key, signal, hearing } = thought;
  const due = [effectTimer(effectId), `${actor}:deadline`].map(
    (timer) => system.timers[timer]?.dueAt ?? Infinity,
  );
  try {
    const earlier = await saidBefore(agent, thought);
    const call: ModelCall = {
      ...described(agent, input),
      memory: await knownTo(agent, input, thought),
      runs: await ranBefore(agent, input, thought, earlier),
      earlier,
      ...placeOf(system, actor),
      calls,
      problem,
      turn,
      key,
      dueAt: Math.min(...due),
    };
    return replyOf(restored(agent, await model.call(call, signal, hearing)));
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    if (!(error instanceof ModelError))
      return parcel.failed('agent.failed', 'threw', messageOf(error));
    const { reason, message, usage } = error;
    const note = parcel.note(message);
    return parcel.reply({ type: 'agent.failed', reason, note, ...(usage && { usage }) });
  }
}

/** About as much as a page. */
const RECALL_TOKENS = 1_000;

/** What of memory an agent is told that wants to be: what fits the words that it was handed. */
async function knownTo(
  { recalls }: AnyAgent,
  input: Json,
  { system, memory }: Thought,
): Promise<ModelCall['memory']> {
  if (recalls !== true || memory === undefined) return [];
  const { scope, run } = system;
  const known = await memory.recall(scope, wordsIn(input).join(' '), RECALL_TOKENS, run);
  return known.records.map(({ kind, text, author, at }) => ({
    kind,
    text,
    author,
    since: new Date(at).toISOString(),
  }));
}

const MAX_RUNS = 3;

/** The last runs that concern what an agent was handed, beside its conversation; not for work that other runs are given as well. */
async function ranBefore(
  { recalls, shared }: AnyAgent,
  input: Json,
  { system, recent }: Thought,
  earlier: ModelCall['earlier'],
): Promise<ModelCall['runs']> {
  if (recalls !== true || shared !== undefined) return undefined;
  const known = await recent?.concerning(system, wordsIn(input).join(' '), MAX_RUNS);
  const said = [...(earlier?.turns ?? []), ...(earlier?.dropped ?? [])].map(({ run }) => run);
  const runs = known?.runs.filter(({ run }) => !said.includes(run)) ?? [];
  return known === undefined || runs.length === 0 ? undefined : { ...known, runs };
}

/** What was said before in the conversation of the run, for an agent that wants to know. */
async function saidBefore(
  { recalls }: AnyAgent,
  { system, sessions }: Thought,
): Promise<ModelCall['earlier']> {
  const session = sessionOf(system);
  if (recalls !== true || sessions === undefined || session === undefined) return undefined;
  const earlier = await sessions.before(system.scope, session, system.run);
  return earlier.turns.length === 0 ? undefined : earlier;
}

function wordsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}

/** Which role an actor plays, by its place in the run, and who handed it what it works on. */
function placeOf({ actors }: System, actor: string): Pick<ModelCall, 'role' | 'from'> {
  const parent = actors.get(actor.slice(0, Math.max(0, actor.lastIndexOf('/'))));
  const isRoot = parent === undefined || parent.machine === 'solo';
  const from = isRoot ? 'whoever asked' : (parent.node?.id ?? parent.machine);
  return { role: roleAt(actor, parent?.machine), from };
}

interface Told {
  readonly schema: Json;
  readonly isStrict: boolean;
  readonly restored: (said: unknown) => unknown;
}

/** What of a contract a model may be told, as strictly as it can be said. */
function told(contract: Contract): Told {
  const strict = strictSchema(contract);
  if (strict.ok) return { ...strict, isStrict: true };
  const schema = z.toJSONSchema(contract, { io: 'input' }) as Json;
  return { schema, isStrict: false, restored: (said) => said };
}

/** Of a refusal a model says why. */
const declined = refusal.pick({ reason: true });

interface Briefing {
  readonly outcomes: Readonly<Record<string, Told>>;
  readonly tools: readonly (Told & { readonly name: string; readonly does: string })[];
}
const known = new WeakMap<AnyAgent, Briefing>();

function briefingOf(agent: AnyAgent): Briefing {
  const before = known.get(agent);
  if (before !== undefined) return before;
  const contracts = Object.entries({ ...agent.outcomes, refused: declined });
  const briefing = {
    outcomes: Object.fromEntries(contracts.map(([name, contract]) => [name, told(contract)])),
    tools: agent.tools.map(({ name, does, input }) => ({ name, does, ...told(input) })),
  };
  known.set(agent, briefing);
  return briefing;
}

function described(agent: AnyAgent, input: Json) {
  const { outcomes, tools } = briefingOf(agent);
  return {
    node: agent.id,
    instructions: instructionsOf(agent, input),
    input: (agent.shows?.(input as never) ?? input) as Json,
    outcomes: Object.fromEntries(
      Object.entries(outcomes).map(([name, { schema }]) => [name, schema]),
    ),
    isStrict: Object.values(outcomes).every(({ isStrict }) => isStrict),
    tools: tools.map(({ name, does, schema, isStrict }) => ({
      name,
      does,
      input: schema,
      isStrict,
    })),
  };
}

/** What a model said, in the forms of the contracts that it was told of. */
function restored(agent: AnyAgent, reply: ModelReply): ModelReply {
  const { outcomes, tools } = briefingOf(agent);
  if ('says' in reply) {
    const { outcome, value } = reply.says;
    const contract = Object.hasOwn(outcomes, outcome) ? outcomes[outcome] : undefined;
    return contract ? { ...reply, says: { outcome, value: contract.restored(value) } } : reply;
  }
  if (!('wants' in reply)) return reply;
  const { tool, input } = reply.wants;
  const contract = tools.find(({ name }) => name === tool);
  return contract ? { ...reply, wants: { tool, input: contract.restored(input) } } : reply;
}

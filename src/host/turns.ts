import type { ToolCall } from '../../machines/task/schemas.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { System } from '../kernel/system.ts';
import { resolve } from '../kernel/values.ts';
import { parse } from '../team/contract.ts';
import type { AnyAgent } from '../team/agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { editionOf } from '../team/previous.ts';
import { unanswered } from '../team/question.ts';
import { refusal } from '../team/refusal.ts';
import type { RecordedCall } from './act-session.ts';
import { messageOf, Parcel, textOf, type Reply } from './border.ts';
import type { Breakers } from './breakers.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Memory } from '../memory/memory.ts';
import type { Model, ModelReply } from './ports.ts';
import { think, type Thought } from './thinking.ts';
import type { Actors } from './threads.ts';

/** What a turn of the task machine asks for; the machine wrote it, the schema of its context holds it. */
interface TurnParams {
  readonly node: string;
  readonly input: ValueRef;
  readonly turn: number;
  readonly mind: 'code' | 'model';
  readonly calls: readonly ToolCall[];
  readonly problem?: ValueRef;
}

export interface TurnEnvironment {
  readonly organisation: Organisation;
  readonly actors: Actors;
  readonly model: Model | undefined;
  readonly breakers: Breakers;
  readonly memory?: Memory;
  readonly sessions?: Sessions;
}

/** Whose turn it is. */
export interface Taker extends Pick<Thought, 'actor' | 'effectId' | 'key' | 'signal' | 'hearing'> {
  readonly session: string;
  readonly version: number;
}

/** One turn of an agent, by code or by a model; always an answer, never a rejection. */
export async function takeTurn(
  { organisation, actors, model, breakers, memory, sessions }: TurnEnvironment,
  system: System,
  taker: Taker,
  params: Json,
): Promise<Reply | undefined> {
  const { session, version } = taker;
  const turn = params as unknown as TurnParams;
  const parcel = new Parcel(system);
  const agent = editionOf(organisation.byId.get(turn.node), version);
  if (agent === undefined) return parcel.failed('agent.failed', 'unknown_node', turn.node);
  const input = resolve(system.values, turn.input);
  const calls = turn.calls.map((call) => recorded(system, call));
  if (turn.mind === 'code') {
    const result = await actors.turn({ session, agent: agent.id, version, input, calls });
    if (result.kind === 'says') return saysOf(agent, input, calls, result.said, parcel);
    if (result.kind === 'wants') return wantsOf(agent, result.tool, result.input, parcel);
    return parcel.failed('agent.failed', result.kind, result.message);
  }
  if (model === undefined)
    return parcel.failed('agent.failed', 'needs_model', `${agent.id} needs a model`);
  const problem =
    turn.problem === undefined ? undefined : textOf(resolve(system.values, turn.problem));
  const thought = { ...taker, system, problem, turn: turn.turn, memory, sessions };
  const make = () =>
    think(model, agent, input, thought, calls, parcel, (reply) =>
      modelReply(agent, input, calls, reply, parcel),
    );
  if (model.isGuarded === true) return make();
  const { signal } = taker;
  return breakers.through({ endpoint: 'model', agent: agent.id, signal }, make, () =>
    parcel.failed('agent.failed', 'unavailable', 'the model has failed again and again'),
  );
}

function recorded(system: System, { tool, input, result, failed, note }: ToolCall): RecordedCall {
  const why = note === undefined ? '' : `: ${textOf(resolve(system.values, note))}`;
  return {
    tool,
    input: resolve(system.values, input),
    result:
      result === undefined
        ? { failed: `${failed ?? 'failed'}${why}` }
        : { value: resolve(system.values, result) },
  };
}

const brokenOf = (outcome: string, why: string, parcel: Parcel, extra: object): Reply =>
  parcel.reply({ type: 'agent.answered', outcome, meets: false, note: parcel.note(why), ...extra });

/** The outcome as it crosses the border: parsed by its contract, then looked at by the agent's own check. */
function saysOf(
  agent: AnyAgent,
  input: Json,
  calls: readonly RecordedCall[],
  said: unknown,
  parcel: Parcel,
  extra: object = {},
): Reply {
  const broken = (outcome: string, why: string) => brokenOf(outcome, why, parcel, extra);
  if (
    typeof said !== 'object' ||
    said === null ||
    !('outcome' in said) ||
    typeof said.outcome !== 'string'
  )
    return broken('none', 'it returned nothing that was said');
  const { outcome, value } = said as { outcome: string; value: unknown };
  const isDeclared = Object.hasOwn(agent.outcomes, outcome);
  const contract = isDeclared
    ? agent.outcomes[outcome]
    : outcome === 'refused'
      ? refusal
      : undefined;
  if (contract === undefined)
    return broken('none', `the outcome ${JSON.stringify(outcome)} is not declared`);
  const parsed = parse(contract, value);
  if (!parsed.ok) return broken(outcome, parsed.issues);
  try {
    const meant = { outcome, value: parsed.value };
    const heard = calls.flatMap(({ tool, result }) =>
      'value' in result ? [{ tool, value: result.value }] : [],
    );
    const objection =
      agent.check?.(input as never, meant, heard) ?? unanswered(agent, input, meant);
    if (objection !== undefined) return broken(outcome, objection);
    const ref = parcel.put(`${agent.id}@${agent.version}.${outcome}`, parsed.value);
    return parcel.reply({ type: 'agent.answered', outcome, meets: true, value: ref, ...extra });
  } catch (error) {
    return broken(outcome, messageOf(error));
  }
}

function wantsOf(
  agent: AnyAgent,
  name: string,
  input: unknown,
  parcel: Parcel,
  extra: object = {},
): Reply {
  const tool = agent.tools.find((candidate) => candidate.name === name);
  // An undeclared tool crosses with an empty input: the task machine refuses it by name.
  const parsed = tool === undefined ? { ok: true as const, value: {} } : parse(tool.input, input);
  if (!parsed.ok) return brokenOf('none', `${name}: ${parsed.issues}`, parcel, extra);
  return parcel.reply({
    type: 'tool.wanted',
    tool: name,
    input: parcel.put(`${name}.input`, parsed.value),
    ...extra,
  });
}

function modelReply(
  agent: AnyAgent,
  input: Json,
  calls: readonly RecordedCall[],
  reply: ModelReply,
  parcel: Parcel,
): Reply {
  const { usage } = reply;
  if ('says' in reply) return saysOf(agent, input, calls, reply.says, parcel, { usage });
  if ('broken' in reply) return brokenOf('none', reply.broken, parcel, { usage });
  return wantsOf(agent, reply.wants.tool, reply.wants.input, parcel, { usage });
}

import type { CatalogueEntry } from '../../machines/protocol/roles.ts';
import { PUBLIC_SCOPE } from '../../machines/protocol/scope.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { InDoubtError } from '../errors/in-doubt-error.ts';
import { ToolRefusedError } from '../errors/tool-refused-error.ts';
import { rootOf, type System } from '../kernel/system.ts';
import { resolve } from '../kernel/values.ts';
import type { RunWindow } from '../observe/run-told.ts';
import { parse } from '../team/contract.ts';
import type { JournalRecord } from '../store/ports.ts';
import type { AnyAgent, AnyTool } from '../team/agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { editionOf, editionsOf } from '../team/previous.ts';
import { messageOf, Parcel, type Reply } from './border.ts';
import { lately, type LatelyParts } from './lately.ts';
import type { Memory } from '../memory/memory.ts';
import { sessionOf, type Sessions } from '../sessions/sessions.ts';
import type { Recent } from './recent.ts';
import type { ToolContext } from '../team/define-tool.ts';
import type { ToolRequest, Tools } from './ports.ts';

/** A tool as its agent has it, in the version with which that was begun; else the one of its name. */
export function toolOf(
  { byId, tools }: Organisation,
  name: string,
  node: ToolRequest['node'],
): AnyTool | undefined {
  const agent = node && editionOf(byId.get(node.id), node.version);
  return agent === undefined ? tools.get(name) : agent.tools.find((tool) => tool.name === name);
}

/** Holds on to what the tools of agents hold open, in every version that is kept, until it is called. */
export function holding(agents: readonly AnyAgent[]): () => Promise<void> {
  const tools = agents.flatMap(editionsOf).flatMap((agent) => agent.tools);
  const sources = new Set(tools.flatMap(({ source }) => source ?? []));
  const held = [...sources].map((source) => source.attach());
  return async () => void (await Promise.all(held.map((letGo) => letGo())));
}

/** What is known beside the world, for tools that tell of it. */
export interface Known extends LatelyParts {
  readonly memory: Memory;
  readonly recent: Recent;
  readonly sessions: Sessions;
  /** Who can be asked. */
  readonly catalogue: readonly CatalogueEntry[];
}

/** What is known, as the tool of an agent may see and note it. */
function knownTo(
  { memory, recent, sessions, catalogue, ...parts }: Known,
  { scope, key, node }: ToolRequest,
  isShared: boolean,
): Pick<ToolContext, 'memory' | 'lately' | 'recent' | 'said' | 'colleagues'> {
  const run = key.slice(0, Math.max(0, key.indexOf('#')));
  const author = { author: node?.id ?? 'an agent', run, isHeld: true };
  return {
    memory: {
      recall: (words, maxTokens) => memory.recall(scope, words, maxTokens, run),
      lessons: (words) => memory.lessons(scope, words, run),
      note: (note) => memory.note(scope, note, author),
    },
    colleagues: catalogue.filter(({ id }) => id !== node?.id),
    ...(!isShared && {
      recent: (words: string, limit: number) => recent.concerning({ scope, run }, words, limit),
    }),
    // Who asks in public is a stranger to who asked before.
    ...(scope !== PUBLIC_SCOPE && {
      lately: (window: RunWindow) => lately(parts, { scope, run }, window),
    }),
    ...(scope !== PUBLIC_SCOPE &&
      !isShared && {
        said: async () => {
          const system = await parts.engine.load(run);
          const session = system && sessionOf(system);
          return session === undefined ? undefined : sessions.last(scope, session, run);
        },
      }),
  };
}

/** Runs the tools that the organisation's agents declare, in this process. */
export function localTools(organisation: Organisation, known?: Known): Tools {
  return {
    async call(request: ToolRequest, signal) {
      const { tool, input, scope, project, key, node } = request;
      const found = toolOf(organisation, tool, node);
      if (found === undefined) throw new RangeError(`no tool ${tool}`);
      const agent = node && organisation.byId.get(node.id);
      const isShared = agent?.kind === 'agent' && agent.shared !== undefined;
      const context = {
        scope,
        project,
        key,
        signal,
        ...(known && knownTo(known, request, isShared)),
      };
      return found.run(input as never, context);
    },
    close: holding(organisation.agents),
  };
}

/** One tool call; always an answer, never a rejection. What the tool returns is parsed before it crosses. */
export async function callTool(
  tools: Tools,
  system: System,
  tool: AnyTool | undefined,
  call: Pick<ToolRequest, 'key' | 'project' | 'node'> & { readonly params: Json },
  signal: AbortSignal,
): Promise<Reply> {
  const { tool: name, input: ref } = call.params as unknown as { tool: string; input: ValueRef };
  const parcel = new Parcel(system);
  if (tool === undefined) return parcel.failed('tool.failed', 'tool_not_granted', name);
  try {
    const input = resolve(system.values, ref);
    const { params: _, ...request } = call;
    const returned = await tools.call(
      { tool: name, input, scope: system.scope, ...request },
      signal,
    );
    const parsed = parse(tool.output, returned);
    if (!parsed.ok) return parcel.failed('tool.failed', 'contract', parsed.issues);
    return parcel.reply({
      type: 'tool.returned',
      value: parcel.put(`${name}.output`, parsed.value),
    });
  } catch (error) {
    const isRefused = error instanceof ToolRefusedError;
    const reason = error instanceof InDoubtError ? 'in_doubt' : isRefused ? error.why : 'threw';
    return parcel.failed('tool.failed', reason, messageOf(error));
  }
}

/** An effect's id without the attempt. */
export const idOf = (effectId: string): string => effectId.slice(0, effectId.lastIndexOf('.'));

/**
 * What to answer for a writing call that was begun before and never answered, as its tool declares: nothing where it
 * may be issued again under the same key, what `lookup` finds, or that it is in doubt and a person has to look.
 */
export async function inDoubt(
  records: readonly JournalRecord[],
  tool: AnyTool,
  { effectId, key }: { readonly effectId: string; readonly key: string },
  system: System,
): Promise<Reply | undefined> {
  const begun = records.filter((record) => record.kind === 'begun' && record.key === key);
  if (begun.length === 0 || tool.inDoubt === 'reissue') return undefined;
  const parcel = new Parcel(system);
  const doubt = (text: string): Reply => parcel.failed('tool.failed', 'in_doubt', text);
  if (tool.inDoubt === 'ask') {
    // A person has said that what another effect began under this key is to be done again.
    const isOpen = begun.some(
      (record) => 'effectId' in record && idOf(record.effectId) === idOf(effectId),
    );
    return isOpen
      ? doubt(`${tool.name} was begun, and no answer came; whether it happened is unknown`)
      : undefined;
  }
  try {
    const found = await tool.inDoubt.lookup(key);
    if (found === undefined) return undefined;
    const parsed = parse(tool.output, found);
    if (!parsed.ok) return doubt(`what ${tool.name} looked up: ${parsed.issues}`);
    const value = parcel.put(`${tool.name}.output`, parsed.value);
    return parcel.reply({ type: 'tool.returned', value });
  } catch (error) {
    return doubt(`${tool.name} could not be looked up: ${messageOf(error)}`);
  }
}

/** The answer where a tool is left alone: nothing was begun, unless an earlier attempt was that nobody knows the end of. */
export function leftAlone(
  records: readonly JournalRecord[],
  name: string,
  tool: AnyTool | undefined,
  key: string,
  system: System,
): Reply {
  const wasBegun = records.some((record) => record.kind === 'begun' && record.key === key);
  const isOpen = wasBegun && typeof tool?.inDoubt === 'string';
  const text = `${name} has failed again and again`;
  return new Parcel(system).failed('tool.failed', isOpen ? 'in_doubt' : 'unavailable', text);
}

/** The folder that the run is about; it came in with the request, or beside the input of one node. */
export function projectOf(system: System): string {
  const root = system.actors.get(rootOf(system));
  if (root === undefined) throw new RangeError(`${system.run} has no request`);
  const { request, project = request } = root.state.context as unknown as {
    readonly request: ValueRef;
    readonly project?: ValueRef;
  };
  return (resolve(system.values, project) as { project: string }).project;
}

import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { System } from '../kernel/system.ts';
import { resolve } from '../kernel/values.ts';
import { parse } from '../team/contract.ts';
import type { JournalRecord } from '../store/ports.ts';
import type { AnyTool } from '../team/agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { editionOf } from '../team/previous.ts';
import { messageOf, Parcel, type Reply } from './border.ts';
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

/** Runs the tools that the organisation's agents declare, in this process. */
export function localTools(organisation: Organisation): Tools {
  return {
    async call({ tool, input, scope, project, key, node }: ToolRequest, signal) {
      const found = toolOf(organisation, tool, node);
      if (found === undefined) throw new RangeError(`no tool ${tool}`);
      return found.run(input as never, { scope, project, key, signal });
    },
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
    return parcel.failed('tool.failed', 'threw', messageOf(error));
  }
}

/**
 * What to answer for a writing call that was begun before and never answered, as its tool declares: nothing where it
 * may be issued again under the same key, what `lookup` finds, or that a person has to look.
 */
export async function inDoubt(
  records: readonly JournalRecord[],
  tool: AnyTool,
  key: string,
  system: System,
): Promise<Reply | undefined> {
  const isBegun = records.some(({ kind, ...record }) => {
    const { effectId = '' } = record as { effectId?: string };
    return kind === 'begun' && effectId.slice(0, effectId.lastIndexOf('.')) === key;
  });
  if (!isBegun || tool.inDoubt === 'reissue') return undefined;
  const parcel = new Parcel(system);
  if (tool.inDoubt !== 'ask') {
    const found = await tool.inDoubt.lookup(key);
    if (found === undefined) return undefined;
    const parsed = parse(tool.output, found);
    if (parsed.ok)
      return parcel.reply({
        type: 'tool.returned',
        value: parcel.put(`${tool.name}.output`, parsed.value),
      });
  }
  const text = `${tool.name} was begun before a crash; whether it happened is unknown`;
  return parcel.failed('tool.failed', 'in_doubt', text);
}

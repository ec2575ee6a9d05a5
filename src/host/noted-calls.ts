import type { TaskContext } from '../../machines/task/schemas.ts';
import type { OpenEffect, System } from '../kernel/system.ts';
import type { Journal } from '../store/ports.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { Parcel, type Reply } from './border.ts';
import type { Breakers } from './breakers.ts';
import type { Tools } from './ports.ts';
import { callTool, inDoubt, leftAlone, projectOf, toolOf } from './tool-calls.ts';

interface Parts {
  readonly organisation: Organisation;
  readonly tools: Tools;
  readonly journal: Journal;
  readonly breakers: Breakers;
}

/** One try of a tool call. */
interface Attempt {
  readonly run: string;
  readonly effectId: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Makes a tool call; a write is on record before it begins, so that after a crash it is known to be in doubt. */
export async function callNoted(
  { organisation, tools, journal, breakers }: Parts,
  system: System,
  { run, effectId, key, signal }: Attempt,
  { actor, params }: OpenEffect,
): Promise<Reply | undefined> {
  const { node, state } = system.actors.get(actor) ?? {};
  const { tool: name } = params as { tool: string };
  const tool = toolOf(organisation, name, node);
  const { settings } = (state?.context ?? {}) as unknown as Partial<TaskContext>;
  const isLeft = organisation.grants?.[node?.id ?? '']?.unattended?.includes(name) === true;
  if (settings?.tools[name]?.isGranted === true && !isLeft)
    return new Parcel(system).failed(
      'tool.failed',
      'tool_not_granted',
      `${name} was left to ${node?.id ?? 'it'} when this began, and is so no more`,
    );
  const sync = tool?.effect === 'writes';
  const records = sync ? await journal.read(run) : [];
  const doubt = sync && (await inDoubt(records, tool, { effectId, key }, system));
  if (doubt) return doubt;
  const make = async () => {
    await journal.append([{ kind: 'begun', run, effectId, key }], { sync });
    // A stop may have been committed while the record was being written.
    if (signal.aborted) return undefined;
    const call = { params, key, project: projectOf(system), ...(node && { node }) };
    return callTool(tools, system, tool, call, signal);
  };
  const whose = { endpoint: `tool ${name}`, agent: node?.id ?? '', signal };
  return breakers.through(whose, make, () => leftAlone(records, name, tool, key, system));
}

import { scopeOfRun } from '../../machines/protocol/scope.ts';
import type { Desk } from '../host/desk.ts';
import { isRunName } from '../host/lessons.ts';
import type { MemoryCommand } from '../memory/command.ts';
import { isOpen, type MemoryRecord } from '../memory/record.ts';
import { openProject } from '../workspace/project.ts';
import { atDesk } from './commands.ts';
import { columns, dayText, jsonText, oneLine } from './print.ts';

export interface MemoryFlags {
  readonly project: string;
  readonly scope?: string;
  readonly json?: boolean;
}

const standing = (record: MemoryRecord): string => {
  const { isHeld, isSettled, kind } = record;
  if (isHeld) return 'held';
  if (kind === 'lesson' && isSettled) return 'settled';
  if (kind !== 'decision' && kind !== 'promise') return '';
  return isOpen(record) ? 'open' : 'settled';
};

function rowOf(record: MemoryRecord): string[] {
  const { id, kind, text, who, author, at } = record;
  const what = who === undefined ? text : `${who ?? 'nobody'}: ${text}`;
  return [id, kind, standing(record), oneLine(what), oneLine(`${author}, ${dayText(at)}`)];
}

/** `nova memory`: what is known in a project's scope, and what is done with it. */
export async function memory(
  open: () => Promise<Desk>,
  command: MemoryCommand,
  { project, scope, json }: MemoryFlags,
): Promise<number> {
  const where = scope ?? (await openProject(project)).scope;
  return atDesk(open, async (desk) => {
    const records = await desk.memory(where, command);
    const text = records.length === 0 ? 'nothing' : columns(records.map(rowOf));
    const done = command.is === 'forget' ? `forgotten: ${text}` : text;
    process.stdout.write(`${json ? jsonText(records) : done}\n`);
    return 0;
  });
}

/** `nova correct`: a person says who takes a request, by its text or by the run that was asked. */
export function correct(
  open: () => Promise<Desk>,
  [request, agent]: readonly [string, string],
  { scope, ...flags }: MemoryFlags,
): Promise<number> {
  const who = agent === 'nobody' ? null : agent;
  const where = scope ?? (isRunName(request) ? scopeOfRun(request) : undefined);
  return memory(
    open,
    { is: 'correct', request, who },
    { ...flags, ...(where && { scope: where }) },
  );
}

import type { Desk } from '../host/desk.ts';
import type { MemoryCommand } from '../memory/command.ts';
import { isOpen, type MemoryRecord } from '../memory/record.ts';
import { openProject } from '../workspace/project.ts';
import { atDesk } from './commands.ts';
import { columns, jsonText, oneLine } from './print.ts';

export interface MemoryFlags {
  readonly project: string;
  readonly scope?: string;
  readonly json?: boolean;
}

const standing = (record: MemoryRecord): string => {
  const { isHeld, kind } = record;
  if (isHeld) return 'held';
  if (kind !== 'decision' && kind !== 'promise') return '';
  return isOpen(record) ? 'open' : 'settled';
};

function rowOf(record: MemoryRecord): string[] {
  const { id, kind, text, author, at } = record;
  const since = new Date(at).toISOString().slice(0, 10);
  return [id, kind, standing(record), oneLine(text), oneLine(`${author}, ${since}`)];
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

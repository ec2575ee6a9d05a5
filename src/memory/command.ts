import * as z from 'zod';
import type { Memory } from './memory.ts';
import { Note, type MemoryRecord } from './record.ts';

const words = z.string().max(2_000);
const id = z.string().max(64);
/** What a person may do with what is known in a scope. */
export const MemoryCommand = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('list') }),
  z.strictObject({ is: z.literal('search'), words }),
  Note.extend({ is: z.literal('note') }),
  /** What was said of who takes requests like some words. */
  z.strictObject({ is: z.literal('lessons'), words }),
  /** Says who takes a request, by its text or by the run that was asked; null: nobody here. */
  z.strictObject({ is: z.literal('correct'), request: words, who: z.string().max(64).nullable() }),
  z.strictObject({ is: z.literal('accept'), id }),
  z.strictObject({ is: z.literal('settle'), id }),
  z.strictObject({ is: z.literal('forget'), id }),
]);
export type MemoryCommand = z.input<typeof MemoryCommand>;

/** As much as a person reads. */
const SEARCH_TOKENS = 4_000;

/** Carries it out; resolves with what was found, or the record that it is about. @throws as `Memory`. */
export async function carryOut(
  memory: Memory,
  scope: string,
  command: Exclude<MemoryCommand, { is: 'correct' }>,
  author: string,
): Promise<MemoryRecord[]> {
  switch (command.is) {
    case 'list':
      return memory.list(scope);
    case 'search':
      return [...(await memory.recall(scope, command.words, SEARCH_TOKENS)).records];
    case 'lessons':
      return memory.lessons(scope, command.words);
    case 'note': {
      const { is: _, ...note } = command;
      return [await memory.note(scope, note, { author, isHeld: false })];
    }
    case 'accept':
    case 'settle':
    case 'forget':
      return [await memory[command.is](scope, command.id)];
  }
}

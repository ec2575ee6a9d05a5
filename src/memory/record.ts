import * as z from 'zod';
import { MemoryContext, RecordKind, type Kept } from '../../machines/memory.ts';
import type { Lesson } from '../../machines/protocol/roles.ts';
import type { System } from '../kernel/system.ts';

/** The longest record: it is a sentence or a few, not a document. */
export const MAX_RECORD_CHARS = 2_000;

/** What is kept of a record as its value. */
export const Words = z.strictObject({
  text: z.string().min(1).max(MAX_RECORD_CHARS),
  /** Who says so: a principal, or an agent. */
  author: z.string(),
  /** The run in which it was said, where it was in one. */
  run: z.string().optional(),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Of a lesson: who takes such a request; null where nobody should. */
  who: z.string().nullable().optional(),
  /** Until when it counts. */
  until: z.number().optional(),
});
type Words = z.output<typeof Words>;

/** Something that is known in a scope, and how it stands. */
export interface MemoryRecord extends Words, Omit<Kept, 'record'> {
  readonly id: string;
  readonly scope: string;
}

/** True for a decision or a promise until it is settled. */
export const isOpen = ({ kind, isSettled }: Pick<MemoryRecord, 'kind' | 'isSettled'>): boolean =>
  (kind === 'decision' || kind === 'promise') && !isSettled;

/** A record that says who takes a request. */
export type TaughtRecord = MemoryRecord & Lesson;

/** True for a lesson that counts. */
export const isTaught = (record: MemoryRecord): record is TaughtRecord =>
  record.kind === 'lesson' && record.who !== undefined && !record.isHeld && !record.isSettled;

/** The records of a memory, oldest first. */
export function recordsOf({ scope, actors, values }: System): MemoryRecord[] {
  const { records } = MemoryContext.parse(actors.get('memory')?.state.context ?? { records: {} });
  const known = Object.entries(records).flatMap(([id, { record, ...stands }]) => {
    const words = Words.safeParse(values.get(record.hash));
    return words.success ? [{ id, scope, ...stands, ...words.data }] : [];
  });
  return known.toSorted((a, b) => a.at - b.at);
}

/** What may be said of one that is to be noted. */
export const Note = z.strictObject({
  kind: RecordKind.exclude(['lesson']).default('fact'),
  text: z.string().trim().min(1).max(MAX_RECORD_CHARS),
  /** How long it counts; default for ever. */
  freshMs: z.int().min(1).optional(),
});
export type Note = z.input<typeof Note>;

/** A request, and who takes it. */
export const Taught = Note.pick({ text: true }).extend({ who: z.string().nullable() });

import * as z from 'zod';
import { canonical } from '../kernel/canonical.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { NotKeepableError } from '../errors/not-keepable-error.ts';
import { TooLargeError } from '../errors/too-large-error.ts';
import type { JournalRecord } from './ports.ts';

/** The largest record: a blob is a model's answer or a document, not a film. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** What canonical() has printed or JSON.parse has read is JSON already; z.json() would drop `__proto__`. */
const json = z.custom<Json>((value) => value !== undefined);

const recordSchema: z.ZodType<JournalRecord> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('committed'),
    run: z.string(),
    seq: z.int().nonnegative(),
    incoming: json,
    outbox: json,
    digest: z.string(),
  }),
  z.strictObject({
    kind: z.literal('begun'),
    run: z.string(),
    effectId: z.string(),
    key: z.string(),
    prompt: z.array(z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('blob'), run: z.string(), hash: z.string(), value: json }),
  z.strictObject({
    kind: z.literal('checkpoint'),
    run: z.string(),
    seq: z.int().nonnegative(),
    digest: z.string(),
    values: z.array(z.string()),
    system: json,
  }),
  z.strictObject({ kind: z.literal('forgotten'), run: z.string(), hashes: z.array(z.string()) }),
]);

/**
 * A record's canonical text.
 * @throws NotKeepableError for one of another shape, NotJsonError for a value that is not JSON,
 *   TooLargeError above `maxBytes`.
 */
export function encodeRecord(record: JournalRecord, maxBytes = MAX_RECORD_BYTES): string {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) throw new NotKeepableError('journal record', issueOf(parsed.error).problem);
  const text = canonical(record as unknown as Json);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new TooLargeError(`${record.kind} record`, bytes, maxBytes);
  return text;
}

/** Reads a record back. @throws CorruptFileError for a text that no version of ours wrote. */
export function decodeRecord(text: string, file: string, place: string): JournalRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CorruptFileError(file, place, 'this is no journal record', { cause });
  }
}

/** The first issue of a refused value, without the value. */
export function issueOf(error: z.ZodError): { readonly place: string; readonly problem: string } {
  const issue = error.issues[0];
  const place = issue === undefined ? '' : z.core.toDotPath(issue.path);
  const problem = issue?.message ?? 'it does not fit its schema';
  return { place: place === '' ? 'its top' : place, problem };
}

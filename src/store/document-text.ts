import type * as z from 'zod';
import { canonical } from '../kernel/canonical.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { NotKeepableError } from '../errors/not-keepable-error.ts';
import { TooLargeError } from '../errors/too-large-error.ts';
import { readAtMost, systemFiles, unavailable } from './files.ts';
import { issueOf } from './journal-record.ts';

/** A document is rewritten whole at each change: what grows belongs in the journal. */
export const MAX_DOCUMENT_BYTES = 1_000_000;

/**
 * A document's text as UTF-8, laid out for people's eyes.
 * @throws NotKeepableError for a value that does not fit its schema, NotJsonError for one that is not
 *   JSON, TooLargeError above 1 MB.
 */
export function encodeDocument(name: string, schema: z.ZodType, value: unknown): Buffer {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const { place, problem } = issueOf(parsed.error);
    throw new NotKeepableError(`document ${name}`, `at ${place}: ${problem}`, {
      cause: parsed.error,
    });
  }
  const bytes = Buffer.from(`${canonical(parsed.data as Json, 2)}\n`);
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw new TooLargeError(`document ${name}`, bytes.length, MAX_DOCUMENT_BYTES);
  return bytes;
}

/** Reads a document that lies elsewhere. @throws CorruptFileError naming the place; StoreUnavailableError where it cannot be read. */
export async function readDocument<S extends z.ZodType>(
  file: string,
  schema: S,
  maxBytes: number,
): Promise<z.output<S>> {
  const bytes = await readAtMost(systemFiles, file, maxBytes).catch((cause: unknown) => {
    throw unavailable(file, cause);
  });
  return decodeDocument(file, schema, bytes);
}

/** Reads a document back. @throws CorruptFileError naming the place, for whatever is wrong with it. */
export function decodeDocument<S extends z.ZodType>(
  file: string,
  schema: S,
  bytes: Uint8Array,
): z.output<S> {
  const parsed = schema.safeParse(parseJson(file, decodeText(file, bytes)));
  if (parsed.success) return parsed.data;
  const { place, problem } = issueOf(parsed.error);
  throw new CorruptFileError(file, place, problem, { cause: parsed.error });
}

function decodeText(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const place = `byte ${firstBadByte(bytes)}`;
    throw new CorruptFileError(file, place, 'it is not UTF-8', { cause });
  }
}

/** The place is where the text that can be read differs first from the bytes. */
function firstBadByte(bytes: Uint8Array): number {
  const readable = Buffer.from(Buffer.from(bytes).toString('utf8'));
  const at = readable.findIndex((byte, index) => byte !== bytes[index]);
  return at < 0 ? bytes.length : at;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const at = /position (\d+)/.exec(String(cause))?.[1];
    const place = at === undefined ? 'its end' : `character ${at}`;
    throw new CorruptFileError(file, place, 'it is not JSON', { cause });
  }
}

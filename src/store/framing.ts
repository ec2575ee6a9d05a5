import { crc32 } from 'node:zlib';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';

/** The first bytes of each segment: what it is and in which version. */
export const HEADER = Buffer.from('nova-journal 01\n', 'latin1');
/** Before each record: its length and its checksum, both u32, little endian. */
export const FRAME_BYTES = 8;
const LENGTH_BYTES = 4;

/** A record as it lies in the file. The checksum covers the length too, so that zeros are no record. */
export function frame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const framed = Buffer.allocUnsafe(FRAME_BYTES + bytes);
  framed.writeUInt32LE(bytes, 0);
  framed.write(text, FRAME_BYTES, 'utf8');
  framed.writeUInt32LE(checksum(framed), LENGTH_BYTES);
  return framed;
}

/** What stands at a place of a segment: a whole record, or why there is none. */
export type Framed =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly why: string };

/** Reads the record that begins at `offset`; `bytes` is its length with the frame. */
export function unframe(segment: Buffer, offset: number): Framed {
  const left = segment.length - offset;
  if (left < FRAME_BYTES) return { ok: false, why: 'a record breaks off' };
  const bytes = FRAME_BYTES + segment.readUInt32LE(offset);
  if (bytes > left) return { ok: false, why: 'a record breaks off' };
  const framed = segment.subarray(offset, offset + bytes);
  if (framed.readUInt32LE(LENGTH_BYTES) !== checksum(framed))
    return { ok: false, why: 'a record does not have its checksum' };
  return { ok: true, text: framed.toString('utf8', FRAME_BYTES), bytes };
}

/** Holds a file to be a segment of ours. @throws CorruptFileError for anything else. */
export function checkHeader(file: string, segment: Buffer): void {
  if (segment.subarray(0, HEADER.length).equals(HEADER)) return;
  throw new CorruptFileError(file, 'byte 0', 'it does not begin as a journal of version 1 does');
}

function checksum(framed: Buffer): number {
  return crc32(framed.subarray(FRAME_BYTES), crc32(framed.subarray(0, LENGTH_BYTES)));
}

import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';

/** The first bytes of each segment: what it is and in which version. */
export const HEADER = Buffer.from('nova-journal 04\n', 'latin1');
/** Before each record: its length and its checksum, both u32, little endian. */
export const FRAME_BYTES = 8;
const LENGTH_BYTES = 4;
/** In the length, which no record fills: when this one was written, all before it was on the disk. */
const AFTER_SYNC = 0x8000_0000;
/** Each record is an object with keys. */
const OPENING = Buffer.from('{"');

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
  | {
      readonly ok: true;
      readonly text: string;
      readonly bytes: number;
      readonly isAfterSync: boolean;
    }
  | { readonly ok: false; readonly why: string };

/** Reads the record that begins at `offset`; `bytes` is its length with the frame. */
export function unframe(segment: Buffer, offset: number): Framed {
  const left = segment.length - offset;
  if (left < FRAME_BYTES) return { ok: false, why: 'a record breaks off' };
  const length = segment.readUInt32LE(offset);
  const bytes = FRAME_BYTES + (length & ~AFTER_SYNC);
  if (bytes > left) return { ok: false, why: 'a record breaks off' };
  const framed = segment.subarray(offset, offset + bytes);
  if (framed.readUInt32LE(LENGTH_BYTES) !== checksum(framed))
    return { ok: false, why: 'a record does not have its checksum' };
  const isAfterSync = length >= AFTER_SYNC;
  const body = framed.subarray(FRAME_BYTES);
  // No crash does that under a checksum that fits: an empty text is no record, and refused as such.
  return { ok: true, text: isUtf8(body) ? body.toString('utf8') : '', bytes, isAfterSync };
}

/** Notes in the first of some records that all before it was on the disk when it was written. */
export function markAfterSync(records: Buffer): void {
  const length = records.readUInt32LE(0);
  if (length >= AFTER_SYNC) return;
  records.writeUInt32LE(length + AFTER_SYNC, 0);
  records.writeUInt32LE(checksum(records.subarray(0, FRAME_BYTES + length)), LENGTH_BYTES);
}

/** What stands behind damage: how many whole records, and whether one of them shows that what is damaged had been synced. */
export function wholeBehind(
  segment: Buffer,
  damage: number,
): { readonly records: number; readonly isSynced: boolean } {
  let records = 0;
  let isSynced = false;
  // A damaged length says nothing of where the next one begins, so each place that may be one is tried.
  for (let at = damage + 1; (at = segment.indexOf(OPENING, at + FRAME_BYTES) - FRAME_BYTES) >= 0;) {
    const found = unframe(segment, at);
    if (!found.ok) {
      at += 1;
      continue;
    }
    records += 1;
    isSynced ||= found.isAfterSync;
    at += found.bytes;
  }
  return { records, isSynced };
}

/** A segment without the zeros that were reserved behind its last record; no record ends with one. */
export function trimmed(segment: Buffer): Buffer {
  let end = segment.length;
  while (end > 0 && segment[end - 1] === 0) end -= 1;
  return segment.subarray(0, end);
}

/** Holds a file to be a segment of ours. @throws CorruptFileError for anything else. */
export function checkHeader(file: string, segment: Buffer): void {
  if (segment.subarray(0, HEADER.length).equals(HEADER)) return;
  throw new CorruptFileError(file, 'byte 0', 'it does not begin as a journal of version 4 does');
}

function checksum(framed: Buffer): number {
  return crc32(framed.subarray(FRAME_BYTES), crc32(framed.subarray(0, LENGTH_BYTES)));
}

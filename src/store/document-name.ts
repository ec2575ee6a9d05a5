import { NotKeepableError } from '../errors/not-keepable-error.ts';

/** Longer names would make paths that some file systems refuse. */
const MAX_NAME_CHARS = 400;
/** A longer part goes on in a folder below: a file name may have 255 bytes, a temporary one more. */
const MAX_PIECE_CHARS = 120;
const GOES_ON = '~';
const PLAIN = /^[a-z0-9_-]$/;
/** Names that Windows keeps for devices. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The path of a document below its folder, without the ending: one part for each part of the name.
 * Lower-case letters, digits, `-` and `_` stand as they are, every other byte as `%xx`, so that no two
 * names meet on a disk that knows no case and no name leaves its folder.
 * @throws NotKeepableError for an empty name or part, above 400 characters, or half a surrogate pair.
 */
export function encodeName(name: string): string[] {
  const parts = name.split('/');
  if (name.length > MAX_NAME_CHARS)
    throw new NotKeepableError('document name', `it has more than ${MAX_NAME_CHARS} characters`);
  if (parts.includes('') || !name.isWellFormed())
    throw new NotKeepableError(`document ${JSON.stringify(name)}`, 'this is no name of a document');
  return parts.flatMap((part) => pieces(encodePart(part)));
}

/** The name that stands behind a path of `encodeName`; undefined for any other path. */
export function decodeName(path: readonly string[]): string | undefined {
  const joined = path.map((piece) => (piece.endsWith(GOES_ON) ? piece.slice(0, -1) : `${piece}/`));
  const encoded = joined.join('').slice(0, -1);
  if (!/^(?:[a-z0-9_/-]|%[0-9a-f]{2})+$/.test(encoded)) return undefined;
  try {
    const name = decodeURIComponent(encoded);
    return encodeName(name).join('/') === path.join('/') ? name : undefined;
  } catch {
    // Not UTF-8, or no name: somebody else's file.
    return undefined;
  }
}

/** The folder below which all names with this prefix lie. @throws NotKeepableError as `encodeName`. */
export function encodeFolder(prefix: string): string[] {
  const end = prefix.lastIndexOf('/');
  return end < 0 ? [] : encodeName(prefix.slice(0, end));
}

function encodePart(part: string): string {
  const isReserved = RESERVED.test(part);
  return [...Buffer.from(part)]
    .map((byte, at) => {
      const letter = String.fromCharCode(byte);
      if (PLAIN.test(letter) && !(isReserved && at === 0)) return letter;
      return `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function pieces(part: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < part.length; at += MAX_PIECE_CHARS) {
    const piece = part.slice(at, at + MAX_PIECE_CHARS);
    found.push(at + MAX_PIECE_CHARS < part.length ? piece + GOES_ON : piece);
  }
  return found;
}

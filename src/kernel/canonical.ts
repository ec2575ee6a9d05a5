import { hash } from 'node:crypto';
import type { Json } from '../../machines/protocol/values.ts';
import { NotJsonError } from './not-json-error.ts';
import { Table } from './table.ts';

/** Deeper values are refused before the stack ends; it also stops a value that contains itself. */
const MAX_DEPTH_LEVELS = 512;
/** Keys are anybody's words: an error shows no more of the way to a place than this. */
const MAX_PLACE_CHARS = 200;

/** A short text is looked through by hand: JSON.stringify takes longer to be called than for its work. */
const MAX_SHORT_CHARS = 64;

/** Where the printer stands; not noted at first: it is asked for only when something is refused. */
type Path = (string | number)[] | undefined;

/**
 * The one text of a value: equal values give equal text, and `JSON.parse` gives the value back exactly.
 * Keys are sorted by code unit; -0 stays `-0`; a lone surrogate becomes its escape; a key whose value is
 * undefined is left out, as JSON does; a table is printed as the object that it stands for.
 * @param indentSpaces for people's eyes; default 0, all in one line.
 * @throws NotJsonError for NaN, Infinity, a bigint, a function, a symbol, undefined in a list, an object of
 *   a class (a Date, a Map, an Error), a hole, and more than 512 levels.
 */
export function canonical(value: Json, indentSpaces = 0): string {
  try {
    return print(value, 0, indentSpaces, undefined);
  } catch (error) {
    // Once more, to say where.
    if (error instanceof NotJsonError) print(value, 0, indentSpaces, []);
    throw error;
  }
}

/** The name of a value: SHA-256 of its canonical text, in hex. @throws NotJsonError as `canonical`. */
export function hashOf(value: Json): string {
  return hashOfText(canonical(value));
}

/** The same, of a canonical text. */
export const hashOfText = (text: string): string => hash('sha256', text, 'hex');

function print(value: unknown, level: number, spaces: number, path: Path): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw refuse(path, String(value));
      return Object.is(value, -0) ? '-0' : String(value);
    case 'object':
      if (value === null) return 'null';
      if (level >= MAX_DEPTH_LEVELS) throw refuse(path, 'nested too deeply');
      return Array.isArray(value)
        ? printList(value, level, spaces, path)
        : printObject(value, level, spaces, path);
    case 'undefined':
      throw refuse(path, 'undefined');
    default:
      throw refuse(path, `a ${typeof value}`);
  }
}

function quoted(text: string): string {
  if (text.length > MAX_SHORT_CHARS) return JSON.stringify(text);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const isEscaped = unit < 0x20 || unit === 0x22 || unit === 0x5c || unit >= 0xd800;
    if (isEscaped) return JSON.stringify(text);
  }
  return `"${text}"`;
}

function printList(list: readonly unknown[], level: number, spaces: number, path: Path): string {
  let text = '';
  // By index, because map() would step over a hole.
  for (let at = 0; at < list.length; at += 1) {
    path?.push(at);
    text += before(at > 0, level, spaces) + print(list[at], level + 1, spaces, path);
    path?.pop();
  }
  return `[${text}${after(text, level, spaces)}]`;
}

function printObject(object: object, level: number, spaces: number, path: Path): string {
  if (object instanceof Table) return printObject(object.toJSON(), level, spaces, path);
  if (!isPlain(object)) throw refuse(path, 'an object of a class');
  const fields = object as Record<string, unknown>;
  const colon = spaces > 0 ? ': ' : ':';
  let text = '';
  for (const key of sorted(Object.keys(fields))) {
    const value = fields[key];
    if (value === undefined) continue;
    path?.push(key);
    const name = before(text !== '', level, spaces) + quoted(key) + colon;
    text += name + print(value, level + 1, spaces, path);
    path?.pop();
  }
  return `{${text}${after(text, level, spaces)}}`;
}

/** In order; most are so already. */
function sorted(keys: string[]): string[] {
  for (let at = 1; at < keys.length; at += 1)
    if ((keys[at - 1] as string) > (keys[at] as string)) return keys.toSorted();
  return keys;
}

/** Asks for the shape of the prototype, not for `Object.prototype`: another realm has its own. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    Object.getPrototypeOf(prototype) === null
  );
}

/** What stands before an item. */
function before(isLater: boolean, level: number, spaces: number): string {
  const comma = isLater ? ',' : '';
  return spaces === 0 ? comma : `${comma}\n${' '.repeat(spaces * (level + 1))}`;
}

/** What stands behind the last one. */
const after = (items: string, level: number, spaces: number): string =>
  spaces === 0 || items === '' ? '' : `\n${' '.repeat(spaces * level)}`;

function refuse(path: Path, problem: string): NotJsonError {
  const place = (path ?? [])
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('');
  return new NotJsonError(`$${place}`.slice(0, MAX_PLACE_CHARS), problem);
}

import { hash } from 'node:crypto';
import type { Json } from '../../machines/protocol/values.ts';
import { NotJsonError } from './not-json-error.ts';

/** Deeper values are refused before the stack ends; it also stops a value that contains itself. */
const MAX_DEPTH_LEVELS = 512;
/** Keys are anybody's words: an error shows no more of the way to a place than this. */
const MAX_PLACE_CHARS = 200;

type Path = (string | number)[];

/**
 * The one text of a value: equal values give equal text, and `JSON.parse` gives the value back exactly.
 * Keys are sorted by code unit; -0 stays `-0`; a lone surrogate becomes its escape; a key whose value is
 * undefined is left out, as JSON does.
 * @param indentSpaces for people's eyes; default 0, all in one line.
 * @throws NotJsonError for NaN, Infinity, a bigint, a function, a symbol, undefined in a list, an object of
 *   a class (a Date, a Map, an Error), a hole, and more than 512 levels.
 */
export function canonical(value: Json, indentSpaces = 0): string {
  return print(value, [], indentSpaces);
}

/** The name of a value: SHA-256 of its canonical text, in hex. @throws NotJsonError as `canonical`. */
export function hashOf(value: Json): string {
  return hash('sha256', canonical(value), 'hex');
}

function print(value: unknown, path: Path, indentSpaces: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw refuse(path, String(value));
      return Object.is(value, -0) ? '-0' : String(value);
    case 'object':
      if (value === null) return 'null';
      if (path.length >= MAX_DEPTH_LEVELS) throw refuse(path, 'nested too deeply');
      return Array.isArray(value)
        ? printList(value, path, indentSpaces)
        : printObject(value, path, indentSpaces);
    case 'undefined':
      throw refuse(path, 'undefined');
    default:
      throw refuse(path, `a ${typeof value}`);
  }
}

function printList(list: readonly unknown[], path: Path, indentSpaces: number): string {
  const parts: string[] = [];
  // By index, because map() would step over a hole.
  for (let at = 0; at < list.length; at += 1) {
    path.push(at);
    parts.push(print(list[at], path, indentSpaces));
    path.pop();
  }
  return enclose('[', parts, ']', path.length, indentSpaces);
}

function printObject(object: object, path: Path, indentSpaces: number): string {
  if (!isPlain(object)) throw refuse(path, 'an object of a class');
  const fields = object as Record<string, unknown>;
  const colon = indentSpaces > 0 ? ': ' : ':';
  const parts: string[] = [];
  for (const key of Object.keys(fields).toSorted()) {
    const value = fields[key];
    if (value === undefined) continue;
    path.push(key);
    parts.push(JSON.stringify(key) + colon + print(value, path, indentSpaces));
    path.pop();
  }
  return enclose('{', parts, '}', path.length, indentSpaces);
}

/** Asks for the shape of the prototype, not for `Object.prototype`: another realm has its own. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function enclose(open: string, parts: string[], close: string, level: number, spaces: number) {
  if (spaces === 0 || parts.length === 0) return open + parts.join(',') + close;
  const outer = `\n${' '.repeat(spaces * level)}`;
  const inner = outer + ' '.repeat(spaces);
  return open + inner + parts.join(`,${inner}`) + outer + close;
}

function refuse(path: Path, problem: string): NotJsonError {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return new NotJsonError(`$${place}`.slice(0, MAX_PLACE_CHARS), problem);
}

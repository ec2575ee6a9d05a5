import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import type { AnyAgent } from '../team/agent.ts';
import type { Contract } from '../team/contract.ts';

/** Stands for whatever somebody else wrote. */
const TEXT = '[text]';

const known = new WeakMap<Contract, ReadonlySet<string>>();

/** The words that a contract itself spells out: names of keys, enumerated words, constants. */
function wordsOf(contract: Contract): ReadonlySet<string> {
  const words = new Set<string>();
  const spell = (word: unknown): void => void (typeof word === 'string' && words.add(word));
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const {
      properties,
      enum: choices,
      const: constant,
      ...rest
    } = schema as Record<string, unknown>;
    for (const key of Object.keys(properties ?? {})) spell(key);
    for (const choice of (choices ?? []) as readonly unknown[]) spell(choice);
    spell(constant);
    for (const part of [...Object.values(properties ?? {}), ...Object.values(rest)]) walk(part);
  };
  walk(z.toJSONSchema(contract, { io: 'output', unrepresentable: 'any' }));
  return words;
}

/** A value in which every word is one of these; numbers and truth values stay. */
function masked(value: Json, words: ReadonlySet<string>): Json {
  if (typeof value === 'string') return words.has(value) ? value : TEXT;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => masked(item, words));
  const entries = Object.entries(value).map(([key, item], at): [string, Json] => [
    words.has(key) ? key : `${TEXT.slice(0, -1)} ${at + 1}]`,
    masked(item as Json, words),
  ]);
  return Object.fromEntries(entries);
}

/**
 * What a model is told to do. Its author sees of the input only what the contract spells out: what others wrote stands in the
 * input, as material, and cannot become an order.
 */
export function instructionsOf({ instructions, input: contract }: AnyAgent, input: Json): string {
  let words = known.get(contract);
  if (words === undefined) known.set(contract, (words = wordsOf(contract)));
  return instructions?.(masked(input, words) as never) ?? '';
}

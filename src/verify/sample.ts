import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { parse, type Contract } from '../team/contract.ts';
import type { AnyNode } from '../team/gathered.ts';

/** A deeper contract is sampled by its examples, or not at all. */
const MAX_DEPTH = 12;
const WORDS = [
  'a',
  'main',
  '2026-01-01',
  '2026-01-01T00:00:00Z',
  'a@example.org',
  'https://example.org',
  '0',
];

/** What of a JSON schema is read here. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
}

function text({ minLength = 0, pattern }: Schema): string {
  const words = [...WORDS, 'a'.repeat(64), '0'.repeat(64)].map((word) =>
    word.padEnd(minLength, 'a'),
  );
  return words.find((word) => pattern === undefined || new RegExp(pattern, 'u').test(word)) ?? '';
}

function number({ minimum, exclusiveMinimum, maximum }: Schema): number {
  const least = exclusiveMinimum === undefined ? (minimum ?? 0) : exclusiveMinimum + 1;
  const from = Math.max(0, least);
  return maximum !== undefined && from > maximum ? maximum : from;
}

function valueOf(schema: Schema, depth: number): Json {
  if (depth > MAX_DEPTH) return null;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  const [one] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (one !== undefined) return valueOf(one, depth + 1);
  switch (schema.type) {
    case 'object': {
      const needed = (schema.required ?? []).map(
        (key) => [key, schema.properties?.[key] ?? {}] as const,
      );
      return Object.fromEntries(needed.map(([key, of]) => [key, valueOf(of, depth + 1)]));
    }
    case 'array': {
      if (schema.prefixItems !== undefined)
        return schema.prefixItems.map((item) => valueOf(item, depth + 1));
      return Array.from({ length: schema.minItems ?? 0 }, () =>
        valueOf(schema.items ?? {}, depth + 1),
      );
    }
    case 'string':
      return text(schema);
    case 'number':
    case 'integer':
      return number(schema);
    case 'boolean':
      return false;
    default:
      return null;
  }
}

/** A smallest value that meets a contract; undefined where none is found, and an example is needed. */
export function sampleOf(contract: Contract): Json | undefined {
  const schema = z.toJSONSchema(contract, { unrepresentable: 'any', io: 'input' }) as Schema;
  const parsed = parse(contract, valueOf(schema, 0));
  return parsed.ok ? parsed.value : undefined;
}

/** What its definition shows that a node may be handed. */
export function shownTo(node: AnyNode): readonly Json[] {
  if ('inputs' in node) return node.inputs;
  return 'examples' in node ? node.examples.map(({ input }) => input as Json) : [];
}

/** What a node may be handed: as its definition shows, else a smallest value or a request of its own; none where neither fits. */
export function inputsOf(node: AnyNode): readonly Json[] {
  const shown = shownTo(node);
  const asked = node.asks
    .map((ask) => ({ text: ask }))
    .find((input) => parse(node.input, input).ok);
  if (shown.length > 0) return shown;
  const sample = sampleOf(node.input);
  return [sample === undefined ? asked : sample].filter((one) => one !== undefined);
}

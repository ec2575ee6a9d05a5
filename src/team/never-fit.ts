/** What of a JSON schema is looked at; whatever else it says only narrows it. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly patternProperties?: unknown;
  readonly items?: Shape | false;
  readonly prefixItems?: readonly Shape[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

const MAX_DEPTH = 8;
const MAX_ITEMS = 20;
const ALL = ['null', 'boolean', 'number', 'string', 'array', 'object'];

const plain = (type: string): string => (type === 'integer' ? 'number' : type);
const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
const optionsOf = ({ anyOf, oneOf }: Shape): readonly Shape[] | undefined => anyOf ?? oneOf;
const valuesOf = (shape: Shape): readonly unknown[] | undefined =>
  'const' in shape ? [shape.const] : shape.enum;

/** The types that a value of it may have. */
export function typesOf(shape: Shape): readonly string[] {
  const { type } = shape;
  if (type !== undefined) return [type].flat().map(plain);
  const types = valuesOf(shape)?.map(typeOf) ?? optionsOf(shape)?.flatMap(typesOf) ?? ALL;
  return [...new Set(types)];
}

function mayBe(value: unknown, shape: Shape): boolean {
  if (!typesOf(shape).includes(typeOf(value))) return false;
  const text = JSON.stringify(value);
  const values = valuesOf(shape);
  if (values?.every((one) => JSON.stringify(one) !== text)) return false;
  return optionsOf(shape)?.some((one) => mayBe(value, one)) ?? true;
}

/** Whether both bounds of one cannot be kept with those of the other. */
const apart = (least: (number | undefined)[], most: (number | undefined)[]): boolean =>
  Math.max(...least.map((one) => one ?? -Infinity)) >
  Math.min(...most.map((one) => one ?? Infinity));

function objectsNeverFit(a: Shape, b: Shape, depth: number): boolean {
  return [...(a.required ?? []), ...(b.required ?? [])].some((key) => {
    const [own, other] = [a, b].map(({ properties = {} }) =>
      Object.hasOwn(properties, key) ? properties[key] : undefined,
    );
    if (own !== undefined && other !== undefined) return neverFit(own, other, depth);
    const [lacking] = own === undefined ? [a] : [b];
    return lacking?.additionalProperties === false && lacking.patternProperties === undefined;
  });
}

function arraysNeverFit(a: Shape, b: Shape, depth: number): boolean {
  const least = Math.max(a.minItems ?? 0, b.minItems ?? 0);
  return Array.from({ length: Math.min(least, MAX_ITEMS) }).some((_, at) => {
    const [own, other] = [a, b].map(({ prefixItems, items }) => prefixItems?.[at] ?? items);
    return own && other ? neverFit(own, other, depth) : false;
  });
}

/**
 * Whether no value can be of both shapes. Where it cannot be told it says no: references, patterns, `allOf` and refinements are not
 * looked at, and an empty array fits whatever its items would be.
 */
export function neverFit(a: Shape, b: Shape, depth = MAX_DEPTH): boolean {
  if (depth === 0) return false;
  const next = depth - 1;
  const common = typesOf(a).filter((type) => typesOf(b).includes(type));
  if (common.length === 0) return true;
  if (valuesOf(a)?.every((value) => !mayBe(value, b))) return true;
  if (valuesOf(b)?.every((value) => !mayBe(value, a))) return true;
  if (optionsOf(a)?.every((one) => neverFit(one, b, next))) return true;
  if (optionsOf(b)?.every((one) => neverFit(a, one, next))) return true;
  if (common.length > 1) return false;
  switch (common[0]) {
    case 'object':
      return objectsNeverFit(a, b, next);
    case 'array':
      return (
        apart([a.minItems, b.minItems], [a.maxItems, b.maxItems]) || arraysNeverFit(a, b, next)
      );
    case 'string':
      return apart([a.minLength, b.minLength], [a.maxLength, b.maxLength]);
    case 'number':
      return apart([a.minimum, b.minimum], [a.maximum, b.maximum]);
    default:
      return false;
  }
}

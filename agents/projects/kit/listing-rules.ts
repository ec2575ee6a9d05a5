import { inCode } from 'nova-agents/tools';
import * as z from 'zod';

const words = z.array(z.string().min(1)).max(500);
const Length = z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() });
const Money = z.strictObject({
  min: z.number().min(0).optional(),
  max: z.number().min(0).optional(),
});

const Category = z.strictObject({
  /** Attributes that must not be empty. */
  required: words.optional(),
  /** For an attribute, the only values that it may have. */
  values: z.record(z.string(), words).optional(),
  price: Money.optional(),
});

/** What a marketplace wants of its listings; whatever is left out is not asked for. */
const Rules = z.strictObject({
  /** Files, or folders that end in `/`. */
  listings: words.optional(),
  currencies: words.optional(),
  title: Length.optional(),
  description: Length.optional(),
  price: Money.optional(),
  images: Length.optional(),
  /** Words or phrases that may not stand in a title or a description. */
  forbidden: words.optional(),
  /** Columns that no two listings share, over all files. */
  unique: words.optional(),
  /** True: every listing has an EAN. */
  eanRequired: z.boolean().optional(),
  /** Without any, no category is asked for; with some, a listing has one of them. */
  categories: z.record(z.string(), Category).optional(),
});
export type Rules = z.output<typeof Rules>;

const MAX_FAULTS = 50;
const isEmpty = (bounds: { min?: number | undefined; max?: number | undefined } | undefined) =>
  bounds?.min !== undefined && bounds.max !== undefined && bounds.min > bounds.max;

/** Reads the rules, or says everything that is wrong with them. */
export function readRules(
  text: string,
): { readonly rules: Rules } | { readonly faults: readonly string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { faults: ['it is no JSON'] };
  }
  const read = Rules.safeParse(json);
  if (!read.success)
    return {
      faults: read.error.issues
        .slice(0, MAX_FAULTS)
        .map(
          ({ path, message }) =>
            `${path.length === 0 ? '' : `${inCode(path.join('.'))}: `}${message}`,
        ),
    };
  const rules = read.data;
  const bounds = [
    ...(['title', 'description', 'price', 'images'] as const).map(
      (name) => [name, rules[name]] as const,
    ),
    ...Object.entries(rules.categories ?? {}).map(
      ([name, { price }]) => [`categories.${name}.price`, price] as const,
    ),
  ];
  const faults = bounds
    .filter(([, one]) => isEmpty(one))
    .map(([name]) => `${inCode(name)}: nothing is between its bounds`);
  return faults.length > 0 ? { faults } : { rules };
}

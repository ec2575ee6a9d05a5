/** The name that a function was given; undefined for one without. */
export const nameOf = (made: unknown): string | undefined =>
  typeof made === 'function' && made.name !== '' ? made.name : undefined;

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** A name with its params, as far as they are plain: `came router: routed, none`. */
export function brief(name: string, params: unknown): string {
  if (typeof params !== 'object' || params === null) return name;
  const values: unknown[] = Object.values(params);
  const lists = values.filter(Array.isArray).map((list) => list.filter(isScalar).join(', '));
  return [[name, values.filter(isScalar).join(', ')], lists.filter(Boolean)]
    .map((parts) => parts.filter(Boolean))
    .map((parts, index) => parts.join(index === 0 ? ' ' : '; '))
    .filter(Boolean)
    .join(': ');
}

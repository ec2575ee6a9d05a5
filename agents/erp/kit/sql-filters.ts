import type { Expr } from './sql-parser.ts';
import { kindOf, KINDS, type Kind } from './tenancy.ts';

/** A source of rows in a query: what may be held, by its alias. */
export interface Source {
  readonly alias: string;
  readonly held: Set<Kind>;
}
/** What a condition does to the sources of a query. */
export interface Effect {
  /** Held to one value that does not come from a row: `alias kind`. */
  readonly holds: ReadonlySet<string>;
  /** Two columns that are equal. */
  readonly equal: readonly (readonly [string, string])[];
  /** Why more may hold than can be read. */
  readonly opaque?: string;
}

const NOTHING: Effect = { holds: new Set(), equal: [] };
/** Compared with these, a column may have several values. */
const SEVERAL = new Set(['any', 'all', 'some', 'unnest']);

/** Whether an expression is one value that no row decides. */
function isOne(expr: Expr): boolean {
  switch (expr.type) {
    case 'parameter':
    case 'string':
    case 'integer':
    case 'numeric':
    case 'constant':
      return true;
    case 'cast':
      return isOne(expr.operand);
    case 'call':
      return !SEVERAL.has(expr.function.name.toLowerCase()) && expr.args.every(isOne);
    default:
      return false;
  }
}

/** The sources that can be named where a condition stands, the nearest query first. */
export type Around = readonly (readonly Source[])[];

const AMBIGUOUS = '?';
/** The column that a reference is, as `alias kind`; a name alone is clear only where one source can have it. */
function columnOf(expr: Expr, around: Around): string | undefined {
  if (expr.type !== 'ref') return undefined;
  const kind = kindOf(expr.name);
  if (kind === undefined) return undefined;
  if (expr.table !== undefined) return `${expr.table.name.toLowerCase()} ${kind}`;
  const [nearest = []] = around;
  return nearest.length === 1 ? `${nearest[0]?.alias} ${kind}` : AMBIGUOUS;
}

function equality(left: Expr, right: Expr, around: Around): Effect {
  if (left.type === 'list' && right.type === 'list')
    return both(
      left.expressions.map((one, index) => {
        const other = right.expressions[index];
        return other === undefined ? NOTHING : equality(one, other, around);
      }),
    );
  const [a, b] = [columnOf(left, around), columnOf(right, around)];
  if (a === AMBIGUOUS || b === AMBIGUOUS)
    return { ...NOTHING, opaque: 'a column is named without its table' };
  if (a !== undefined && b !== undefined) return { ...NOTHING, equal: [[a, b]] };
  const [column, value] = a === undefined ? [b, left] : [a, right];
  return column !== undefined && isOne(value) ? { ...NOTHING, holds: new Set([column]) } : NOTHING;
}

const both = (effects: readonly Effect[]): Effect => {
  const opaque = effects.find((one) => one.opaque !== undefined)?.opaque;
  return {
    holds: new Set(effects.flatMap(({ holds }) => [...holds])),
    equal: effects.flatMap(({ equal }) => equal),
    ...(opaque === undefined ? {} : { opaque }),
  };
};

/** What follows from a condition being true. */
export function effectOf(expr: Expr | null | undefined, around: Around): Effect {
  if (expr === null || expr === undefined) return NOTHING;
  if (expr.type === 'parameter')
    return { ...NOTHING, opaque: 'a condition is put in while running' };
  if (expr.type !== 'binary') return NOTHING;
  const { left, right, op } = expr;
  if (op === 'AND') return both([effectOf(left, around), effectOf(right, around)]);
  if (op === '=') return equality(left, right, around);
  if (op === 'IN') {
    // One value in brackets is parsed as that value.
    if (right.type === 'parameter' && columnOf(left, around) !== undefined)
      return { ...NOTHING, opaque: 'a list is put in while running' };
    return right.type === 'list' ? NOTHING : equality(left, right, around);
  }
  if (op !== 'OR') return NOTHING;
  // Only what both sides hold is held.
  const [a, b] = [effectOf(left, around), effectOf(right, around)];
  return { holds: new Set([...a.holds].filter((one) => b.holds.has(one))), equal: [] };
}

/** Applies what follows to sources, until nothing more is held; `to`: only these come to be held. */
export function apply(
  effect: Effect,
  around: Around,
  to: readonly Source[] = around[0] ?? [],
): void {
  const byAlias = new Map(
    around.toReversed().flatMap((level) => level.map((one) => [one.alias, one] as const)),
  );
  const isHeld = (column: string): boolean => {
    const [alias = '', kind] = column.split(' ');
    return byAlias.get(alias)?.held.has(kind as Kind) ?? false;
  };
  const hold = (column: string): void => {
    const [alias = '', kind] = column.split(' ');
    const source = byAlias.get(alias);
    if (source !== undefined && to.includes(source)) source.held.add(kind as Kind);
  };
  for (const column of effect.holds) hold(column);
  // Each round holds one column more, or is the last.
  for (let round = 0; round <= byAlias.size * KINDS.length; round += 1)
    for (const [a, b] of effect.equal) {
      if (a.split(' ')[1] !== b.split(' ')[1]) continue;
      if (isHeld(a)) hold(b);
      if (isHeld(b)) hold(a);
    }
}

import type { Expr, InsertStatement } from './sql-parser.ts';
import { judged, kindOf, unlessOverwritten, type Kind, type Use } from './tenancy.ts';

const isValue = (expr: Expr | undefined): boolean =>
  expr !== undefined && expr.type !== 'null' && expr.type !== 'default';
const isTaken = (
  expr: Expr | undefined,
  kind: Kind | undefined,
  held: ReadonlySet<Kind>,
): boolean =>
  expr !== undefined &&
  (expr.type === 'parameter' ||
    expr.type === 'string' ||
    expr.type === 'integer' ||
    (expr.type === 'ref' && kind !== undefined && kindOf(expr.name) === kind && held.has(kind)));

/** Which borders the new rows are given a value for; `held`: what the query that they come from keeps to, null where it leaks. */
function givenBy({ columns, insert }: InsertStatement, held: ReadonlySet<Kind> | null): Set<Kind> {
  const given = (columns ?? []).flatMap(({ name }, index) => {
    const kind = kindOf(name);
    const isGiven =
      insert.type === 'values'
        ? insert.values.every((row) => isValue(row[index]))
        : held !== null &&
          insert.type === 'select' &&
          isTaken(insert.columns?.[index]?.expr, kind, held);
    return kind !== undefined && isGiven ? [kind] : [];
  });
  return new Set(given);
}

/** Judges an insert: its rows have to say whose they are, and may not overwrite those of others. */
export function insertUse(
  statement: InsertStatement,
  use: Pick<Use, 'line' | 'table' | 'access'>,
  borders: ReadonlySet<Kind>,
  held: ReadonlySet<Kind> | null,
): Use {
  const { columns, insert, onConflict } = statement;
  const isNamed = columns !== null && columns !== undefined;
  const isQuery = insert.type !== 'values';
  const opaque = isNamed
    ? isQuery
      ? 'the rows come from a query'
      : undefined
    : 'it does not name its columns';
  const told = judged(use, borders, givenBy(statement, held), opaque);
  const keys = onConflict?.on?.type === 'on expr' ? onConflict.on.exprs : [];
  const named = new Set(
    keys.flatMap((key) => (key.type === 'ref' ? (kindOf(key.name) ?? []) : [])),
  );
  const isOverwriting = onConflict && onConflict.do !== 'do nothing';
  return isOverwriting && [...borders].some((kind) => !named.has(kind))
    ? unlessOverwritten(told)
    : told;
}

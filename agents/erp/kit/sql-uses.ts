import { apply, effectOf, type Around, type Effect, type Source } from './sql-filters.ts';
import { HARMLESS, QUERIES, QUIET, SYSTEM } from './sql-functions.ts';
import { insertUse } from './sql-inserts.ts';
import type { Expr, From, InsertStatement, SelectStatement, Statement } from './sql-parser.ts';
import { bordersOf, judged, kindOf, KINDS, type Kind, type Schema, type Use } from './tenancy.ts';

const MAX_DEPTH = 40;

interface Rows extends Source {
  /** Null for a subquery. */
  readonly table: string | null;
  readonly line: number;
}
type Bound = ReadonlyMap<string, ReadonlySet<Kind>>;

interface Sources {
  readonly sources: Rows[];
  readonly effects: readonly Effect[];
  /** What outer joins hold, once the others are held. */
  readonly outer: readonly (() => void)[];
}

interface Located {
  readonly _location?: { readonly start: number } | undefined;
}

/** Reads one statement; makes a use of every table in it. */
export class SqlReader {
  readonly uses: Use[] = [];
  readonly #schema: Schema;
  readonly #lineAt: (offset: number) => number;
  #depth = 0;

  constructor(schema: Schema, sql: string, line: number) {
    this.#schema = schema;
    this.#lineAt = (offset) => line + sql.slice(0, offset).split('\n').length - 1;
  }

  #line = ({ _location }: Located): number => this.#lineAt(_location?.start ?? 0);

  unclear(node: Located, table: string, access: Use['access'], why: string): void {
    this.uses.push({ line: this.#line(node), table, access, verdict: 'unclear', why });
  }

  /** Reads a whole statement. */
  read(statement: Statement): void {
    switch (statement.type) {
      case 'select':
      case 'union':
      case 'union all':
      case 'values':
      case 'with':
      case 'with recursive':
        this.#query(statement, [], new Map());
        return;
      case 'insert':
      case 'update':
      case 'delete':
        this.#write(statement, new Map());
        return;
      case 'truncate table':
        for (const table of statement.tables)
          this.#tell(
            { ...table, held: new Set(), alias: '', table: table.name, line: this.#line(table) },
            'write',
          );
        return;
      case 'create view':
      case 'create materialized view':
        this.#query(statement.query, [], new Map());
        return;
      default:
        if (QUIET.has(statement.type)) return;
        this.unclear(statement, '?', 'write', `what "${statement.type}" does is not known`);
    }
  }

  #tell(rows: Rows, access: Use['access'], opaque?: string): void {
    if (rows.table === null) return;
    const use = { line: rows.line, table: rows.table, access };
    this.uses.push(judged(use, bordersOf(this.#schema, rows.table), rows.held, opaque));
  }

  /** Reads a query; says which borders its rows are held to. */
  #query(query: SelectStatement, around: Around, bound: Bound): ReadonlySet<Kind> {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      this.unclear(query, '?', 'read', 'it is nested too deep to be read');
      return new Set();
    }
    const held = this.#queryHeld(query, around, bound);
    this.#depth -= 1;
    return held;
  }

  #queryHeld(query: SelectStatement, around: Around, bound: Bound): ReadonlySet<Kind> {
    switch (query.type) {
      case 'select':
        return this.#select(query, around, bound);
      case 'union':
      case 'union all': {
        const left = this.#query(query.left, around, bound);
        const right = this.#query(query.right, around, bound);
        return new Set([...left].filter((kind) => right.has(kind)));
      }
      case 'with': {
        const known = new Map(bound);
        for (const { alias, statement } of query.bind)
          known.set(alias.name.toLowerCase(), this.#bound(statement, around, known));
        return this.#bound(query.in, around, known);
      }
      case 'with recursive': {
        const known = new Map(bound).set(query.alias.name.toLowerCase(), new Set());
        this.#query(query.bind, around, known);
        return this.#bound(query.in, around, known);
      }
      default:
        this.#inside(query, around, bound);
        return new Set();
    }
  }

  #bound(statement: Statement, around: Around, bound: Bound): ReadonlySet<Kind> {
    if (statement.type === 'insert' || statement.type === 'update' || statement.type === 'delete') {
      this.#write(statement, bound);
      return new Set();
    }
    return this.#query(statement as SelectStatement, around, bound);
  }

  #sourceOf(from: From, around: Around, bound: Bound): Rows {
    const line = this.#line(from);
    if (from.type === 'table') {
      const { name, alias = name, schema } = from.name;
      const known = schema === undefined ? bound.get(name.toLowerCase()) : undefined;
      const isSystem = SYSTEM.has(schema ?? '') || name.startsWith('pg_');
      const held = new Set(known ?? (isSystem ? KINDS : []));
      const isTable = known === undefined && !isSystem;
      // Under new names a column may be any other one.
      if (from.name.columnNames) {
        this.unclear(from, name, 'read', 'its columns are given other names');
        return { alias: alias.toLowerCase(), table: null, line, held: new Set() };
      }
      return { alias: alias.toLowerCase(), table: isTable ? name : null, line, held };
    }
    if (from.type === 'statement') {
      const read = this.#query(from.statement, from.lateral ? around : around.slice(1), bound);
      const held = new Set(from.columnNames ? [] : read);
      return { alias: from.alias.toLowerCase(), table: null, line, held };
    }
    this.#inside(from, around, bound);
    return { alias: from.alias?.name.toLowerCase() ?? '', table: null, line, held: new Set() };
  }

  /** Takes sources one by one, as an outer join holds only one of its sides. */
  #sources(froms: readonly From[], around: Around, bound: Bound): Sources {
    const sources: Rows[] = [];
    const effects: Effect[] = [];
    const later: (() => void)[] = [];
    for (const from of froms) {
      const before = [...sources];
      const source = this.#sourceOf(from, [sources, ...around], bound);
      sources.push(source);
      const { join } = from;
      const using = join?.using?.flatMap(({ name }) => kindOf(name) ?? []) ?? [];
      const pairs = using.flatMap((kind) =>
        before.map(({ alias }) => [`${alias} ${kind}`, `${source.alias} ${kind}`] as const),
      );
      const onEffect = effectOf(join?.on, [sources, ...around]);
      const effect = { ...onEffect, equal: [...onEffect.equal, ...pairs] };
      if (join?.type === 'LEFT JOIN')
        later.push(() => apply(effect, [sources, ...around], [source]));
      else if (join?.type === 'RIGHT JOIN')
        later.push(() => apply(effect, [sources, ...around], before));
      else if (join?.type !== 'FULL JOIN') effects.push(effect);
      if (join?.on) this.#inside(join.on, [sources, ...around], bound);
    }
    return { sources, effects, outer: later };
  }

  #hold({ sources, effects, outer }: Sources, where: Effect, around: Around): string | undefined {
    // Each round may hold one source more for the next.
    for (let round = 0; round <= sources.length; round += 1) {
      for (const effect of [where, ...effects]) apply(effect, [sources, ...around]);
      for (const take of outer) take();
    }
    return [where, ...effects].find(({ opaque }) => opaque !== undefined)?.opaque;
  }

  #select(
    query: Extract<SelectStatement, { type: 'select' }>,
    around: Around,
    bound: Bound,
  ): ReadonlySet<Kind> {
    const from = this.#sources(query.from ?? [], around, bound);
    const { sources } = from;
    const level: Around = [sources, ...around];
    const opaque = this.#hold(from, effectOf(query.where, level), around);
    for (const source of sources) this.#tell(source, 'read', opaque);
    const { from: _, ...rest } = query;
    this.#inside(Object.values(rest), level, bound);
    // What comes out under the name of a border is held where its source is.
    const columns = query.columns ?? [];
    return new Set(
      KINDS.filter((kind) => {
        const isNamed = columns.every(({ expr, alias }) => {
          const said = kindOf(alias?.name ?? (expr.type === 'ref' ? expr.name : ''));
          return said !== kind || (expr.type === 'ref' && kindOf(expr.name) === kind);
        });
        return isNamed && sources.length > 0 && sources.every(({ held }) => held.has(kind));
      }),
    );
  }

  #write(
    statement: Extract<Statement, { type: 'insert' | 'update' | 'delete' }>,
    bound: Bound,
  ): void {
    if (statement.type === 'insert') {
      this.#insert(statement, bound);
      return;
    }
    const name = statement.type === 'update' ? statement.table : statement.from;
    const target = {
      alias: (name.alias ?? name.name).toLowerCase(),
      table: name.name,
      line: this.#line(name),
      held: new Set<Kind>(),
    };
    const froms = statement.type === 'update' && statement.from ? [statement.from] : [];
    const from = this.#sources(froms, [[target]], bound);
    const { sources } = from;
    const all = [target, ...sources];
    const opaque = this.#hold({ ...from, sources: all }, effectOf(statement.where, [all]), []);
    const moved =
      statement.type === 'update'
        ? statement.sets.find(({ column }) => kindOf(column.name))
        : undefined;
    if (moved === undefined) this.#tell(target, 'write', opaque);
    else
      this.uses.push({
        line: target.line,
        table: target.table,
        access: 'write',
        verdict: 'leaks',
        why: `it sets ${moved.column.name}: rows go over to another one`,
      });
    for (const source of sources) this.#tell(source, 'read', opaque);
    const { where, returning } = statement;
    this.#inside(
      { where, returning, sets: statement.type === 'update' ? statement.sets : [] },
      [all],
      bound,
    );
  }

  #insert(statement: InsertStatement, bound: Bound): void {
    const { into, insert } = statement;
    const before = this.uses.length;
    const held = this.#query(insert, [], bound);
    const isSafe = this.uses.slice(before).every(({ verdict }) => verdict === 'safe');
    const use = { line: this.#line(into), table: into.name, access: 'write' as const };
    this.uses.push(
      insertUse(statement, use, bordersOf(this.#schema, into.name), isSafe ? held : null),
    );
  }

  /** Reads the queries inside of something, and the functions that it calls. */
  #inside(node: unknown, around: Around, bound: Bound): void {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const one of node) this.#inside(one, around, bound);
      return;
    }
    const { type } = node as { type?: unknown };
    if (QUERIES.has(String(type))) {
      this.#query(node as SelectStatement, around, bound);
      return;
    }
    if (type === 'call') {
      const call = node as Extract<Expr, { type: 'call' }>;
      const { name, schema } = call.function;
      if (schema !== undefined || !HARMLESS.has(name.toLowerCase()))
        this.unclear(call, `${name}()`, 'read', 'what the function reads is not known');
    }
    for (const value of Object.values(node)) this.#inside(value, around, bound);
  }
}

import {
  bare,
  common,
  isCall,
  isMember,
  keysOf,
  lastName,
  lineOf,
  nodesOf,
  textIn,
  wordOf,
  type Keys,
} from './code-nodes.ts';
import { sqlUses } from './sql.ts';
import {
  bordersOf,
  judged,
  KINDS,
  unlessOverwritten,
  type Kind,
  type Schema,
  type Use,
} from './tenancy.ts';
import type { Node } from './typescript-parser.ts';

interface Link {
  readonly name: string;
  readonly given: readonly Node[];
  readonly node: Node;
}
const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const BUILDERS = /^(?:knex|db|trx|tx|database|qb)$/i;
const NAMING = setOf('from into table');
const WRITES = setOf('insert update delete del truncate increment decrement upsert softDelete');
const JOINS = /^(?:inner|left|right|full|cross)?(?:outer)?join(?:andselect|raw)?$/i;
const FILTERS = setOf('where andWhere whereRaw andWhereRaw');
const CLEARING = /^(?:clear|unscoped|reset)/;
const HARMLESS = setOf(
  'select addSelect columns column distinct orderBy addOrderBy orderByRaw groupBy addGroupBy limit offset take skip first pluck count ' +
    'countDistinct sum avg min max returning as then catch finally forUpdate transacting timeout from into table getMany getOne ' +
    'getOneOrFail getManyAndCount getCount getRawMany getRawOne execute set values setParameter setParameters having onConflict merge ' +
    'ignore insert update delete del increment decrement upsert softDelete createQueryBuilder where andWhere whereIn whereNot ' +
    'whereNull whereNotNull whereBetween whereExists clone',
);

/** The calls of a chain, first to last, and what it begins with. */
function chainOf(call: Node): { links: Link[]; root: Node | undefined } {
  const links: Link[] = [];
  let at: Node | undefined = call;
  while (at !== undefined && isCall(at)) {
    const callee = bare(at['callee']);
    if (callee === undefined || !isMember(callee)) break;
    const given = nodesOf(at['arguments']).flatMap((one) => bare(one) ?? []);
    links.unshift({ name: lastName(callee) ?? '', given, node: at });
    at = bare(callee['object']);
  }
  return { links, root: at };
}

/** `invoices as i` is the table `invoices`, called `i`. */
function tableOf(node: Node | undefined): Start | undefined {
  const said = textIn(node);
  const text = said?.isWhole === true ? said.text : undefined;
  const [, table, alias] = /^\s*([\w."]+)(?:\s+(?:as\s+)?(\w+))?\s*$/i.exec(text ?? '') ?? [];
  return table === undefined ? undefined : { table, alias: alias ?? table };
}

interface Start {
  readonly table: string;
  readonly alias: string;
}
/** A table that is named by its model: `from(invoices)`. */
function entityOf(node: Node | undefined): Start | undefined {
  const name = lastName(node);
  return name === undefined ? undefined : { table: name, alias: name };
}

/** The table that a chain is about; undefined where it is no query. */
function startOf(links: readonly Link[], root: Node | undefined): Start | undefined {
  const unknown = { table: '?', alias: '?' };
  const builder = links.find(({ name }) => name === 'createQueryBuilder');
  if (builder !== undefined) {
    const named = links.find(
      ({ name }) => NAMING.has(name) || name === 'update' || name === 'insert',
    );
    const owner = lastName(links[0] === builder ? root : links[0]?.given[0]) ?? '?';
    const alias = textIn(builder.given[0])?.text ?? textIn(named?.given[1])?.text ?? '?';
    return {
      table: lastName(named?.given[0]) ?? (owner.replace(/(?:repo|repository)$/i, '') || owner),
      alias,
    };
  }
  if (root !== undefined && isCall(root) && BUILDERS.test(lastName(root['callee']) ?? ''))
    return tableOf(nodesOf(root['arguments'])[0]) ?? unknown;
  const named = links.find(({ name }) => NAMING.has(name));
  return named !== undefined && BUILDERS.test(lastName(root) ?? '')
    ? (tableOf(named.given[0]) ?? entityOf(named.given[0]) ?? unknown)
    : undefined;
}

interface Where extends Keys {
  /** What subqueries inside of it read. */
  readonly inner: readonly Use[];
}
const nothing = (opaque?: string): Where => ({
  held: new Set(),
  inner: [],
  ...(opaque === undefined ? {} : { opaque }),
});

/** What one `where` holds of the table called `alias`. */
async function heldBy(
  { given, node }: Link,
  { table, alias }: Start,
  schema: Schema,
): Promise<Where> {
  const [first, second, third] = given;
  const own = [table, alias];
  const said = textIn(first);
  if (first === undefined) return nothing();
  if (said === undefined && first.type !== 'ObjectExpression')
    return nothing('a condition is put together elsewhere');
  if (said === undefined) return { ...nothing(), ...keysOf(first, own) };
  if (!said.isWhole) return nothing('a condition is put together while it runs');
  if (/^[\w."]+$/.test(said.text)) {
    if (third !== undefined && textIn(second)?.text !== '=') return nothing();
    // As a key of an object: the same values are one value.
    const key = { type: 'StringLiteral', value: said.text };
    const property = { type: 'ObjectProperty', key, value: third ?? second };
    return { ...nothing(), ...keysOf({ type: 'ObjectExpression', properties: [property] }, own) };
  }
  const query = `SELECT 1 FROM "?" AS "${alias}" WHERE ${said.text}`;
  const { uses, statements } = await sqlUses(query, schema, lineOf(node));
  const [use, ...inner] = uses;
  if (statements !== 1 || use === undefined || use.why.startsWith('it cannot be parsed'))
    return nothing('a condition cannot be parsed');
  const open = /one (tenant and branch|tenant|branch)/.exec(use.why)?.[1] ?? '';
  const held = KINDS.filter((kind) => use.verdict === 'safe' || !open.includes(kind));
  const opaque = use.verdict === 'unclear' ? 'a condition is put in while running' : undefined;
  return { ...nothing(opaque), held: new Set(held), inner };
}

/** Reads a chain of Knex's kind or a query builder; undefined where it is none. */
export async function chainUses(schema: Schema, call: Node): Promise<readonly Use[] | undefined> {
  const { links, root } = chainOf(call);
  const start = startOf(links, root);
  if (start === undefined) return undefined;
  const { table } = start;
  const replaces = links.some(({ name }) => name === 'createQueryBuilder');
  // Joined by OR: AND binds closer, so that what holds is what each of these holds.
  let groups = [new Set<Kind>()];
  let opaque: string | undefined;
  const inner: Use[] = [];
  for (const link of links) {
    const isOr = /^or[A-Z]/.test(link.name);
    if (isOr || FILTERS.has(link.name)) {
      const keys = await heldBy(link, start, schema);
      // A query builder's second `where` takes the place of all before it.
      if (link.name === 'where' && replaces) groups = [new Set()];
      if (isOr) groups.push(new Set());
      for (const kind of keys.held) groups.at(-1)?.add(kind);
      inner.push(...keys.inner);
      opaque ??= keys.opaque;
    } else if (CLEARING.test(link.name)) groups = [new Set()];
    else if (!HARMLESS.has(link.name) && !JOINS.test(link.name))
      opaque ??= `what ${link.name}() adds is not known`;
  }
  const { held } = common(groups.map((one) => ({ held: one })));
  const writing = links.find(({ name }) => WRITES.has(name));
  const access = writing === undefined ? 'read' : 'write';
  const use = { line: lineOf(root ?? call), table, access } as const;
  const isMade = writing?.name === 'insert' || writing?.name === 'upsert';
  const data = replaces
    ? links.find(({ name }) => name === 'values' || name === 'set')?.given[0]
    : writing?.given[0];
  const rows = data?.type === 'ArrayExpression' ? nodesOf(data['elements']) : nodesOf(data);
  const made = common(rows.map((one) => keysOf(one)));
  const kept = writing?.name === 'truncate' ? new Set<Kind>() : held;
  const judgement = isMade
    ? judged(use, bordersOf(schema, table), made.held, made.opaque)
    : judged(use, bordersOf(schema, table), kept, opaque);
  const overwrites = isMade && links.some(({ name }) => name === 'merge' || name === 'upsert');
  const told = overwrites ? unlessOverwritten(judgement) : judgement;
  const moves = writing?.name === 'update' && made.held.size > 0;
  const why = `it sets its ${[...made.held].join(' and ')}: rows go over to another one`;
  const joined = links
    .filter(({ name }) => JOINS.test(name))
    .map(({ given, node }): Use => ({
      line: lineOf(node),
      table: textIn(given[0])?.text ?? wordOf(given[0]) ?? '?',
      access: 'read',
      verdict: 'unclear',
      why: 'whether the joined rows are of the same one cannot be read here',
    }));
  return [moves ? { ...use, verdict: 'leaks', why } : told, ...joined, ...inner];
}

import {
  bare,
  common,
  elementsOf,
  isMember,
  isOpen,
  keysOf,
  lastName,
  lineOf,
  nodesOf,
  textIn,
  valueOf,
  type Keys,
} from './code-nodes.ts';
import { bordersOf, judged, unlessOverwritten, type Schema, type Use } from './tenancy.ts';
import type { Node } from './typescript-parser.ts';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Prisma's own words: nobody else calls a method so. */
const PRISMA_READS = setOf(
  'findMany findFirst findUnique findFirstOrThrow findUniqueOrThrow aggregate groupBy',
);
const PRISMA_WRITES = setOf(
  'updateMany deleteMany createMany createManyAndReturn updateManyAndReturn upsert',
);
/** Words that others use too: only of what is called like a client. */
const SHARED_WRITES = setOf('update delete create');
const CLIENT = /^(?:prisma\w*|tx|db|trx|client|\w*prisma)$/i;
const REPOSITORY = /(?:repo|repository|manager)$/i;
const TYPEORM_READS = setOf(
  'find findOne findOneOrFail findAndCount findBy findOneBy findOneByOrFail findAndCountBy count countBy exists existsBy sum average',
);
const TYPEORM_WRITES = setOf(
  'update delete softDelete restore increment decrement save insert remove upsert',
);

const rows = (schema: Schema, node: Node, table: string, access: Use['access']) => ({
  borders: bordersOf(schema, table),
  use: { line: lineOf(node), table, access },
});

/** Data that is written must say whose it is. */
function written(schema: Schema, node: Node, table: string, data: Node | undefined): Use {
  const { borders, use } = rows(schema, node, table, 'write');
  const keys = common(elementsOf(data).map((one) => keysOf(one)));
  return judged(use, borders, keys.held, keys.opaque);
}
/** Rows that are changed: those of one, and they stay his. */
function changed(schema: Schema, node: Node, table: string, where: Keys, data?: Node): Use {
  const { borders, use } = rows(schema, node, table, 'write');
  const told = judged(use, borders, where.held, where.opaque);
  const moved = [...keysOf(data).held];
  if (moved.length > 0)
    return {
      ...use,
      verdict: 'leaks',
      why: `it sets its ${moved.join(' and ')}: rows go over to another one`,
    };
  return told.verdict === 'safe' && isOpen(data)
    ? {
        ...use,
        verdict: 'unclear',
        why: 'what it sets is put together elsewhere: it may move rows to another one',
      }
    : told;
}

function prisma(
  schema: Schema,
  node: Node,
  table: string,
  method: string,
  given: readonly Node[],
): Use {
  const [options] = given;
  const read = rows(schema, node, table, 'read');
  const where =
    options !== undefined && isOpen(options)
      ? { held: new Set<never>(), opaque: 'its options are put together elsewhere' }
      : keysOf(valueOf(options, 'where'));
  if (method.startsWith('create'))
    return written(schema, node, table, valueOf(options, 'data') ?? options);
  if (method === 'upsert') {
    const made = keysOf(valueOf(options, 'create'));
    return changed(schema, node, table, common([where, made]), valueOf(options, 'update'));
  }
  if (PRISMA_READS.has(method) || method === 'count')
    return judged(read.use, read.borders, where.held, where.opaque);
  return changed(schema, node, table, where, valueOf(options, 'data'));
}

function typeorm(
  schema: Schema,
  node: Node,
  table: string,
  method: string,
  given: readonly Node[],
): Use {
  const [first, second] = given;
  if (TYPEORM_WRITES.has(method)) {
    if (method === 'insert') return written(schema, node, table, first);
    if (method === 'save' || method === 'upsert')
      return unlessOverwritten(written(schema, node, table, first));
    if (method === 'remove')
      return {
        line: lineOf(node),
        table,
        access: 'write',
        verdict: 'unclear',
        why: 'whose row it is stands elsewhere',
      };
    const criteria = common(elementsOf(first).map((one) => keysOf(one)));
    const isKey =
      first !== undefined && first.type !== 'ObjectExpression' && first.type !== 'ArrayExpression';
    const where = isKey && first.type !== 'Identifier' ? { held: criteria.held } : criteria;
    return changed(schema, node, table, where, method === 'update' ? second : undefined);
  }
  const { borders, use } = rows(schema, node, table, 'read');
  const filter = /By(?:OrFail)?$/.test(method) ? first : valueOf(first, 'where');
  const isHidden = !/By/.test(method) && first !== undefined && isOpen(first);
  const keys = common(elementsOf(filter).map((one) => keysOf(one)));
  return judged(
    use,
    borders,
    keys.held,
    isHidden ? 'its options are put together elsewhere' : keys.opaque,
  );
}

/** Reads one call of Prisma's or TypeORM's kind; undefined where it is none. */
export function ormUse(schema: Schema, call: Node): Use | undefined {
  const callee = bare(call['callee']);
  if (callee === undefined || !isMember(callee)) return undefined;
  const method = lastName(callee) ?? '';
  const owner = bare(callee['object']);
  const table = lastName(owner);
  const given = nodesOf(call['arguments']).flatMap((one) => bare(one) ?? []);
  if (owner === undefined) return undefined;
  if (given.some(({ type }) => type === 'ArrowFunctionExpression')) return undefined;
  const isClient = isMember(owner) && CLIENT.test(lastName(owner['object']) ?? '');
  const isPrisma =
    PRISMA_READS.has(method) ||
    PRISMA_WRITES.has(method) ||
    (isClient && (SHARED_WRITES.has(method) || method === 'count'));
  if (isPrisma) {
    if (table === undefined)
      return {
        line: lineOf(call),
        table: '?',
        access: PRISMA_READS.has(method) ? 'read' : 'write',
        verdict: 'unclear',
        why: 'its table is known only while it runs',
      };
    return prisma(schema, call, table, method, given);
  }
  if (!REPOSITORY.test(table ?? '') || !(TYPEORM_READS.has(method) || TYPEORM_WRITES.has(method)))
    return undefined;
  const [named] = owner.type === 'CallExpression' ? nodesOf(owner['arguments']) : [];
  // `manager.find(Invoice, { … })` names its table first.
  const isManager = /manager$/i.test(table ?? '');
  const entity =
    (isManager ? lastName(given[0]) : (lastName(named) ?? textIn(named)?.text)) ??
    table?.replace(REPOSITORY, '');
  return typeorm(schema, call, entity || String(table), method, isManager ? given.slice(1) : given);
}

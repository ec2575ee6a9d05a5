import { bare, isCall, isMember, isNode, lastName, lineOf, nodesOf, textIn } from './code-nodes.ts';
import { ormUse } from './orm-calls.ts';
import { chainUses } from './query-chains.ts';
import { sqlUses } from './sql.ts';
import type { Schema, Use } from './tenancy.ts';
import { typescriptParser, type Node } from './typescript-parser.ts';

const RAW_TAG = /^(?:sql|\$?queryRaw|\$executeRaw|\$queryRaw)$/i;
/** Calls that put SQL, or a list of values, into a template. */
const PIECE = /^(?:sql|join|raw|unsafe|identifier|empty)$/i;
const RAW_CALL = /^(?:query|raw|execute|unsafe|\$queryRawUnsafe|\$executeRawUnsafe)$/;
const CLIENT =
  /^(?:prisma\w*|tx|trx|db|pool|client|conn|connection|knex|manager|entitymanager|datasource|sequelize|pg|this)$/i;
const SQL = /^\s*(?:select|insert|update|delete|with|truncate|merge|call|create|alter|drop)\b/i;
/** Words of other libraries, and of a document store: what they reach is not read here. */
const FOREIGN =
  /^(?:find(?:All|AndCountAll|ByPk|ById|OneAnd\w+|ByIdAnd\w+|OrCreate)|bulk(?:Create|Write)|destroy|(?:update|delete|insert)One|insertMany|replaceOne|countDocuments|estimatedDocumentCount)$/;
const MODEL = /(?:^em|entitymanager|model|collection)$/i;
/** SQL that stands in the code by itself; in capitals, as sentences begin with "Select" too. */
const LOOSE =
  /^\s*(?:SELECT\s[\s\S]*\sFROM|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE|MERGE\s+INTO|WITH\s+\w+\s+AS)\s/;
const MAX_NODES = 400_000;

/** Every node of a tree, an outer one before those inside of it. */
function* nodesIn(root: Node): Generator<Node> {
  const open: Node[] = [root];
  for (let seen = 0; open.length > 0 && seen < MAX_NODES; seen += 1) {
    const node = open.pop() as Node;
    yield node;
    const inner = Object.entries(node)
      .filter(
        ([key]) =>
          key !== 'loc' && key !== 'errors' && !key.endsWith('Comments') && key !== 'comments',
      )
      .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
      .filter(isNode);
    open.push(...inner.toReversed());
  }
}

const rawUse = (node: Node, why: string): Use => ({
  line: lineOf(node),
  table: '?',
  access: 'write',
  verdict: 'unclear',
  why,
});

/** SQL inside of code: in a tagged template, or as the text that a client is given. */
async function rawUses(schema: Schema, node: Node): Promise<readonly Use[] | undefined> {
  if (node.type === 'TaggedTemplateExpression') {
    const quasi = bare(node['quasi']);
    const said = textIn(quasi);
    if (quasi === undefined || said === undefined || !RAW_TAG.test(lastName(node['tag']) ?? ''))
      return undefined;
    // A piece of a query is read where it is put in, and there it is not seen.
    if (!SQL.test(said.text)) return undefined;
    const { uses } = await sqlUses(said.text, schema, lineOf(quasi));
    const isPut = nodesOf(quasi['expressions']).some(
      (one) =>
        one.type === 'TaggedTemplateExpression' || PIECE.test((isCall(one) && lastName(one)) || ''),
    );
    const why = 'a piece of its SQL is put in while it runs';
    return isPut ? uses.map((use): Use => ({ ...use, verdict: 'unclear', why })) : uses;
  }
  if (!isCall(node)) return undefined;
  const callee = bare(node['callee']);
  if (callee === undefined || !isMember(callee) || !RAW_CALL.test(lastName(callee) ?? ''))
    return undefined;
  const [first] = nodesOf(node['arguments']).flatMap((one) => bare(one) ?? []);
  const said = textIn(first);
  if (first !== undefined && said?.isWhole === true)
    return SQL.test(said.text) ? (await sqlUses(said.text, schema, lineOf(first))).uses : undefined;
  const isClient = CLIENT.test(lastName(callee['object']) ?? '');
  if (
    first?.type === 'TaggedTemplateExpression' ||
    !(isClient || (said !== undefined && SQL.test(said.text)))
  )
    return undefined;
  return first === undefined ? undefined : [rawUse(node, 'its SQL is put together while it runs')];
}

/** Calls that reach rows in ways that are not understood, and SQL that is not seen to be used. */
async function otherUses(schema: Schema, node: Node): Promise<readonly Use[]> {
  const said =
    node.type === 'StringLiteral' || node.type === 'TemplateLiteral' ? textIn(node) : undefined;
  if (said !== undefined && LOOSE.test(`${said.text} `))
    return said.isWhole
      ? (await sqlUses(said.text, schema, lineOf(node))).uses
      : [rawUse(node, 'its SQL is put together while it runs')];
  const callee = isCall(node) ? bare(node['callee']) : undefined;
  if (callee === undefined || !isMember(callee)) return [];
  const name = lastName(callee) ?? '';
  const [first] = nodesOf(node['arguments']);
  const isModel =
    /^(?:find|findOne|update|delete|remove|aggregate|count)$/.test(name) &&
    MODEL.test(lastName(callee['object']) ?? '');
  const isFunction =
    first?.type === 'ArrowFunctionExpression' || first?.type === 'FunctionExpression';
  return FOREIGN.test(name) || (isModel && !isFunction)
    ? [
        {
          ...rawUse(node, `calls of ${name}() are not understood here`),
          table: lastName(callee['object']) ?? '?',
        },
      ]
    : [];
}

/** Reads every query in TypeScript or JavaScript; undefined where it cannot be parsed. */
export async function codeUses(text: string, schema: Schema): Promise<readonly Use[] | undefined> {
  const root = (await typescriptParser())(text);
  if (root === undefined) return undefined;
  const uses: Use[] = [];
  /** Calls inside of a chain that was read as a whole. */
  const done = new Set<Node>();
  for (const node of nodesIn(root)) {
    if (done.has(node)) continue;
    const raw = await rawUses(schema, node);
    const one = raw === undefined && isCall(node) ? ormUse(schema, node) : undefined;
    const chain =
      raw === undefined && one === undefined && isCall(node)
        ? await chainUses(schema, node)
        : undefined;
    const known = raw ?? (one === undefined ? chain : [one]);
    uses.push(...(known ?? (await otherUses(schema, node))));
    if (raw !== undefined) for (const inner of textsOf(node)) done.add(inner);
    if (chain === undefined) continue;
    for (let at = bare(node); at !== undefined; at = bare(at['callee'] ?? at['object'])) {
      done.add(at);
      for (const inner of textsOf(at)) done.add(inner);
    }
  }
  return uses.toSorted((a, b) => a.line - b.line);
}

/** The texts that a call or a tag was given: they were read with it. */
const textsOf = (node: Node): Node[] =>
  [...nodesOf(node['arguments']), ...nodesOf(node['quasi'])].filter(
    ({ type }) => type === 'StringLiteral' || type === 'TemplateLiteral',
  );

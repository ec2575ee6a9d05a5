import { childrenOf, isNode, linesOf, nameOf, nodesOf, type Node, type Parsed } from './syntax.ts';

/** Something that a file gives to others, and could be tested. */
export interface Thing {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}
/** What a file gives, takes and names. */
export interface Module {
  readonly path: string;
  readonly things: readonly Thing[];
  readonly names: ReadonlySet<string>;
  readonly specifiers: readonly string[];
}

const DEFAULT = 'default';
const TYPES: readonly string[] = [
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSDeclareFunction',
];

/** The names that a declaration brings. */
function declared(node: Node): Thing[] {
  const at = linesOf(node);
  if (TYPES.includes(node.type) || node['declare'] === true) return [];
  const names = node.type === 'VariableDeclaration' ? nodesOf(node['declarations']) : [node];
  return names.flatMap((one) => {
    const name = nameOf(one['id']);
    return name === undefined ? [] : [{ name, ...(names.length > 1 ? linesOf(one) : at) }];
  });
}

/** `exports.a = …` and `module.exports = { a }`. */
function common(statement: Node): Thing[] {
  const assigned = statement['expression'];
  if (!isNode(assigned) || assigned.type !== 'AssignmentExpression') return [];
  const { left, right } = assigned as Node & { left: unknown; right: unknown };
  if (!isNode(left) || left.type !== 'MemberExpression') return [];
  const [object, key] = [left['object'], nameOf(left['property'])];
  const isModule = nameOf(object) === 'module' && key === 'exports';
  const isExports =
    nameOf(object) === 'exports' ||
    (isNode(object) &&
      nameOf(object['object']) === 'module' &&
      nameOf(object['property']) === 'exports');
  if (isExports && key !== undefined) return [{ name: key, ...linesOf(statement) }];
  if (!isModule || !isNode(right)) return [];
  if (right.type !== 'ObjectExpression')
    return [{ name: nameOf(right) ?? nameOf(right['id']) ?? DEFAULT, ...linesOf(statement) }];
  return nodesOf(right['properties']).flatMap((property) => {
    const name = nameOf(property['key']);
    return name === undefined ? [] : [{ name, ...linesOf(property) }];
  });
}

/** What a file gives to others by its own code; types and what it only passes on are left out. */
function thingsOf(program: Node): Thing[] {
  const body = nodesOf(program['body']);
  const own = new Map(
    body.flatMap((node) => declared(node).map((thing) => [thing.name, thing] as const)),
  );
  return body.flatMap((node): Thing[] => {
    if (node.type === 'ExportDefaultDeclaration') {
      const given = node['declaration'];
      if (isNode(given) && TYPES.includes(given.type)) return [];
      const name = isNode(given) ? (nameOf(given) ?? nameOf(given['id'])) : undefined;
      return [own.get(name ?? '') ?? { name: name ?? DEFAULT, ...linesOf(node) }];
    }
    if (node.type === 'ExpressionStatement') return common(node);
    if (node.type !== 'ExportNamedDeclaration' || node['exportKind'] === 'type') return [];
    const given = node['declaration'];
    if (isNode(given)) return declared(given);
    if (node['source']) return [];
    return nodesOf(node['specifiers']).flatMap((specifier) => {
      const local = own.get(nameOf(specifier['local']) ?? '');
      const name = nameOf(specifier['exported']);
      return local === undefined || name === undefined || specifier['exportKind'] === 'type'
        ? []
        : [{ ...local, name: name === DEFAULT ? local.name : name }];
    });
  });
}

/** Reads what a file gives, takes and names. */
export function moduleOf(path: string, { program }: Parsed): Module {
  const names = new Set<string>();
  const specifiers: string[] = [];
  const open = [program];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'Identifier' || node.type === 'JSXIdentifier')
      names.add(String(node['name']));
    const source = nameOf(node['source']);
    if (source !== undefined) specifiers.push(source);
    const called = node['callee'];
    if (isNode(called) && (nameOf(called) === 'require' || called.type === 'Import')) {
      const said = nameOf(nodesOf(node['arguments'])[0]);
      if (said !== undefined) specifiers.push(said);
    }
    open.push(...childrenOf(node));
  }
  return { path, things: thingsOf(program), names, specifiers };
}

const ENDINGS = [
  '',
  '.ts',
  '.tsx',
  '.js',
  '.jsx',
  '.mjs',
  '.mts',
  '.cjs',
  '.cts',
  '/index.ts',
  '/index.tsx',
  '/index.js',
];

/** The file that a relative import means; undefined for a package, and where there is none. */
export function resolved(
  from: string,
  specifier: string,
  there: ReadonlySet<string>,
): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  const path = parts.join('/');
  const tries = [
    ...ENDINGS.map((end) => path + end),
    // Code of TypeScript is imported by the name that it will have.
    path.replace(/\.([cm]?)js$/, '.$1ts'),
    path.replace(/\.jsx?$/, '.tsx'),
  ];
  return tries.find((one) => there.has(one));
}

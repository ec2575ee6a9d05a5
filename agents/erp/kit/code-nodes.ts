import { kindOf, type Kind } from './tenancy.ts';
import type { Node } from './typescript-parser.ts';

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
export const nodesOf = (value: unknown): Node[] =>
  (Array.isArray(value) ? value : [value]).filter(isNode);
export const lineOf = ({ loc }: Node): number => loc?.start.line ?? 1;

/** Takes off what changes a type only: `x as T`, `x!`, `(x)`, `await x`. */
export function bare(node: unknown): Node | undefined {
  let found = isNode(node) ? node : undefined;
  const around = [
    'TSAsExpression',
    'TSSatisfiesExpression',
    'TSNonNullExpression',
    'TSTypeAssertion',
    'ParenthesizedExpression',
    'AwaitExpression',
    'ChainExpression',
  ];
  while (found !== undefined && around.includes(found.type)) {
    const inner = found['expression'] ?? found['argument'];
    found = isNode(inner) ? inner : undefined;
  }
  return found;
}

/** The name of an identifier, a key or a text. */
export function wordOf(node: unknown): string | undefined {
  const found = bare(node);
  if (found?.type === 'Identifier') return String(found['name']);
  if (found?.type === 'StringLiteral') return String(found['value']);
  if (found?.type === 'PrivateName') return wordOf(found['id']);
  if (found?.type === 'ThisExpression') return 'this';
  return undefined;
}
/** The last name of `a.b.c`, or of a call of it. */
export function lastName(node: unknown): string | undefined {
  const found = bare(node);
  if (found === undefined) return undefined;
  if (isMember(found)) return found['computed'] === true ? undefined : wordOf(found['property']);
  return isCall(found) ? lastName(found['callee']) : wordOf(found);
}
export const isMember = ({ type }: Node): boolean =>
  type === 'MemberExpression' || type === 'OptionalMemberExpression';
export const isCall = ({ type }: Node): boolean =>
  type === 'CallExpression' || type === 'OptionalCallExpression';

/** A text, with `$1` for what is put in; undefined where it is none. */
export function textIn(node: unknown): { text: string; isWhole: boolean } | undefined {
  const found = bare(node);
  if (found?.type === 'StringLiteral') return { text: String(found['value']), isWhole: true };
  if (found?.type !== 'TemplateLiteral') return undefined;
  const quasis = nodesOf(found['quasis']).map(
    (quasi) => (quasi['value'] as { cooked?: string; raw: string }).cooked ?? '',
  );
  return { text: quasis.join('$1'), isWhole: quasis.length === 1 };
}

/** What an object given as a filter or as data holds, and why more may hold than is seen. */
export interface Keys {
  readonly held: ReadonlySet<Kind>;
  readonly opaque?: string;
}
/** Calls that make an operator of what they are given: `In([…])`, `Not(…)`. */
const OPERATOR =
  /^(?:in|not|any|between|i?like|morethan\w*|lessthan\w*|isnull|raw|ne|gte?|lte?|arrayc\w*)$/i;

/** Whether what stands there is one value; `hidden`: while it runs it may be none, and then it filters nothing. */
function oneValue(value: Node | undefined): 'one' | 'several' | 'hidden' {
  switch (value?.type) {
    case undefined:
    case 'NullLiteral':
    case 'ArrayExpression':
    case 'UnaryExpression':
      return 'several';
    case 'Identifier':
      return value['name'] === 'undefined' ? 'several' : 'one';
    case 'ObjectExpression': {
      const [only, ...others] = nodesOf(value['properties']);
      const isEquals = others.length === 0 && wordOf(only?.['key']) === 'equals';
      return isConnected(value) ? 'one' : isEquals ? oneValue(bare(only?.['value'])) : 'several';
    }
    case 'OptionalMemberExpression':
    case 'OptionalCallExpression':
    case 'ConditionalExpression':
    case 'LogicalExpression':
      return 'hidden';
    default:
      return value !== undefined && isCall(value) && OPERATOR.test(lastName(value) ?? '')
        ? 'several'
        : 'one';
  }
}

const union = (all: readonly Keys[]): Keys => {
  const opaque = all.find((one) => one.opaque !== undefined)?.opaque;
  return {
    held: new Set(all.flatMap(({ held }) => [...held])),
    ...(opaque === undefined ? {} : { opaque }),
  };
};
/** What every one of them holds. */
export const common = (all: readonly Keys[]): Keys => {
  const [first, ...others] = all;
  const opaque = all.find((one) => one.opaque !== undefined)?.opaque;
  const held = [...(first?.held ?? [])].filter((kind) => others.every((one) => one.held.has(kind)));
  return { held: new Set(held), ...(opaque === undefined ? {} : { opaque }) };
};

const NOTHING: Keys = { held: new Set() };

/** What one property of a filter holds; `of`: the names that a column may be written with, as in `i.tenant_id`. */
function keyOf(property: Node, of: readonly string[]): Keys {
  const name = wordOf(property['key']) ?? '';
  const value = bare(property['value']);
  if (name === 'AND') return union(elementsOf(value).map((one) => keysOf(one, of)));
  const [column = '', owner] = name.split('.').toReversed();
  const kind = owner === undefined || of.includes(owner) ? kindOf(column) : undefined;
  if (kind !== undefined) {
    const values = oneValue(value);
    const opaque = 'its value may be undefined, which filters nothing';
    return {
      held: new Set(values === 'one' ? [kind] : []),
      ...(values === 'hidden' ? { opaque } : {}),
    };
  }
  // A compound key: `tenantId_branchId_number: { … }`.
  const isCompound =
    value?.type === 'ObjectExpression' && name.split('_').some((part) => kindOf(part));
  return isCompound ? keysOf(value, of) : NOTHING;
}

/** Reads an object literal as a filter: its keys hold together; `AND` too, `OR` and `NOT` hold nothing. */
export function keysOf(node: unknown, of: readonly string[] = []): Keys {
  const found = bare(node);
  if (found === undefined) return NOTHING;
  if (found.type !== 'ObjectExpression')
    return { ...NOTHING, opaque: 'its filter is put together elsewhere' };
  let keys = NOTHING;
  for (const property of nodesOf(found['properties']))
    // What is spread in, or computed, may take the place of the keys before it.
    keys =
      property.type === 'ObjectProperty' && property['computed'] !== true
        ? union([keys, keyOf(property, of)])
        : { ...NOTHING, opaque: 'a part of its filter is put together elsewhere' };
  return keys;
}

/** The elements of a list, or the one that stands for a list. */
export const elementsOf = (node: Node | undefined): Node[] =>
  node?.type === 'ArrayExpression' ? nodesOf(node['elements']) : nodesOf(node);

/** `tenant: { connect: { id } }`, as a relation is set. */
const isConnected = (value: Node | undefined): boolean =>
  value?.type === 'ObjectExpression' &&
  nodesOf(value['properties']).some((property) => wordOf(property['key']) === 'connect');

/** The value of a key of an object literal. */
export const valueOf = (node: unknown, key: string): Node | undefined => {
  const found = bare(node);
  const properties = found?.type === 'ObjectExpression' ? nodesOf(found['properties']) : [];
  return bare(properties.find((property) => wordOf(property['key']) === key)?.['value']);
};
/** Whether all keys of an object literal can be seen. */
export const isOpen = (node: unknown): boolean => {
  const found = bare(node);
  return (
    found !== undefined &&
    (found.type !== 'ObjectExpression' ||
      nodesOf(found['properties']).some(({ type }) => type === 'SpreadElement'))
  );
};

import { childrenOf, linesOf, nameOf, type Node } from './syntax.ts';

export const MOST_FUNCTION_LINES = 70;
export const MOST_FILE_LINES = 400;
export const MOST_LEVELS = 4;

/** A function that is longer or deeper than a reader can hold; `line` is where it begins, or where it is deepest. */
export interface Shape {
  readonly kind: 'long-function' | 'deep-nesting';
  readonly name: string;
  readonly line: number;
  readonly to: number;
  /** Lines, or levels. */
  readonly size: number;
}

const FUNCTIONS: readonly string[] = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
];
const LEVELS: readonly string[] = [
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'TryStatement',
];

interface Open {
  readonly node: Node;
  readonly parent: Node | undefined;
  readonly levels: number;
  /** The function around it, with its deepest place so far. */
  readonly within: { name: string; levels: number; line: number } | undefined;
}

const nameAt = (node: Node, parent: Node | undefined): string =>
  nameOf(node['id']) ??
  nameOf(node['key']) ??
  nameOf(parent?.['id']) ??
  nameOf(parent?.['key']) ??
  '(nameless)';

/** The functions of a file that are too long or nested too deep; those handed to a call, as the body of a test is, may be long. */
export function shapesIn(program: Node): Shape[] {
  const shapes: Shape[] = [];
  const functions: NonNullable<Open['within']>[] = [];
  const open: Open[] = [{ node: program, parent: undefined, levels: 0, within: undefined }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent, within } = next;
    let { levels } = next;
    let around = within;
    const { from, to } = linesOf(node);
    if (FUNCTIONS.includes(node.type)) {
      const name = nameAt(node, parent);
      const isHanded = parent?.type === 'CallExpression';
      if (!isHanded && to - from + 1 > MOST_FUNCTION_LINES)
        shapes.push({ kind: 'long-function', name, line: from, to, size: to - from + 1 });
      [levels, around] = [0, { name, levels: 0, line: from }];
      functions.push(around);
    } else if (
      LEVELS.includes(node.type) &&
      !(node.type === 'IfStatement' && parent?.['alternate'] === node)
    ) {
      levels += 1;
      if (around !== undefined && levels > around.levels)
        [around.levels, around.line] = [levels, from];
    }
    open.push(
      ...childrenOf(node).map((child) => ({ node: child, parent: node, levels, within: around })),
    );
  }
  const deep = functions
    .filter(({ levels }) => levels > MOST_LEVELS)
    .map(({ name, levels, line }): Shape => ({
      kind: 'deep-nesting',
      name,
      line,
      to: line,
      size: levels,
    }));
  return [...shapes, ...deep];
}

/** A node of a syntax tree; which keys it has follows from its type. */
export interface Node {
  readonly type: string;
  readonly loc?: {
    readonly start: { readonly line: number };
    readonly end: { readonly line: number };
  };
  readonly [key: string]: unknown;
}
/** What a parser takes for one word or sign; comments are none. */
export interface Token {
  readonly text: string;
  readonly line: number;
}
export interface Parsed {
  readonly program: Node;
  readonly tokens: readonly Token[];
}

interface RawToken {
  readonly type: string | { readonly label: string };
  readonly value?: unknown;
  readonly loc: { readonly start: { readonly line: number } };
}
const wordOf = ({ type, value }: RawToken): string => {
  const label = typeof type === 'string' ? type : type.label;
  return typeof value === 'string' || typeof value === 'number' ? `${label} ${value}` : label;
};

/** Parses TypeScript or JavaScript; undefined where it cannot. Loaded on use. */
export async function codeParser(): Promise<(text: string) => Parsed | undefined> {
  const { parse } = await import('@babel/parser');
  return (text) => {
    for (const plugins of [['typescript'], ['typescript', 'jsx']] as ('typescript' | 'jsx')[][])
      try {
        const options = {
          sourceType: 'unambiguous',
          plugins: [...plugins, 'decorators'],
          tokens: true,
          allowReturnOutsideFunction: true,
        };
        const file = parse(text, options as never) as unknown as {
          program: Node;
          tokens: readonly RawToken[];
        };
        const tokens = file.tokens
          .filter(({ type }) => typeof type !== 'string' || !type.startsWith('Comment'))
          .map((token) => ({ text: wordOf(token), line: token.loc.start.line }));
        return { program: file.program, tokens };
      } catch {
        // A generic in angle brackets and an element of JSX look alike: the other way is tried.
      }
    return undefined;
  };
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
export const nodesOf = (value: unknown): Node[] =>
  (Array.isArray(value) ? value : [value]).filter(isNode);
export const linesOf = ({ loc }: Node): { readonly from: number; readonly to: number } => ({
  from: loc?.start.line ?? 1,
  to: loc?.end.line ?? 1,
});
/** The name of an identifier, or of a key. */
export const nameOf = (value: unknown): string | undefined =>
  isNode(value) && (value.type === 'Identifier' || value.type === 'JSXIdentifier')
    ? String(value['name'])
    : isNode(value) && value.type === 'StringLiteral'
      ? String(value['value'])
      : undefined;

const APART: readonly string[] = [
  'loc',
  'leadingComments',
  'trailingComments',
  'innerComments',
  'extra',
];
/** The nodes right below a node, in the order of the text. */
export const childrenOf = (node: Node): Node[] =>
  Object.entries(node).flatMap(([key, value]) => (APART.includes(key) ? [] : nodesOf(value)));

const CODE = /\.[cm]?[jt]sx?$/;
/** Files that a parser reads; declarations hold no code. */
export const isCode = (path: string): boolean => CODE.test(path) && !/\.d\.[cm]?ts$/.test(path);
export const CODE_ENDINGS = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'];

const TEST =
  /(?:^|\/)(?:tests?|__tests__|spec|e2e)\/|(?:^|\/)test_[^/]+\.py$|[._-](?:test|spec)\.[^/.]+$|_test\.(?:go|py)$/i;
/** Whether a file belongs to the tests, by its name. */
export const isTest = (path: string): boolean => TEST.test(path);

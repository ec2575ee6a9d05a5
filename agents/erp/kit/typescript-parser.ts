/** A node of a syntax tree; which keys it has follows from its type. */
export interface Node {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number } };
  readonly [key: string]: unknown;
}

/** Parses TypeScript or JavaScript; undefined where it cannot. Loaded on use. */
export async function typescriptParser(): Promise<(text: string) => Node | undefined> {
  const { parse } = await import('@babel/parser');
  return (text) => {
    for (const plugins of [['typescript'], ['typescript', 'jsx']] as ('typescript' | 'jsx')[][])
      try {
        const options = { sourceType: 'module', plugins: [...plugins, 'decorators'] } as const;
        const more = { allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true };
        return parse(text, { ...options, ...more } as never) as unknown as Node;
      } catch {
        // A generic in angle brackets and an element of JSX look alike: the other way is tried.
      }
    return undefined;
  };
}

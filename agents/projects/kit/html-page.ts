/** What matters of an element; lines count from 1. */
export interface Element {
  readonly tag: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** The text right in it. */
  readonly text: string;
}
export interface HtmlPage {
  readonly elements: readonly Element[];
  /** It has a head or an `<html>` of its own: it is no piece that another page takes in. */
  readonly isWhole: boolean;
}

interface Raw {
  readonly nodeName: string;
  readonly value?: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly Raw[];
  readonly sourceCodeLocation?: { readonly startLine: number } | null;
}

/** Reads HTML as browsers do (parse5), whatever is wrong with it. Loaded on use. */
export async function htmlReader(): Promise<(text: string) => HtmlPage> {
  const { parse } = await import('parse5');
  return (text) => {
    const elements: Element[] = [];
    const open = [parse(text, { sourceCodeLocationInfo: true }) as unknown as Raw];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const children = node.childNodes ?? [];
      open.push(...children.toReversed());
      // What the parser adds of its own has no place in the text.
      if (node.attrs === undefined || !node.sourceCodeLocation) continue;
      elements.push({
        tag: node.nodeName,
        line: node.sourceCodeLocation.startLine,
        attributes: new Map(node.attrs.map(({ name, value }) => [name, value])),
        text: children
          .map(({ value }) => value ?? '')
          .join('')
          .trim(),
      });
    }
    const isWhole = /<!doctype|<html[\s>]|<head[\s>]/i.test(text);
    return { elements, isWhole };
  };
}

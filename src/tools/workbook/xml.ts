import { WorkbookError } from '../../errors/workbook-error.ts';

export type Attributes = Readonly<Record<string, string>>;
/** What is told of a text of XML, in its order; names come without their prefix, a long text in pieces. */
export interface Listener {
  open?(name: string, attributes: Attributes): void;
  text?(said: string): void;
  close?(name: string): void;
}

const MAX_DEPTH = 100;
const MAX_ATTRIBUTES = 1000;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);
const plain = (attributes: object): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [local(name), String(value)]),
  );

/**
 * Reads XML as it comes. What is not well formed is an error, since a parser that mends loses rows; no entity can be declared.
 * @throws WorkbookError where a document type is declared, or elements are over 100 deep or have over 1,000 attributes; an error of the
 * library, or of the decoder, for what is no XML in UTF-8.
 */
export async function readXml(chunks: AsyncIterable<Buffer>, listener: Listener): Promise<void> {
  // Loaded on use: most requests read no workbook.
  const { default: sax } = await import('sax');
  let [depth, attributes] = [0, 0];
  const parser = Object.assign(sax.parser(true), {
    onerror: (error: Error) => {
      throw error;
    },
    ondoctype: () => {
      throw new WorkbookError('broken', 'it declares a document type');
    },
    onattribute: () => {
      attributes += 1;
      if (attributes > MAX_ATTRIBUTES) throw new WorkbookError('broken', 'too many attributes');
    },
    onopentag: (tag: { readonly name: string; readonly attributes: object }) => {
      [depth, attributes] = [depth + 1, 0];
      if (depth > MAX_DEPTH) throw new WorkbookError('broken', 'its elements are too deep');
      listener.open?.(local(tag.name), plain(tag.attributes));
    },
    ontext: (said: string) => listener.text?.(said),
    oncdata: (said: string) => listener.text?.(said),
    onclosetag: (name: string) => {
      depth -= 1;
      listener.close?.(local(name));
    },
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) parser.write(decoder.decode(chunk, { stream: true }));
  parser.write(decoder.decode()).close();
}

import * as z from 'zod';
import { ToolRefusedError } from '../errors/tool-refused-error.ts';
import { canonical, hashOfText } from '../kernel/canonical.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { cut } from '../tools/text.ts';

/** What a server answers to a call. */
export const Answer = z.looseObject({
  content: z.array(z.record(z.string(), z.json())).default([]),
  structuredContent: z.json().optional(),
  isError: z.boolean().optional(),
});
export type Answer = z.output<typeof Answer>;

const MAX_BLOCKS = 100;
const MAX_WORDS_CHARS = 2_000;

/** What comes of a tool that declares no output of its own. */
export const Content = z.strictObject({
  content: z.array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text'), text: z.string() }),
      /** Only named: nobody knows what is in it. */
      z.strictObject({
        type: z.literal('other'),
        kind: z.string(),
        mimeType: z.string().optional(),
        uri: z.string().optional(),
        bytes: z.int().min(0),
        sha256: z.string(),
      }),
    ]),
  ),
  /** Texts were cut, or blocks left out, at the cap. */
  truncated: z.boolean(),
});
type Content = z.output<typeof Content>;

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? cut(value, MAX_WORDS_CHARS).text : undefined;

/** An image, a sound, a link, an embedded resource: its kind, how much it is, and the hash of all that was sent of it. */
function named(block: Readonly<Record<string, Json>>): Content['content'][number] {
  const { type, data, resource } = block;
  const inner = (typeof resource === 'object' && !Array.isArray(resource) && resource) || block;
  const { mimeType, uri, blob } = inner as Readonly<Record<string, Json>>;
  const encoded = data ?? blob;
  const body = typeof encoded === 'string' ? Buffer.from(encoded, 'base64') : undefined;
  const text = canonical(block);
  const [mime, at] = [textOf(mimeType), textOf(uri)];
  return {
    type: 'other',
    kind: textOf(type) ?? 'unknown',
    ...(mime !== undefined && { mimeType: mime }),
    ...(at !== undefined && { uri: at }),
    bytes: body?.length ?? Buffer.byteLength(text),
    sha256: hashOfText(text),
  };
}

type Block = Content['content'][number];
const bytesOf = (block: Block): number => Buffer.byteLength(JSON.stringify(block));

/** As much of a text as fits; nothing of anything else. */
function fitting(block: Block, maxBytes: number): Block[] {
  let fits = block;
  for (let bytes = bytesOf(fits); bytes > maxBytes; bytes = bytesOf(fits)) {
    if (fits.type !== 'text' || fits.text === '') return [];
    const chars = Math.floor((fits.text.length * maxBytes) / bytes);
    fits = { type: 'text', text: cut(fits.text, chars).text };
  }
  return [fits];
}

function contentOf(blocks: Answer['content'], maxBytes: number): Content {
  const content: Block[] = [];
  let left = maxBytes;
  for (const block of blocks.slice(0, MAX_BLOCKS)) {
    const { type, text } = block;
    const whole: Block =
      type === 'text' && typeof text === 'string' ? { type, text } : named(block);
    const [fits] = fitting(whole, left);
    if (fits !== undefined) content.push(fits);
    if (fits !== whole) return { content, truncated: true };
    left -= bytesOf(fits);
  }
  return { content, truncated: blocks.length > MAX_BLOCKS };
}

/**
 * What a call came to: the structured content of a tool that declares one, else its texts, and of everything else its name.
 * @throws ToolRefusedError for what the server says is an error, what is missing, and what is larger than `maxBytes`.
 */
export function outputOf(answer: Answer, isStructured: boolean, maxBytes: number): Json {
  const { content, structuredContent, isError } = answer;
  if (isError === true) {
    const texts = content.flatMap(({ text }) => (typeof text === 'string' ? text : []));
    const said = cut(texts.join('\n'), MAX_WORDS_CHARS).text;
    throw new ToolRefusedError('declined', `the server says that it failed: ${said}`);
  }
  if (!isStructured) return contentOf(content, maxBytes) as Json;
  if (structuredContent === undefined)
    throw new ToolRefusedError('declined', 'it was called, and its answer lacks what it declares');
  const bytes = Buffer.byteLength(JSON.stringify(structuredContent));
  if (bytes > maxBytes)
    throw new ToolRefusedError(
      'declined',
      `it was called, and its answer has ${bytes} bytes, at most ${maxBytes}`,
    );
  return structuredContent;
}

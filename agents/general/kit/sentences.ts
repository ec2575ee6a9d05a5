import type { Passage } from './passages.ts';

const HEADING = /^#{1,6}\s+(\S.*?)\s*#*$/;
const UNDERLINE = /^(?:=+|-+|~+)\s*$/;
const FENCE = /^\s*(?:```|~~~)/;
const ITEM = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/;
const NO_PROSE = /^\s*(?:\||<|\[[^\]]+\]:|!\[)/;
const MAX_SENTENCE_CHARS = 600;
/** A point after a shortened word or an initial ends no sentence. */
const ENDS =
  /(?<!\b(?:[Ee]\.g|[Ii]\.e|vs|approx|No|Mr|Mrs|Ms|Dr|St|[Cc]f|ca|\p{Lu}))[.!?…]["'”’»)\]]*(?=\s+["'“‘«(]?[\p{Lu}\p{N}`*_])|[。！？]/gu;

interface Block {
  readonly line: number;
  readonly heading: string;
  readonly lines: string[];
}

/** What is written in prose: paragraphs and items of lists, without headings, code and tables. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: Block | undefined;
  let isInFence = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const isFence = FENCE.test(line);
    if (isFence) isInFence = !isInFence;
    const title = isInFence ? undefined : HEADING.exec(line)?.[1];
    if (title !== undefined) heading = title;
    const isUnderline = open?.lines.length === 1 && UNDERLINE.test(line);
    if (isUnderline) heading = blocks.pop()?.lines[0]?.trim() ?? heading;
    const isProse =
      !isInFence &&
      !isFence &&
      title === undefined &&
      !isUnderline &&
      line.trim() !== '' &&
      !NO_PROSE.test(line);
    if (!isProse) open = undefined;
    else if (open === undefined || ITEM.test(line))
      blocks.push((open = { line: index + 1, heading, lines: [line.replace(ITEM, '')] }));
    else open.lines.push(line);
  }
  return blocks;
}

/** A place alone, such as "(`a.md:3`)", says nothing. */
const saysNothing = (words: string): boolean => !/\p{L}/u.test(words.replace(/`[^`]*`/g, ''));

/** White space as one blank: what a line end divides is one sentence all the same. */
export const folded = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The sentences of a Markdown or plain text word for word, each with the line where it begins and its heading; what is longer is left out. */
export function sentencesOf(path: string, text: string): Passage[] {
  return blocksOf(text).flatMap(({ line, heading, lines }) => {
    const block = lines.join('\n');
    const cuts = [...block.matchAll(ENDS)].map((end) => end.index + end[0].length);
    return [0, ...cuts].flatMap((from, at) => {
      const own = block.slice(from, cuts[at] ?? block.length);
      const led = own.length - own.trimStart().length;
      const words = folded(own);
      const before = block.slice(0, from + led).split('\n').length - 1;
      return saysNothing(words) || words.length > MAX_SENTENCE_CHARS
        ? []
        : [{ path, line: line + before, heading, text: words }];
    });
  });
}

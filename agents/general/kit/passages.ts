import { contentWords, weightOf } from 'nova-agents/routing';

/** A paragraph of a document, with the heading that it stands under. */
export interface Passage {
  readonly path: string;
  /** Of its first line, from 1 on. */
  readonly line: number;
  readonly heading: string;
  readonly text: string;
}

const MAX_PASSAGE_CHARS = 1_200;
/** So much of what is asked a passage has to speak of. */
const LEAST = 0.4;
/** What stands in the heading counts a little less than what stands in the text. */
const IN_HEADING = 0.7;

const isHeading = (line: string): boolean => /^#{1,6}\s+\S/.test(line);
const isFence = (line: string): boolean => /^\s*(?:```|~~~)/.test(line);

/** The paragraphs of a Markdown or plain text, lists and fenced code each as one. */
export function passagesOf(path: string, text: string): Passage[] {
  const passages: Passage[] = [];
  let heading = '';
  let open: { line: number; lines: string[] } | undefined;
  let isInFence = false;
  const close = (): void => {
    const words = open?.lines.join('\n').trim() ?? '';
    if (open !== undefined && words !== '')
      passages.push({ path, line: open.line, heading, text: words.slice(0, MAX_PASSAGE_CHARS) });
    open = undefined;
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (isFence(line)) isInFence = !isInFence;
    const ends = !isInFence && (line.trim() === '' || isHeading(line));
    if (ends) close();
    if (!isInFence && isHeading(line)) heading = line.replace(/^#+\s*/, '').trim();
    else if (!ends) (open ??= { line: index + 1, lines: [] }).lines.push(line);
  }
  close();
  return passages;
}

/** The passages that speak of what is asked, the best first, each with how much of it, 0..1. */
export function ranked(
  passages: readonly Passage[],
  question: string,
): { readonly passage: Passage; readonly score: number }[] {
  const asked = contentWords(question);
  const all = asked.reduce((sum, word) => sum + weightOf(word), 0);
  return passages
    .map((passage) => {
      const own = new Set(contentWords(passage.text));
      const above = new Set(contentWords(`${passage.heading} ${passage.path}`));
      const met = asked.reduce((sum, word) => {
        const share = own.has(word) ? 1 : above.has(word) ? IN_HEADING : 0;
        return sum + weightOf(word) * share;
      }, 0);
      return { passage, score: all === 0 ? 0 : met / all };
    })
    .filter(({ score }) => score >= LEAST)
    .toSorted(
      (a, b) =>
        b.score - a.score ||
        a.passage.text.length - b.passage.text.length ||
        (a.passage.path < b.passage.path ? -1 : 1),
    );
}

const MAX_SEARCHED = 24;

/** Words as a search that knows no endings finds them: small, capital, and their stems. */
export const searchedWords = (question: string): string[] => {
  const small = [...new Set(question.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])];
  const stems = contentWords(question).filter((word) => word.length >= 3);
  const telling = small.filter((word) => stems.some((stem) => word.startsWith(stem)));
  const each = [...new Set([...stems, ...telling])].slice(0, MAX_SEARCHED);
  return each.flatMap((word) => [word, `${word[0]?.toUpperCase()}${word.slice(1)}`]);
};

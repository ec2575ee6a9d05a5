import { EARLIER_HERE, KNOWN_HERE, type Composition } from './answers.ts';
import { itemsOf, split } from './passages.ts';
import { inLine, quoted, titleOf } from './quoting.ts';

/** What the verifier is handed. */
export interface Judged {
  readonly text: string;
  readonly clarified: string;
  readonly answer: Composition;
}

const MAX_SHOWN_CHARS = 120;
const CUT = ' …';
const FENCED = /^ {0,3}(```|~~~)[\s\S]*?(?:^ {0,3}\1.*$|(?![\s\S]))/gm;
/** Drives a terminal, turns the direction of writing, or is a tag outside of the flags that begin so. */
const UNSEEN =
  /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]|(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0001}\u{e0020}-\u{e007f}]/u;
const CREDIT = /(?:^|\n)Contributed: (.+)\.\s*$/;
const SECTION = /^(?=#{1,6}\s)/m;
const NODE = /^[a-z][a-z0-9-]*$/;
const NOBODY = 'nobody';
/** Who judges must not have worked on it. */
const SELF = 'verifier';
const IS_DONE =
  /^["'`*]*:?\s+(?:(?:is|was|were|are|has been|have been)\s+)?(?:now\s+)?(?:done|completed|finished)\b/;

const shown = (text: string): string => quoted(text, MAX_SHOWN_CHARS);
const inOneLine = (text: string): string => inLine(text, text.length + 1).replaceAll('`', "'");
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The words of the request that an entry quotes; undefined where it names a part. */
function quotation(what: string): { readonly words: string; readonly isCut: boolean } | undefined {
  const words = /^`(.*)`$/.exec(what)?.[1];
  if (words === undefined) return undefined;
  const isCut = words.endsWith(CUT);
  return { words: isCut ? words.slice(0, -CUT.length) : words, isCut };
}

/** Who is named as having contributed, by the list or by the text alone. */
function miscredited({ text, contributors }: Composition): string | undefined {
  const doubled = contributors.find((node, at) => contributors.indexOf(node) !== at);
  if (doubled !== undefined) return `${shown(doubled)} is named twice`;
  const named = CREDIT.exec(text)?.[1]?.split(', ') ?? [];
  if (named.length === 0 || !named.every((node) => NODE.test(node))) return undefined;
  const stranger = named.find((node) => node !== NOBODY && !contributors.includes(node));
  if (stranger !== undefined) return `the text credits ${stranger}, who contributed nothing`;
  const unnamed = contributors.find((node) => !named.includes(node));
  return unnamed && `the text does not credit ${shown(unnamed)}, who contributed`;
}

/** What is listed as not done, and told as done by a section of its own or in so many words. */
function claimed({ text, contributors, notDone }: Composition): string | undefined {
  const titles = new Set([KNOWN_HERE, EARLIER_HERE, ...contributors.map(titleOf)]);
  const sections = text
    .replace(FENCED, '')
    .split(SECTION)
    .map((section) => ({ section, title: /^#{1,6}\s+(.+)/.exec(section)?.[1]?.trim() ?? '' }))
    // What a part itself tells, such as of tasks that are done, or a record, is no claim of the answer.
    .filter(({ title }) => !titles.has(title.replace(/ \([^()]*\)$/, '')));
  const found = notDone.find(({ what }) => {
    const words = (quotation(what)?.words ?? what).toLowerCase();
    return sections.some(
      ({ section, title }) =>
        title === what ||
        section
          .toLowerCase()
          .split(words)
          .slice(1)
          .some((rest) => IS_DONE.test(rest)),
    );
  });
  return found && `${shown(found.what)} is listed as not done, and the text says that it is`;
}

/** A passage of the request that is neither worked on nor listed, or one listed that nobody asked for. */
function misplaced({ text, clarified, answer }: Judged): string | undefined {
  const { contributors, notDone } = answer;
  const left = notDone.flatMap(({ what }) => quotation(what) ?? []);
  const said = new Set(wordsOf(`${text} ${clarified}`));
  const foreign = left.find(({ words, isCut }) =>
    wordsOf(words)
      .slice(0, isCut ? -1 : undefined)
      .some((word) => !said.has(word)),
  );
  if (foreign !== undefined) return `${shown(foreign.words)} is listed, and nobody asked for it`;
  if (contributors.length > 0) return undefined;
  if (notDone.length === 0) return 'nobody contributed, and nothing is listed as not done';
  // A lost part may have been any passage, and what is cut may go on with it.
  if (left.length < notDone.length || left.some(({ isCut }) => isCut)) return undefined;
  const isListed = (words: string) =>
    left.some((one) => one.words.includes(words) || words.includes(one.words));
  const lost = split(text)
    .passages.map(inOneLine)
    .find((passage) => !isListed(passage) && !itemsOf(passage).every(isListed));
  return lost && `${shown(lost)} is neither answered nor listed as not done`;
}

/** A sentence where an answer cannot be one to its request, whoever composed it; undefined where nothing speaks against it. */
export function objectionOf(judged: Judged): string | undefined {
  const { answer } = judged;
  if (answer.text.trim() === '') return 'the answer says nothing';
  if (answer.contributors.includes(SELF)) return 'who verifies it has contributed to it';
  if (UNSEEN.test(answer.text)) return 'the answer holds signs that nobody sees';
  const bare = answer.notDone.find(({ why }) => why.trim() === '');
  if (bare !== undefined) return `${shown(bare.what)} was not done, and it is not said why`;
  return misplaced(judged) ?? miscredited(answer) ?? claimed(answer);
}

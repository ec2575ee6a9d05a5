import { bullets, counted, inCode } from 'nova-agents/tools';
import type { Looked } from '../../positions.ts';
import { faultIn, lookedAt, readable } from './post.ts';
import { proseOf, type Prose } from './prose.ts';
import {
  doubledWords,
  longSentences,
  namesSpelledApart,
  passivePiles,
  repeatedOpenings,
  skippedHeadings,
  unmatched,
  weaselWords,
  type Finding,
} from './style.ts';

const ALWAYS = [
  longSentences,
  doubledWords,
  repeatedOpenings,
  unmatched,
  namesSpelledApart,
  skippedHeadings,
];
const IN_ENGLISH = [passivePiles, weaselWords];
const ENGLISH = new Set(
  'the of and to a in is that it for on with as are this be by or not you we was'.split(' '),
);
/** Of its words are among the commonest of English; other languages have less than a tenth. */
const ENGLISH_SHARE = 0.15;

/** What was found in a text, by line; `words` counts those of its prose. */
export interface Edited {
  readonly prose: Prose;
  readonly findings: readonly Finding[];
  readonly words: number;
  readonly isEnglish: boolean;
}

/** Sorted by line, and what is in one line by its kind. */
export const byLine = (a: Finding, b: Finding): number =>
  a.line - b.line || (a.kind < b.kind ? -1 : 1);

/** Reads a text for what its words alone show. */
export function edit(text: string): Edited {
  const prose = proseOf(text);
  const words = prose.paragraphs.flatMap(({ sentences }) => sentences.flatMap((one) => one.words));
  const common = words.filter((word) => ENGLISH.has(word.toLowerCase())).length;
  const isEnglish = common >= words.length * ENGLISH_SHARE;
  const checks = isEnglish ? [...ALWAYS, ...IN_ENGLISH] : ALWAYS;
  const findings = checks.flatMap((check) => check(prose)).toSorted(byLine);
  return { prose, findings, words: words.length, isEnglish };
}

const MAX_POINTS = 30;

/** Says what was found, and what was not looked for. */
export function describeFindings(
  where: string | null,
  findings: readonly Finding[],
  { words, isEnglish }: Edited,
  truncated: boolean,
): string {
  const named = where === null ? 'The text' : inCode(where);
  const points = findings.map(
    ({ line, what, suggestion }) =>
      `line ${line}: ${what}${suggestion === null ? '' : `; write ${inCode(suggestion)}`}`,
  );
  return [
    ...(points.length === 0
      ? [`${named}: nothing to object to in ${counted(words, 'word')}.`]
      : []),
    ...bullets(`${named}, ${counted(words, 'word')}`, points, MAX_POINTS),
    ...(isEnglish
      ? []
      : ['It does not read as English: passive forms and weasel words were not looked for.']),
    ...(truncated ? ['There is more than was read or is listed.'] : []),
  ].join('\n');
}

/** Wrong, whatever one's taste. */
const WRONG: ReadonlySet<Finding['kind']> = new Set([
  'doubled-word',
  'unmatched',
  'name',
  'heading',
]);

/** What must not stand in a page that is published. */
export function flawsOf(page: string): Looked {
  const wrong = edit(readable(page)).findings.filter(({ kind }) => WRONG.has(kind));
  const faults = wrong.map(({ line, kind, what }) => faultIn(line, kind, what));
  return lookedAt(page, 'lines of prose', faults);
}

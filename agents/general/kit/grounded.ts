import { inCode } from 'nova-agents/tools';
import { contentWords } from 'nova-agents/routing';
import { namesAreTold, strangerIn } from './extract.ts';
import type { Passage } from './passages.ts';
import { folded, sentencesOf } from './sentences.ts';

/** Somebody's own words may have so many that their source has not, of those that say something. */
const MOST_OWN = 1 / 3;
const MAX_CHARS = 2_000;

type Place = Pick<Passage, 'path' | 'line' | 'text'>;

/** Which quotation is no whole sentence of the documents, or stands elsewhere; a part of one can turn its meaning round. */
export function misquotedIn(
  quotes: readonly Place[],
  documents: readonly { readonly path: string; readonly text: string }[],
): string | undefined {
  const sentences = documents.flatMap(({ path, text }) => sentencesOf(path, text));
  for (const { path, line, text } of quotes) {
    const said = sentences.filter((one) => one.path === path && one.text === folded(text));
    if (said.length === 0)
      return `${JSON.stringify(text)} is no whole sentence of what was read of ${inCode(path)}`;
    if (said.some((one) => one.line === line)) continue;
    return `${JSON.stringify(text)} stands at ${said.map((one) => inCode(`${path}:${one.line}`)).join(', ')}`;
  }
  return undefined;
}

/**
 * Where an answer in somebody's own words says what its quotations do not: a number, a name or an address that none of them has, or a
 * sentence of which over a third of the words are in none of them. What is denied or turned round with their words is not seen.
 */
export function unfoundedBeside(said: string, quotes: readonly Place[]): string | undefined {
  if (said.length > MAX_CHARS) return `it is longer than ${MAX_CHARS} characters`;
  const missing = quotes.find(({ path, line }) => !said.includes(`${path}:${line}`));
  if (missing !== undefined) return `${missing.path}:${missing.line} is not named`;
  const own = quotes.reduce(
    (rest, { path, line }) => rest.replaceAll(`${path}:${line}`, ' '),
    said,
  );
  const source = quotes.map(({ text }) => text).join('\n');
  const stranger = strangerIn(namesAreTold(own) ? own : own.toLowerCase(), source);
  if (stranger !== undefined) return `${inCode(stranger)} stands in no quotation`;
  const known = new Set(quotes.flatMap(({ text }) => contentWords(text)));
  const sentence = own.split(/[.!?;:\n]+/).find((one) => {
    const words = contentWords(one);
    return words.filter((word) => !known.has(word)).length > words.length * MOST_OWN;
  });
  return sentence && `${JSON.stringify(sentence.trim())} stands in no quotation`;
}

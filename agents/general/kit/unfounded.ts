import { inCode, redact } from 'nova-agents/tools';
import type * as z from 'zod';
import type { goAhead } from '../../contracts.ts';
import type { Looked } from '../../positions.ts';
import { namesAreTold, strangersIn } from './extract.ts';
import { folded } from './sentences.ts';

const FENCE = /^\s*(?:```|~~~)/;
const FRONT = /^(?:title|description): (?=")/;
/** What is no word of a line: that it is a point of a list, or a heading. */
const MARKS = /^\s*(?:\d{1,3}[.)]|[-*+>#]+)\s+/;
const QUOTED = /[“„»"]([^“”„«»"\n]{12,400})[”“«"]/gu;
/** Numbers up to this count what the notes list. */
const MAX_COUNTED = 10;

const isCounted = (said: string): boolean => /^\d+$/.test(said) && Number(said) <= MAX_COUNTED;

/** What a post says that its notes do not: numbers, names, addresses, and words in quotation marks, by line. */
export function unfoundedIn({
  passage = '',
  notes = '',
}: Pick<z.output<typeof goAhead.subject>, 'passage' | 'notes'>): Looked {
  const source = folded(notes);
  const hasNames = namesAreTold(passage);
  let isCode = false;
  const lines = passage.split('\n');
  const faults = lines.flatMap((raw, at) => {
    if (FENCE.test(raw)) isCode = !isCode;
    const isFront = FRONT.test(raw);
    const text = (isFront ? raw.replace(FRONT, '').slice(1, -1) : raw).replace(MARKS, '');
    // Titles and headings may be written with capitals throughout.
    const isTitle = /^(?:title: |\s*#)/.test(raw);
    const said = hasNames && !isTitle && !isCode ? text : text.toLowerCase();
    const quotes = [...text.matchAll(QUOTED)].map(([, words = '']) => words);
    const strange = [
      ...strangersIn(said, notes).filter((one) => !isCounted(one)),
      ...(isCode ? [] : quotes.filter((words) => !source.includes(folded(words)))),
    ];
    return [...new Set(strange)].map((one) => ({
      path: 'draft',
      line: at + 1,
      rule: 'unfounded',
      about: 'the draft',
      why: `${/\S@\S/.test(one) ? 'a mail address' : inCode(redact(one))} stands in no note`,
    }));
  });
  const gaps = [passage, notes].some((text) => text.trim() === '')
    ? [{ path: 'draft', line: null, why: 'a draft and its notes are needed' }]
    : [];
  const what = hasNames ? 'lines held to the notes' : 'lines held to the notes, but for names';
  return { faults, gaps, looked: [{ what, count: lines.length }] };
}

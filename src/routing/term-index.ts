import MiniSearch from 'minisearch';

/** Shorter words have too many neighbours to be matched by a beginning or with a letter wrong. */
const MIN_PREFIX_LETTERS = 5;
const MIN_FUZZY_LETTERS = 6;
const MAX_WRONG_LETTERS = 1;

/** Which of the words asked for a document has, and which of its own words they met. */
export interface Met {
  readonly document: number;
  readonly asked: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
}

/**
 * Finds the documents that share words with a question; beginnings and one wrong letter will do.
 * The library's own score is left aside: it grows with the number of documents.
 */
export function termIndex(
  documents: readonly (readonly string[])[],
): (asked: readonly string[]) => Met[] {
  const index = new MiniSearch<{ id: number; words: string }>({
    fields: ['words'],
    tokenize: (text) => text.split(' '),
    processTerm: (word) => word,
  });
  index.addAll(documents.map((words, id) => ({ id, words: words.join(' ') })));
  return (asked) =>
    index
      .search(asked.join(' '), {
        prefix: (word) => word.length >= MIN_PREFIX_LETTERS,
        fuzzy: (word) => (word.length >= MIN_FUZZY_LETTERS ? MAX_WRONG_LETTERS : false),
      })
      .map(({ id, queryTerms, terms }) => ({
        document: Number(id),
        asked: new Set(queryTerms),
        own: new Set(terms),
      }));
}

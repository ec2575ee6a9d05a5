export { MARGIN, retrievalOf, takersOf, THRESHOLD } from './routing/retrieval.ts';
export type { Because, Ranked, Retrieval } from './routing/retrieval.ts';
export { isUnwanted, onlyContinues } from './routing/words.ts';

export { MARGIN, retrievalOf, takersOf, THRESHOLD } from './routing/retrieval.ts';
export { lessonsFor, nearestOf, type Nearest } from './routing/lessons.ts';
export type { Lesson } from '../machines/protocol/roles.ts';
export type { Because, Ranked, Retrieval } from './routing/retrieval.ts';
export { learn, nameOf, NOBODY, type Learned } from './routing/learning.ts';
export { namesTerm } from './routing/terms.ts';
export { concern, contentWords, isUnwanted, onlyContinues, weightOf } from './routing/words.ts';

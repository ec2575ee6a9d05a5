import type { Ranked } from 'nova-agents/routing';
import { inLine } from './quoting.ts';

/** Nobody weighs more than so many descriptions against each other. */
const MAX_ASKED = 3;
const MAX_DESCRIPTION_CHARS = 200;

/** Asks which of several agents is meant, by what each does; counted, so that a number answers. */
export const questionOf = (takers: readonly Ranked[]): string =>
  `Which of these do you mean? ${takers
    .slice(0, MAX_ASKED)
    .map(({ entry }, index) => `${index + 1}. ${inLine(entry.does, MAX_DESCRIPTION_CHARS)}`)
    .join(' ')}`;

import * as z from 'zod';
import type { CatalogueEntry } from '../../machines/protocol/roles.ts';
import { retrievalOf, takersOf } from '../routing/retrieval.ts';
import { defineTool } from '../team/define-tool.ts';
import { cut } from './text.ts';

const MAX_WORDS_CHARS = 2_000;
const MAX_DOES_CHARS = 300;
const MAX_NEAR = 3;
const MAX_ALL = 64;

const Colleague = z.strictObject({
  id: z.string(),
  does: z.string().max(MAX_DOES_CHARS),
  /** In whose words it may be asked; null where none are given. */
  ask: z.string().nullable(),
  /** False where it would need a model and none is configured. */
  ready: z.boolean(),
});

const shown = ({ id, does, examples, ready }: CatalogueEntry): z.input<typeof Colleague> => ({
  id,
  does: cut(does, MAX_DOES_CHARS).text,
  ask: examples[0] ?? null,
  ready,
});

/** Who of the organisation takes some words, as routing without a model sees it; who asks is left out. */
export const whoTakes = defineTool({
  name: 'who-takes',
  does: 'Tells who of the team takes some words, who comes near, and who is there at all.',
  input: z.strictObject({ words: z.string().max(MAX_WORDS_CHARS) }),
  output: z.strictObject({
    takers: z.array(Colleague),
    /** The best of those that do not take it. */
    near: z.array(Colleague).max(MAX_NEAR),
    all: z.array(Colleague).max(MAX_ALL),
  }),
  effect: 'reads',
  async run({ words }, { colleagues = [], memory }) {
    const ranked = retrievalOf(colleagues, await memory?.lessons(words))(words);
    const takers = takersOf(ranked);
    const near = ranked.filter((one) => !takers.includes(one)).slice(0, MAX_NEAR);
    return {
      takers: takers.map(({ entry }) => shown(entry)),
      near: near.map(({ entry }) => shown(entry)),
      all: colleagues.slice(0, MAX_ALL).map(shown),
    };
  },
});

import * as z from 'zod';
import { MAX_RECORD_CHARS, Note } from '../memory/record.ts';
import { defineTool } from '../team/define-tool.ts';

/**
 * Notes something for later runs of the scope. It is held: nobody recalls it before a person has accepted it (`nova memory accept`), so
 * that nobody needs to approve of the note itself, and a note that is made twice is one.
 */
export const remember = defineTool({
  name: 'remember',
  does: 'Notes a fact, term, decision or promise for later; a person accepts it before it counts.',
  input: z.strictObject({
    kind: Note.shape.kind.unwrap(),
    text: z.string().min(1).max(MAX_RECORD_CHARS),
  }),
  output: z.strictObject({ id: z.string() }),
  effect: 'reads',
  async run(note, { memory }) {
    if (memory === undefined) throw new Error('nothing is remembered here');
    return { id: (await memory.note(note)).id };
  },
});

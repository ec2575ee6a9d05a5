// What the tests of versions have in common: an office that opens on a journal, and a letter that waits on a person.
import { afterEach } from 'vitest';
import { Nova, type NovaOptions, type Organisation } from 'nova-agents';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';

const open: Nova[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A Nova on a journal, closed at the end of its test. */
export function opened(
  organisation: Organisation,
  records: MemoryRecords,
  options: Partial<NovaOptions> = {},
): Nova {
  const made = new Nova({ organisation, journal: memoryJournal(records), ...options });
  open.push(made);
  return made;
}

export const letter = { text: 'hello' };
export const approve = { is: 'approve' } as const;

/** Begins a node, and waits until a person is asked about it: the id of what is asked. */
export const asked = (at: Nova, id: string, node = 'post'): Promise<string> =>
  new Promise((resolve, fail) => {
    const onReviews = ([review]: readonly { readonly id: string }[]) =>
      review && resolve(review.id);
    at.run(node, letter, { id, onReviews }).catch(fail);
  });

/** What the writer of one version and the team of another make of a letter. */
export const by = (writer: number, post = writer) => ({
  summary: `hello, stamp ${writer}, writer ${writer}, post ${post}, sender ${post}`,
});

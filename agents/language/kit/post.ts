import { counted, inCode, inLine } from 'nova-agents/tools';
import type * as z from 'zod';
import type { Fault, Gap, goAhead } from '../../contracts.ts';
import type { Looked } from '../../positions.ts';

/** What a fault in a draft is said to lie in. */
const DRAFT = 'draft';
const MAX_TOLD = 20;

interface Written {
  readonly title: string;
  readonly teaser: string;
  readonly text: string;
}

/** The page of a post: front matter with title and teaser, then its text. */
export const pageOf = ({ title, teaser, text }: Written): string =>
  `---\ntitle: ${JSON.stringify(title)}\ndescription: ${JSON.stringify(teaser)}\n---\n\n${text.trim()}\n`;

const FRONT = /^---\ntitle: (".*")\ndescription: (".*")\n---\n/;
/** A page as it is read: the title as its heading, the teaser as a paragraph, each in its line. */
export const readable = (page: string): string =>
  page.replace(FRONT, (_, title: string, teaser: string) => {
    const [heading, words] = [title, teaser].map((said) => inLine(String(JSON.parse(said))));
    return `\n# ${heading}\n${words}\n\n`;
  });

/** Something that is wrong in a line of a draft. */
export const faultIn = (line: number, rule: string, why: string): z.infer<typeof Fault> => ({
  path: DRAFT,
  line,
  rule,
  about: 'the draft',
  why,
});
/** A line of a draft that could not be judged. */
export const gapIn = (line: number, why: string): Gap => ({ path: DRAFT, line, why });

/** What was found, with how much was looked at. */
export const lookedAt = (
  page: string,
  what: string,
  faults: Looked['faults'],
  gaps: Looked['gaps'] = [],
): Looked => ({
  faults,
  gaps: page.trim() === '' ? [gapIn(1, 'there is no draft')] : gaps,
  looked: [{ what, count: page.split('\n').length }],
});

type Record = z.output<typeof goAhead.record>;

/** The draft that was decided on, and what was shown against it. */
export function heldOf({ subject, positions, missing }: Record) {
  const shown = positions.flatMap(({ agent, said }) =>
    said.evidence.flatMap((piece) =>
      piece.kind === 'looked' ? [] : [{ line: piece.line ?? 1, why: piece.why, shownBy: agent }],
    ),
  );
  const lost = missing.map(({ agent, outcome }) => ({
    line: 1,
    why: `it was not judged (${outcome})`,
    shownBy: agent,
  }));
  const faults = [...shown, ...lost];
  const told = faults
    .slice(0, MAX_TOLD)
    .map(({ line, why, shownBy }) => `- line ${line}: ${inLine(why)} (${inCode(shownBy)})`);
  const summary = `The draft is held: ${counted(faults.length, 'objection')}.`;
  return { summary: [summary, ...told].join('\n'), draft: subject.passage ?? '', faults };
}

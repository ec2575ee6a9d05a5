import type { Answer, CatalogueEntry, Known, PlanReport, Unplaced } from 'nova-agents';
import type * as z from 'zod';
import { inLine, quoted, titleOf } from './quoting.ts';
import { MAX_LOOKED_AT_CHARS, MAX_PASSAGES, split } from './passages.ts';
import { readable } from './readable.ts';
import { noteText, reasonSentence, whyLost, whyUnplaced, type Lost } from './reasons.ts';

export type Composition = z.infer<typeof Answer>;

/** What the composer is handed. */
export interface Material {
  readonly text: string;
  readonly report: PlanReport | null;
  readonly unplaced: readonly Unplaced[];
  readonly catalogue: readonly CatalogueEntry[];
  readonly reason: Lost['reason'];
  readonly note: unknown;
  readonly known?: Known | undefined;
}

/** What stands under it are records of the memory, word for word. */
export const KNOWN_HERE = 'Known here';

/** What stands under it are runs that concern the request and were not done. */
export const EARLIER_HERE = 'Earlier here';
type KnownRun = Known['runs'][number];

const MAX_PASSAGE_CHARS = 200;
const MAX_DESCRIPTION_CHARS = 240;
/** Who is there is listed to give an idea, the nearest first. */
const MAX_PRESENT = 12;
const MAX_NODE_CHARS = 64;
const NOT_READ =
  `It was not read: of a request the first ${MAX_LOOKED_AT_CHARS} characters ` +
  `and ${MAX_PASSAGES} passages are. It would need to be asked by itself.`;
const NOBODY = 'nobody';

type Part = { readonly id: string; readonly node: string };

/** A part's title from its node; its own id beside it where another part has the same title. */
function titles(report: PlanReport): (part: Part) => string {
  const nodes = [...report.got, ...report.lost].map(({ node }) => titleOf(node));
  return ({ id, node }) => {
    const title = titleOf(node);
    return nodes.filter((other) => other === title).length > 1
      ? `${title} (${inLine(id, MAX_NODE_CHARS)})`
      : title;
  };
}

/** Why nothing at all was done, as the request's ending says it. */
const whyNothing = ({ reason, note }: Material): string =>
  [
    reason === null || reason === 'no_fit'
      ? 'Nobody in the organisation takes it; it would need an agent for it.'
      : reasonSentence(reason, 'failed'),
    noteText(note),
  ]
    .filter((said) => said !== '')
    .join(' ');

/** What was not done and why: lost parts first, then what nobody took, each in its order. */
function notDoneOf(material: Material): Composition['notDone'] {
  const { text, report, unplaced, catalogue, reason } = material;
  const { unread } = split(text);
  const left = unplaced.map((passage) => ({
    what: quoted(passage.text, MAX_PASSAGE_CHARS),
    why: passage.text === unread ? NOT_READ : whyUnplaced(passage, catalogue),
  }));
  if (report !== null) {
    const title = titles(report);
    return [...report.lost.map((part) => ({ what: title(part), why: whyLost(part) })), ...left];
  }
  // Where nobody took it, its passages say all; anything else befell the request as a whole.
  const saysAll = left.length > 0 && (reason === null || reason === 'no_fit');
  const whole = { what: quoted(text, MAX_PASSAGE_CHARS), why: whyNothing(material) };
  return saysAll ? left : [whole, ...left];
}

/** Who brought something, each once, in the plan's order. */
const contributorsOf = (report: PlanReport | null): string[] => [
  ...new Set((report?.got ?? []).map(({ node }) => inLine(node, MAX_NODE_CHARS))),
];

/** Who is in the organisation: those that came nearest with all that they do, then others with the first of it. */
function present({ catalogue, unplaced }: Material): string {
  const nearest = new Set(unplaced.flatMap((passage) => passage.nearest.map(({ node }) => node)));
  const ordered = catalogue.toSorted(
    (a, b) => Number(nearest.has(b.id)) - Number(nearest.has(a.id)),
  );
  const lines = ordered.slice(0, MAX_PRESENT).map(({ id, does, ready }) => {
    const needs = ready ? '' : ' (needs a model, and none is configured)';
    const told = nearest.has(id) ? does : (does.split(/[:;(]|\.\s|\.$/u, 1)[0]?.trim() ?? '');
    return `- **${titleOf(id)}**: ${inLine(told, MAX_DESCRIPTION_CHARS)}${needs}`;
  });
  const more = catalogue.length - lines.length;
  if (more > 0) lines.push(`- and ${more} more`);
  return lines.length === 0 ? 'Nobody is described in this organisation.' : lines.join('\n');
}

/** These ends are somebody's no; every other one is a failure. */
const REFUSALS: readonly Material['reason'][] = [
  null,
  'no_fit',
  'needs_model',
  'declined',
  'rejected',
];

/** The honest opening where no plan came to work. */
function opening(material: Material): string {
  const verb = REFUSALS.includes(material.reason) ? 'is refused' : 'failed';
  return `This request ${verb}. ${whyNothing(material)}`;
}

const UNFINISHED = ['waiting', 'partial', 'failed', 'expired'];
const isUnfinished = ({ outcome }: KnownRun): boolean => UNFINISHED.includes(outcome);

/** Who forgets a run looks for lines that end so. */
const runLine = ({ asked, outcome, run }: KnownRun): string => `${asked} (${outcome}; run ${run})`;

const listed = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${heading}\n\n${lines.map((line) => `- ${line}`).join('\n')}`];

/**
 * Makes one answer of what a plan brought: a section a part in the plan's order, what was not done
 * and why, what is known of it from earlier, which runs that concern it are not done, and who contributed. It says nothing that its material does not say.
 */
export function answerOf(material: Material): Composition {
  const { report } = material;
  const contributors = contributorsOf(report);
  const notDone = notDoneOf(material);
  const title = report && titles(report);
  const got = (report?.got ?? []).map(
    (part) => `## ${title?.(part) ?? part.id}\n\n${readable(part.value, part.outcome)}`,
  );
  const missing = notDone.map(({ what, why }) => `- **${what}**: ${why}`).join('\n');
  // Who forgets something looks for just these words: what would not stand here as it is, is not told.
  const fit = (line: string): boolean =>
    line === inLine(line, line.length) && !got.some((section) => section.includes(line));
  const known = (material.known?.records ?? []).filter(fit);
  const earlier = (material.known?.runs ?? []).filter(isUnfinished).map(runLine).filter(fit);
  const sections = [
    ...(report === null ? [opening(material)] : []),
    ...(report !== null && got.length === 0 ? ['Nothing of this was done.'] : got),
    ...(missing === '' ? [] : [`## Not done\n\n${missing}`]),
    ...(report === null ? [] : [...listed(KNOWN_HERE, known), ...listed(EARLIER_HERE, earlier)]),
    ...(report === null ? [`## Who is here\n\n${present(material)}`] : []),
    `Contributed: ${contributors.length === 0 ? NOBODY : contributors.join(', ')}.`,
  ];
  return { text: sections.join('\n\n'), contributors, notDone };
}

/** A sentence where an answer's lists do not follow from the report; undefined where they do. */
export function objectionTo(material: Material, answer: Composition): string | undefined {
  const contributors = contributorsOf(material.report);
  const missing = contributors.find((node) => !answer.contributors.includes(node));
  if (missing !== undefined) return `${missing} contributed and is not named`;
  const stranger = answer.contributors.find((node) => !contributors.includes(node));
  if (stranger !== undefined) return `${stranger} is named and did not contribute`;
  const told = answer.notDone.map(({ what }) => what);
  for (const { what } of notDoneOf(material)) {
    const at = told.indexOf(what);
    if (at < 0) return `${what} was not done, and that is not said`;
    told.splice(at, 1);
  }
  return told.length > 0
    ? `${told[0]} is said not to be done, and is not in the report`
    : undefined;
}

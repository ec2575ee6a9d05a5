import type { CatalogueEntry, Plan, PlanBounds, Unplaced } from 'nova-agents';
import { itemsOf, split } from './passages.ts';
import {
  askedBefore,
  BESIDE,
  continues,
  handedBack,
  handedOver,
  REQUEST,
  takesRequest,
} from './pointing.ts';
import { unplaced, type Asked, type Placement, type Reading } from './placing.ts';

/** What the contract of a plan allows. */
const MAX_PARTS = 12;
const MAX_PART_ID_CHARS = 32;
const MAX_SHOWN_CHARS = 80;
/** A longer one is a document, and nothing that a passage of it leaves out. */
const MAX_REQUEST_CHARS = 4_000;

type Part = Plan['parts'][number];

/** A part's id from its node's, within what a plan allows, told apart from those before it. */
function partId(node: string, taken: ReadonlySet<string>): string {
  const plain = node.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  const lettered = /^[a-z]/.test(plain) ? plain : `part-${plain}`;
  // As many as a plan has parts, so that one of them is free.
  const ids = Array.from({ length: MAX_PARTS }, (_, index) => {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    return lettered.slice(0, MAX_PART_ID_CHARS - suffix.length) + suffix;
  });
  return ids.find((id) => !taken.has(id)) ?? lettered.slice(0, MAX_PART_ID_CHARS);
}

/** One part of a plan for a node. */
export function partFor(node: string, text: string, taken: ReadonlySet<string> = new Set()) {
  return { id: partId(node, taken), node, input: { text } };
}

/**
 * Makes the parts of a plan, one a node, and lists everything else: what nobody takes, what is over
 * twelve parts or the bounds, and what was not read. What several would take goes to one who has a part anyway.
 * Who is about what the passage before brings ("… then proofread the summary") is handed that. Who may need what another passage says
 * ("… and check its stock") is handed the request as well, and what his words point back to of the turn before.
 */
export function parted(
  { placements, unread, request, said }: Reading,
  { maxParts = MAX_PARTS, maxWidth = MAX_PARTS, maxDepth = MAX_PARTS }: PlanBounds = {},
): { parts: Part[]; unplaced: Unplaced[] } {
  // As if none of these parts waited for another.
  const most = Math.min(maxParts, maxWidth);
  const clear = new Set(
    placements
      .flatMap(({ takers }) => (takers.length === 1 ? takers : []))
      .map(({ entry }) => entry.id),
  );
  const asked = new Map<string, { readonly entry: CatalogueEntry; readonly passages: string[] }>();
  const left: Unplaced[] = [];
  for (const placement of placements) {
    const takers = placement.takers.map(({ entry }) => entry);
    const entry = takers.find(({ id }) => clear.has(id)) ?? takers[0];
    const passages = asked.get(entry?.id ?? '')?.passages ?? [];
    if (entry === undefined || (passages.length === 0 && asked.size >= most))
      left.push(unplaced(placement));
    else asked.set(entry.id, { entry, passages: [...passages, placement.text] });
  }
  if (unread !== '') left.push({ text: unread, nearest: [] });
  const parts: Part[] = [];
  /** Of the last part: so many one after another. */
  let depth = 1;
  for (const [node, { entry, passages }] of asked) {
    const text = passages.join('\n');
    const part = partFor(node, text, new Set(parts.map(({ id }) => id)));
    // What is left out may stand in another passage, or in the turn before.
    const wholes = [
      ...(said !== undefined && (continues(text) || continues(request))
        ? [`${askedBefore(said)}\n${request}`]
        : []),
      ...(placements.length > passages.length ? [request] : []),
    ];
    const whole = wholes.find((one) => one.length <= MAX_REQUEST_CHARS);
    const isTold = takesRequest(entry) && whole !== undefined;
    const last = parts.at(-1);
    const edges =
      last !== undefined && depth < maxDepth
        ? handedOver(entry, text, last.id, asked.get(last.node)?.entry)
        : undefined;
    depth = edges === undefined ? 1 : depth + 1;
    const beside = {
      ...(edges === undefined && handedBack(entry, text, said)),
      ...(isTold && { [REQUEST]: whole }),
    };
    parts.push({ ...part, input: { ...part.input, ...beside }, ...(edges && { takes: edges }) });
  }
  return { parts, unplaced: left };
}

/** Those who would take the only passage of a request alike; empty where it is clear. */
export const tied = ({ placements }: Reading): Placement['takers'] =>
  placements.length === 1
    ? placements.flatMap(({ takers }) => (takers.length > 1 ? takers : []))
    : [];

/** The node that takes every passage, one of them without a doubt; undefined where none does. */
export function onlyTaker({ placements, unread }: Reading): string | undefined {
  const clear = placements.find(({ takers }) => takers.length === 1)?.takers[0]?.entry.id;
  const takesAll = placements.every(({ takers }) => takers.some(({ entry }) => entry.id === clear));
  return takesAll && unread === '' ? clear : undefined;
}

/** Those that would take a passage each, best first, each with its best score. */
export function candidatesOf({ placements }: Reading): { node: string; score: number }[] {
  const best = new Map<string, number>();
  for (const { entry, score } of placements.flatMap(({ takers }) => takers))
    best.set(entry.id, Math.max(score, best.get(entry.id) ?? 0));
  return [...best]
    .map(([node, score]) => ({ node, score }))
    .toSorted((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1))
    .slice(0, MAX_PARTS);
}

/** What a part is asked, in whatever keys: what it is told beside that is asked of nobody. */
const textsOf = (input: unknown): string[] =>
  typeof input === 'object' && input !== null
    ? Object.entries(input).flatMap(([key, value]) => (BESIDE.includes(key) ? [] : [String(value)]))
    : [];

/**
 * Where a placed request is not whole or not this organisation's: a sentence that names the passage
 * that is neither planned nor listed, or the node that is not described; undefined where it holds.
 */
export function faultIn(
  { text, catalogue }: Asked,
  {
    parts,
    unplaced: left,
  }: { readonly parts: readonly Part[]; readonly unplaced: readonly Unplaced[] },
): string | undefined {
  const stranger = parts.find(({ node }) => !catalogue.some(({ id }) => id === node));
  if (stranger !== undefined) return `${stranger.node} is not in the catalogue`;
  const kept = [
    ...parts.flatMap(({ input }) => textsOf(input)),
    ...left.map((passage) => passage.text),
  ];
  const { passages, unread } = split(text);
  const isKept = (words: string) => kept.some((one) => one.includes(words));
  const lost = [...passages, unread].find(
    (passage) => !isKept(passage) && !itemsOf(passage).every(isKept),
  );
  return lost && `"${lost.slice(0, MAX_SHOWN_CHARS)}" is neither planned nor listed`;
}

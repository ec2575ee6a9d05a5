/** Requests by the node that should take them. */
export type Labelled = Readonly<Record<string, readonly string[]>>;

/** The half that thresholds were chosen on, and the half that was only ever measured. */
export const HALVES = ['seen', 'held out'] as const;
export type Half = (typeof HALVES)[number];

/** One half of a list: every other line, so that both halves hold every kind. */
export const halfOf = <Item>(items: readonly Item[], half: Half): Item[] =>
  items.filter((_, index) => (index % 2 === 0) === (half === 'seen'));

/** The requests of one half with their labels. */
export const labelled = (table: Labelled, half: Half): { text: string; node: string }[] =>
  Object.entries(table).flatMap(([node, texts]) =>
    halfOf(texts, half).map((text) => ({ text, node })),
  );

/** The share of items that hold, and those that do not. */
export function shareOf<Item>(items: readonly Item[], holds: (item: Item) => boolean) {
  const missed = items.filter((item) => !holds(item));
  return { share: (items.length - missed.length) / items.length, missed };
}

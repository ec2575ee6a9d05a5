import type { Adviser, ArbitrationContext } from './schemas.ts';

/** An adviser's position: one of the options. */
export interface Position {
  readonly adviser: Adviser;
  readonly choice: string;
}
type Weighed = Pick<ArbitrationContext, 'advisers' | 'options' | 'heard' | 'author'>;

/** Who advises: not the one who wrote what is decided on. */
export const askedOf = ({ advisers, author }: Pick<Weighed, 'advisers' | 'author'>): Adviser[] =>
  advisers.filter(({ node }) => node !== author);

/** The positions that came; an adviser who came to anything else has none. */
export function positionsOf({ advisers, options, heard }: Weighed): Position[] {
  return advisers.flatMap((adviser) => {
    const { outcome } = heard[adviser.id] ?? {};
    return outcome !== undefined && options.includes(outcome) ? [{ adviser, choice: outcome }] : [];
  });
}

/** What counts for each option. A mind counts once, by its heaviest voice; one that holds two options counts for neither. */
export function tallyOf(context: Weighed): Readonly<Record<string, number>> {
  const positions = positionsOf(context);
  const minds = new Set(positions.map(({ adviser }) => adviser.mind));
  const counts = Object.fromEntries(context.options.map((option) => [option, 0]));
  for (const mind of minds) {
    const voices = positions.filter(({ adviser }) => adviser.mind === mind);
    const [first, ...others] = new Set(voices.map(({ choice }) => choice));
    if (first !== undefined && others.length === 0)
      counts[first] =
        (counts[first] ?? 0) + Math.max(...voices.map(({ adviser: { weight } }) => weight));
  }
  return counts;
}

/** The option that leads alone, and its lead over the next as a share of all that counts. */
export function leaderOf(
  context: Weighed,
): { readonly choice: string; readonly margin: number } | undefined {
  const ranked = Object.entries(tallyOf(context)).toSorted(([, a], [, b]) => b - a);
  const all = ranked.reduce((sum, [, count]) => sum + count, 0);
  const [[choice, most] = ['', 0], [, next] = ['', 0]] = ranked;
  return most > next ? { choice, margin: (most - next) / all } : undefined;
}

/** What every position holds; nothing where two hold different ones. */
export function agreedOf(context: Weighed): string | undefined {
  const [first, ...others] = new Set(positionsOf(context).map(({ choice }) => choice));
  return others.length === 0 ? first : undefined;
}

/** Fewer positions than are needed, or none of one who has a veto. */
export function isTooFew(context: Weighed & Pick<ArbitrationContext, 'positionsAtLeast'>): boolean {
  const holding = positionsOf(context).map(({ adviser }) => adviser);
  return (
    holding.length < context.positionsAtLeast ||
    askedOf(context).some((adviser) => adviser.hasVeto && !holding.includes(adviser))
  );
}

/** Those who hold something else than what is decided. */
export const overruledBy = (context: Weighed, choice: string | undefined): Position[] =>
  positionsOf(context).filter((position) => position.choice !== choice);

export const isVetoed = (context: Weighed, choice: string | undefined): boolean =>
  overruledBy(context, choice).some(({ adviser }) => adviser.hasVeto);

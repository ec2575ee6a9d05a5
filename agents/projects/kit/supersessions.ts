import { plain, type Catalogue, type Row } from './catalogue.ts';

export const MAX_CHAIN = 50;

/** By what each number is replaced, by its first row; a second row is an inconsistency of its own. */
export const successors = ({ rows }: Catalogue): ReadonlyMap<string, Row> => {
  const next = new Map<string, Row>();
  for (const row of rows.supersessions) {
    const old = plain(row.cell('old'));
    if (!next.has(old)) next.set(old, row);
  }
  return next;
};

/** The numbers that follow a number, itself first; `isCycle` where they come back to one of them. */
export function chainOf(
  next: ReadonlyMap<string, Row>,
  number: string,
): { readonly numbers: string[]; readonly isCycle: boolean } {
  const numbers = [number];
  for (let row = next.get(plain(number)); row !== undefined;) {
    const following = row.cell('new');
    if (numbers.some((one) => plain(one) === plain(following)))
      return { numbers: [...numbers, following], isCycle: true };
    numbers.push(following);
    row = numbers.length > MAX_CHAIN ? undefined : next.get(plain(following));
  }
  return { numbers, isCycle: false };
}

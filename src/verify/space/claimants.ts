import { CLAIM } from '../../kernel/claims.ts';
import type { Cell } from './cell.ts';

/** Who has a piece of work in flight, or waits for it. */
export interface Claimant {
  readonly path: number;
  readonly actor: string;
  readonly cell: Cell;
}

export const byActor = (a: Claimant, b: Claimant): number => (a.actor < b.actor ? -1 : 1);

/** Who waits for whom. */
export function waitsAmong(alive: readonly Claimant[]): (readonly [string, string])[] {
  const owners = alive.filter(({ cell }) => cell.machine !== CLAIM);
  return alive.flatMap(({ actor, cell }) => {
    const owner = owners.find((one) => one.cell.claim === cell.claim);
    return owner === undefined || owner.actor === actor ? [] : [[actor, owner.actor] as const];
  });
}

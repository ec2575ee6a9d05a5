import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How far a part goes. */
export interface Scale {
  readonly seed: number;
  /** `short`: the seeded form that the tests run; `sown`: as far as it takes to find what has been sown. */
  readonly form: 'short' | 'sown' | 'whole';
}

/** What a part came to; nothing is wrong where all is well. */
export interface Found {
  /** In a line: how often what was tried. */
  readonly figures: string;
  readonly wrong: readonly string[];
}

export interface Part {
  readonly name: string;
  /** Which one it shows; default 9. */
  readonly law?: number;
  readonly run: (scale: Scale) => Promise<Found>;
}

/** Where files need no disk, as what becomes of them is written there by hand. */
export const IN_MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder of its own, by default on a real disk, gone when the work in it is done. */
export async function inFolder<T>(
  work: (folder: string) => Promise<T>,
  place = tmpdir(),
): Promise<T> {
  const folder = mkdtempSync(join(place, 'nova-faults-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function randomBy(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Some of a list, by chance; all of a short one. */
export function some<T>(list: readonly T[], count: number, random: () => number): T[] {
  const rest = [...list];
  const taken: T[] = [];
  while (taken.length < count && rest.length > 0)
    taken.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return taken;
}

/** How often a fault was met, and what was wrong then. */
export interface Met {
  readonly met: number;
  readonly wrong: readonly string[];
}

/** A run that comes to more of a kind does not come to an end. */
const MAX_NTH = 10_000;

/** A fault at the first, the second … of a kind, until a run comes to its end without having met its own: then none is left over. */
export async function swept(name: string, faultAt: (n: number) => Promise<Met>): Promise<Met> {
  const wrong: string[] = [];
  for (let n = 1; n < MAX_NTH; n += 1) {
    const found = await faultAt(n);
    wrong.push(...found.wrong);
    if (found.met > 0) continue;
    if (n === 1) wrong.push(`${name}: no run comes to one`);
    return { met: n - 1, wrong };
  }
  return { met: MAX_NTH, wrong: [...wrong, `${name}: there is no end of them`] };
}

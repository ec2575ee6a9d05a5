// Many runs of generated teams, one after the other, each by its seed.
import { crewOf } from './crew.ts';
import { watched, type Watched } from './watch.ts';

/** Runs of one team before the next one is generated. */
const RUNS_OF_A_CREW = 20;

export interface Season {
  readonly runs: number;
  readonly events: number;
  /** Runs that had exactly one fault, which blame had to name. */
  readonly blamed: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Runs of which something did not hold. */
  readonly wrong: readonly Watched[];
}

export async function season(from: number, runs: number): Promise<Season> {
  const outcomes: Record<string, number> = {};
  const wrong: Watched[] = [];
  let [events, blamed] = [0, 0];
  let crew = crewOf(Math.floor(from / RUNS_OF_A_CREW));
  for (let seed = from; seed < from + runs; seed += 1) {
    if (seed % RUNS_OF_A_CREW === 0) crew = crewOf(seed / RUNS_OF_A_CREW);
    const seen = await watched(crew, seed);
    outcomes[seen.outcome] = (outcomes[seen.outcome] ?? 0) + 1;
    events += seen.events;
    if (seen.isBlamed) blamed += 1;
    if (seen.wrong.length > 0) wrong.push(seen);
  }
  return { runs, events, blamed, outcomes, wrong };
}

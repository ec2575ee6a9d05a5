import { bullets, inLine } from 'nova-agents/tools';
import type * as z from 'zod';
import type { Gap, goAhead } from '../../contracts.ts';
import type { Report } from '../contracts.ts';

type Record = z.infer<typeof goAhead.record>;
const MAX_TOLD = 20;

/** Each once, whoever showed it. */
const unique = <T>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];
const placeOf = ({ path, line }: Pick<Gap, 'path' | 'line'>): string =>
  path === null ? '' : ` (\`${line === null ? path : `${path}:${line}`}\`)`;

/** Tells of a decision: who held what, what decided it, all faults that were shown, and all that could not be judged. */
export function reportOf({ decision, choice, by, subject, positions, missing }: Record): Report {
  const faults = positions.flatMap(({ agent, said }) =>
    said.evidence.flatMap((one) => {
      if (one.kind !== 'fault') return [];
      const { kind: _, ...fault } = one;
      return [{ ...fault, shownBy: agent }];
    }),
  );
  const seen = positions.flatMap(({ said }) =>
    said.evidence.flatMap((one) => {
      if (one.kind !== 'gap') return [];
      const { kind: _, ...gap } = one;
      return [gap];
    }),
  );
  const silent = missing.map(({ agent, outcome }) => ({
    path: null,
    line: null,
    why: `${agent} has no position${outcome === null ? '' : ` (${outcome})`}`,
  }));
  const gaps = unique([...(subject.known ?? []), ...seen, ...silent]);
  const told = (why: string, place: Pick<Gap, 'path' | 'line'>) =>
    `${inLine(why)}${placeOf(place)}`;
  const summary = [
    `**${decision}: ${choice ?? 'nothing'}** (${choice === null ? 'not decided' : `by ${by}`})`,
    ...positions.map(
      ({ agent, choice: held, said }) => `- ${agent} held ${held}: ${inLine(said.why)}`,
    ),
    ...bullets(
      'Faults',
      faults.map((one) => told(`${one.rule}: ${one.about}, ${one.why}`, one)),
      MAX_TOLD,
    ),
    ...bullets(
      'Not judged',
      gaps.map((one) => told(one.why, one)),
      MAX_TOLD,
    ),
  ].join('\n');
  return { summary, decision, choice, faults, gaps };
}

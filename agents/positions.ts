import { counted, inCode, inLine } from 'nova-agents/tools';
import type * as z from 'zod';
import type { goAhead } from './contracts.ts';

type Subject = z.output<typeof goAhead.subject>;
type Evidence = z.input<(typeof goAhead.positions)['hold']>['evidence'][number];
type Piece<Kind extends Evidence['kind']> = Omit<Extract<Evidence, { kind: Kind }>, 'kind'>;
export type Fault = Piece<'fault'>;
export type Gap = Piece<'gap'>;
export type Seen = Piece<'looked'>;

/** What was found for or against going on, and how much was looked at. */
export interface Looked {
  readonly faults: readonly Fault[];
  readonly gaps: readonly Gap[];
  readonly looked: readonly Seen[];
}

const MAX_PIECES = 100;
const MAX_NAMED = 3;

const placed = ({ path, line }: Gap): string =>
  path === null ? '' : ` (${inCode(line === null ? path : `${path}:${line}`)})`;

/** What a review holds: back, where something grave was found, or something could not be looked at. */
export function positionOn({ known = [] }: Subject, { faults, gaps: found, looked }: Looked) {
  const gaps = [...known, ...found];
  const named = [
    ...faults.map(({ path, line, why }) => `${inCode(`${path}:${line}`)} ${inLine(why)}`),
    ...gaps.map((gap) => `${inLine(gap.why)}${placed(gap)}`),
  ];
  const evidence: Evidence[] = [
    ...faults.slice(0, MAX_PIECES).map((one) => ({ kind: 'fault' as const, ...one })),
    ...gaps.slice(0, MAX_PIECES).map((one) => ({ kind: 'gap' as const, ...one })),
    ...looked.map((one) => ({ kind: 'looked' as const, ...one })),
  ];
  const over = looked.map(({ what, count }) => `${what}: ${count}`).join(', ');
  if (named.length === 0)
    return {
      choice: 'proceed' as const,
      said: { why: `Nothing speaks against it (${over}).`, evidence },
    };
  const left = named.length > MAX_NAMED ? `, and ${named.length - MAX_NAMED} more` : '';
  const counts = `${counted(faults.length, 'fault')}, ${counted(gaps.length, 'gap')}`;
  const why = `${counts}: ${named.slice(0, MAX_NAMED).join('; ')}${left}.`;
  return { choice: 'hold' as const, said: { why, evidence } };
}

const NEEDS = {
  'change-acceptance': 'a decision on whether a change is accepted',
  'month-close': 'a decision on whether a month is closed',
  'post-publication': 'a decision on whether a post is published',
} as const satisfies Record<NonNullable<Subject['decision']>, string>;

/** Why nothing is said of a decision on something else than one's own; undefined where it is that, or none is asked for. */
export const foreign = ({ decision }: Subject, own: keyof typeof NEEDS) =>
  decision === undefined || decision === own
    ? undefined
    : { reason: `Nothing is known here of ${inCode(decision)}.`, needs: NEEDS[own] };

/** What no schema can say of a position: it is given where a decision is asked for and only there, and holds as its evidence does. */
export function positionFault(
  { decision }: Subject,
  { outcome, value }: { readonly outcome: string; readonly value: unknown },
): string | undefined {
  const isPosition = outcome === 'proceed' || outcome === 'hold';
  if (outcome !== 'refused' && isPosition !== (decision !== undefined))
    return isPosition ? 'nobody asked for a decision' : 'a decision was asked for';
  if (!isPosition) return undefined;
  const { evidence } = value as { readonly evidence: readonly Evidence[] };
  const speaksAgainst = evidence.some(({ kind }) => kind !== 'looked');
  if (speaksAgainst === (outcome === 'hold')) return undefined;
  return speaksAgainst
    ? 'it goes on in spite of its evidence'
    : 'it holds without a fault or a gap';
}

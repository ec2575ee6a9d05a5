import { counted } from 'nova-agents/tools';
import type * as z from 'zod';
import { type Words, goAhead } from '../../contracts.ts';
import type { Looked } from '../contracts.ts';
import { askedOf } from './request.ts';

type Position = z.input<typeof goAhead.positions.hold>;

/** What a look into the books says of closing the month: it holds where something is wrong, and where not everything could be read. */
export function positionOf(
  { findings, badRows, notJudged, truncated }: Looked,
  looked: Readonly<Record<string, number>>,
): { readonly choice: 'proceed' | 'hold'; readonly said: Position } {
  const gaps = [
    ...badRows.map(({ file, line, reason }) => ({ path: file, line, why: reason })),
    ...notJudged.map((why) => ({ path: null, line: null, why })),
    ...(truncated ? [{ path: null, line: null, why: 'there is more than is listed' }] : []),
  ];
  const faults = findings.map(({ file, line, rule, id, why }) => ({
    path: file,
    line,
    rule,
    about: id,
    why,
  }));
  const what = [
    ...(faults.length > 0 ? [counted(faults.length, 'finding')] : []),
    ...(gaps.length > 0 ? [`${counted(gaps.length, 'place')} that could not be judged`] : []),
  ];
  return {
    choice: what.length > 0 ? 'hold' : 'proceed',
    said: {
      why: what.length > 0 ? what.join(', ') : 'nothing speaks against it',
      evidence: [
        ...faults.map((one) => ({ kind: 'fault' as const, ...one })),
        ...gaps.map((one) => ({ kind: 'gap' as const, ...one })),
        ...Object.entries(looked).map(([name, count]) => ({
          kind: 'looked' as const,
          what: name,
          count,
        })),
      ],
    },
  };
}

/** The evidence of a position that is of another branch than was asked about, in a sentence. */
export function strayIn(
  words: Words,
  { outcome, value }: { readonly outcome: string; readonly value: unknown },
): string | undefined {
  const asked = askedOf(words);
  if (!goAhead.options.some((option) => option === outcome) || 'reason' in asked) return undefined;
  const own = `books/${asked.tenant}/${asked.branch}/`;
  const paths = (value as Position).evidence.map((one) => ('path' in one ? one.path : null));
  const stray = paths.find((path) => path !== null && !path.startsWith(own));
  return typeof stray === 'string' ? `${stray} is not of ${own}` : undefined;
}

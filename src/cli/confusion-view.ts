import { isConfused, type Confusion } from '../verify/told-apart.ts';
import { columns } from './print.ts';

const DECIMALS = 2;

/** Who comes first for whose requests, and by how much at least: those that somebody else comes near to, or with `full` all. */
export function confusionText(confusion: readonly Confusion[], full: boolean): string {
  const everybody = new Set(confusion.map(({ asked }) => asked));
  const confused = new Set(confusion.filter(isConfused).map(({ asked }) => asked));
  const shown = confusion.filter(({ asked }) => full || confused.has(asked));
  const cells = shown.map(({ asked, first, requests, by, before }) => [
    asked,
    String(requests),
    first ?? 'nobody',
    by.toFixed(DECIMALS),
    before ?? '',
  ]);
  const clear = `${everybody.size - confused.size} of ${everybody.size}`;
  return [
    ...(cells.length > 0 ? [columns([['asked', '', 'first', 'by', 'before'], ...cells])] : []),
    `Told apart, with nobody near: ${clear}${full ? '' : ' (--full has all)'}.`,
  ].join('\n');
}

/**
 * Why a workbook is not read: `no-workbook`: it is no packed file of the Open XML kind; `locked`: it is encrypted, or of the format
 * before 2007, which look the same from outside; `broken`: its parts do not hold together; `too-large`: it goes over a bound;
 * `too-many-rows`; `no-sheet`: it has no sheet that was asked for; `no-header`: what should be its header is none.
 */
export const WHY_NO_SHEET = [
  'no-workbook',
  'locked',
  'broken',
  'too-large',
  'too-many-rows',
  'no-sheet',
  'no-header',
] as const;
export type WhyNoSheet = (typeof WHY_NO_SHEET)[number];

/** A workbook cannot be read whole; it is made here alone, of nothing that stands in the file. */
export class WorkbookError extends Error {
  readonly code = 'unreadable_workbook';
  readonly why: WhyNoSheet;

  constructor(why: WhyNoSheet, what: string) {
    super(`the workbook is not read: ${what}`);
    this.name = 'WorkbookError';
    this.why = why;
  }
}

/** A defect that one part has to find: some text of a module of the product, and what stands there instead. */
export interface Defect {
  readonly name: string;
  /** What its part's name contains. */
  readonly part: string;
  readonly file: string;
  readonly instead: readonly (readonly [right: string, wrong: string])[];
}

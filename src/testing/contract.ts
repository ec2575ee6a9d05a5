/**
 * One promise of a port, which every implementation keeps. `run` rejects where it is broken.
 * @typeParam P what `make` gives: a fresh, empty implementation, and how to open its like again.
 */
export interface ContractCase<P> {
  readonly name: string;
  readonly run: (make: () => Promise<Subject<P>>) => Promise<void>;
}

/** An implementation under test. */
export interface Subject<P> {
  readonly port: P;
  /** Closes what is open and opens the same content anew. */
  readonly reopen: () => Promise<P>;
}

// The one file that names fast-check, which is loaded by those alone who ask for arbitraries.
export * as fc from 'fast-check';
export { Arbitrary, Stream, Value, type Random } from 'fast-check';

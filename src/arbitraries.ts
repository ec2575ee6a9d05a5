export { arbitraryOf } from './testing/arbitrary-of.ts';

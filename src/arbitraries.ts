export { arbitraryOf } from './testing/arbitrary-of.ts';
export {
  outcomes,
  requests,
  runs,
  simulate,
  type RunsOptions,
  type SimulateOptions,
  type Simulated,
} from './testing/runs.ts';
export type { Run } from './testing/schedule.ts';

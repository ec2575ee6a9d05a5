export {
  explore,
  type Counterexample,
  type Explored,
  type ExploreOptions,
  type Limit,
} from './verify/space/explore.ts';
export {
  faults,
  type FaultsOptions,
  type PartSample,
  type Troubles,
} from './verify/space/faults.ts';
export { checkMachine, checkOrganisation, checkPaths, type Checked } from './verify/check.ts';
export { checkedWorld, spacesOf, type CheckOptions, type Space } from './verify/spaces.ts';
export { Stepper, type Enabled } from './verify/stepper.ts';
export { lint, lintRules } from './verify/lint/lint.ts';
export { laws } from './verify/laws.ts';
export {
  always,
  canEnd,
  everyCell,
  everyEdge,
  sometimes,
  type Edge,
  type Property,
  type StateView,
} from './verify/space/properties.ts';
export { control, exact, type Projection } from './verify/space/projection.ts';
export type { Beginning, Environment, Move, Offer } from './verify/space/environment.ts';
export type { Cell, CellEffect, CellTimer } from './verify/space/cell.ts';
export type { SearchProgress, Verdict } from './verify/space/search.ts';

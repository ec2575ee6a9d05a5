import { COMMON_OUTCOMES } from '../../../machines/protocol/outcomes.ts';
import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import type { AnyTeam } from '../../team/team.ts';
import type { Hints } from './hints.ts';

/** An outcome that no charter knows, as only a defect below could bring it. */
const UNHEARD_OF = 'unheard-of';

/** What the generator is told of a compiled charter: its input, and how each of its nodes may end. */
export const teamHints = ({ id, version, nodes, charter: { start } }: AnyTeam): Hints => ({
  inputs: ([input]) => [{ node: id, version, input, settings: {} }] as unknown as Json[],
  endings: Object.fromEntries(
    Object.entries(nodes).map(([key, { outcomes }]) => [
      key,
      [...Object.keys(outcomes), ...COMMON_OUTCOMES, UNHEARD_OF],
    ]),
  ),
  never: (where) =>
    where.startsWith(`team-${id}.${start.to}.due: stop.requested`)
      ? 'a team is not begun in a pause, so its first node is never due but for a moment'
      : undefined,
  fields: {
    'child.ended': {
      value: (refs: readonly ValueRef[]) => refs.slice(0, 1) as unknown as readonly Json[],
      reason: () => [undefined],
      note: () => [undefined],
    },
  },
});

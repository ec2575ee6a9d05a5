import assert from 'node:assert/strict';
import type { Property } from '../verify/space/properties.ts';
import { judgeWay, type WrittenWay } from '../verify/way.ts';

/**
 * Holds an organisation to one property along one way: the regression test of a counterexample. Events that cannot
 * happen any more, because the defect is mended, are dead letters and break nothing. Of a property that says that the
 * run can still end, every state of the way is asked, by looking for an end from there.
 * @param checked the organisation, or the module that exports it, its teams or agents.
 * @param own properties beside the laws, where the way breaks one of those.
 * @throws AssertionError with the property's name and the way up to the event that broke it.
 * @throws RangeError where the organisation, what was walked through, or the property is not there any more.
 */
export function checkWay(checked: object, way: WrittenWay, own: readonly Property[] = []): void {
  const broken = judgeWay(checked, way, own);
  if (broken === undefined) return;
  const moves = way.moves.slice(0, broken.at).map((move, at) => `  ${at + 1}. ${move}`);
  assert.fail([`${way.name}: ${broken.property}`, ...moves].join('\n'));
}

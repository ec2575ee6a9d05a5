// Goal: a list of things is taken apart where it is plain, and what nobody takes or nobody wants is never done nor dropped.
// Method: short requests with the parts and the left-overs that they must give.
import { expect, test } from 'vitest';
import type { Placed, Unplaced } from 'nova-agents';
import { planner } from '../../../agents/coordination/planner.ts';
import { asked, play, type Said } from './play.ts';
import { projectWork } from './project-work.ts';

interface Value extends Partial<Placed> {
  readonly plan: Placed['plan'];
  readonly unplaced: Unplaced[];
}
const plan = (text: string) => play<Value>(planner, asked(text, projectWork));
const nodesOf = ({ value }: Said<Value>) => value.plan.parts.map(({ node }) => node);

test.each([
  ['open issues, dependencies and release notes', ['open-issues', 'dependencies', 'release-notes']],
  ['uncommitted work & risky changes', ['work-in-progress', 'risky-changes']],
  ['risky changes and secrets', ['risky-changes']],
])(
  'a bare list is taken apart only where its items have different takers: %s',
  async (text, nodes) => {
    expect(nodesOf(await plan(text))).toEqual(nodes);
  },
);

test.each([
  [
    'release notes, risky changes and a cake recipe',
    ['release-notes', 'risky-changes'],
    ['a cake recipe'],
  ],
  [
    'Do not write release notes. Only list the open issues',
    ['open-issues'],
    ['Do not write release notes.'],
  ],
  ['Everything except the release notes', [], ['Everything except the release notes']],
])(
  'what nobody takes, or is not wanted, is listed and never done: %s',
  async (text, nodes, left) => {
    const said = await plan(text);
    expect(said.outcome === 'planned' ? nodesOf(said) : []).toEqual(nodes);
    expect(said.value.unplaced.map((passage) => passage.text)).toEqual(left);
  },
);

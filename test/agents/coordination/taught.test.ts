// Goal: router and planner follow what people have said of requests, in code and by a model.
// Method: requests with lessons over two invented organisations; answers of a model that do not follow them.
import { expect, test } from 'vitest';
import type { Lesson } from 'nova-agents/routing';
import { planner } from '../../../agents/coordination/planner.ts';
import { router } from '../../../agents/coordination/router.ts';
import { asked, play } from './play.ts';
import { projectWork } from './project-work.ts';

type Value = { readonly plan?: { readonly parts: { node: string; input: unknown }[] } };
const taught = (text: string, ...lessons: Lesson[]) => ({
  ...asked(text, projectWork),
  catalogue: [...projectWork],
  lessons,
});
const two = 'Which issues are open, and what looks risky?';

test.each([
  ['the very same', 'Which issues are open?', 'Which issues are open?', 'release-notes'],
  ['a whole request of two passages', two, two, 'release-notes'],
  [
    'other words in quotes',
    'Is "the bank changes" an open issue?',
    'Is "no" an open issue?',
    'dependencies',
  ],
])('6.10 %s is given to whom it was said to be for', async (_, said, text, who) => {
  for (const role of [router, planner]) {
    const { value } = await play<Value>(role, taught(text, { text: said, who }));
    expect(value.plan?.parts).toMatchObject([{ node: who, input: { text } }]);
  }
});

test('6.10 what nobody should take is refused, and its passage in a longer request too', async () => {
  const nobody = { text: 'Which issues are open?', who: null };
  for (const role of [router, planner])
    expect((await play(role, taught('which issues are open', nobody))).outcome).toBe('none');
  const { value } = await play<Value>(planner, taught(two, nobody));
  expect(value.plan?.parts.map(({ node }) => node)).toEqual(['risky-changes']);
});

test('6.10 a model that does not follow the very same is told so', () => {
  const input = taught('Which issues are open?', {
    text: 'which issues are open',
    who: 'release-notes',
  });
  const one = (node: string) => ({
    plan: { parts: [{ id: 'one', node, input: { text: input.text } }] },
    unplaced: [],
  });
  const said = (outcome: string, node: string) => ({ outcome, value: one(node) });
  const fault = 'it was said of such a request that release-notes takes it';
  expect(router.check?.(input, said('routed', 'open-issues'))).toBe(fault);
  expect(planner.check?.(input, said('planned', 'open-issues'))).toBe(fault);
  expect(planner.check?.(input, said('planned', 'release-notes'))).toBeUndefined();
  // Asked back, they may have come to something else.
  const later = { ...input, clarified: 'no, list the open issues' };
  expect(planner.check?.(later, said('planned', 'open-issues'))).toBeUndefined();
});

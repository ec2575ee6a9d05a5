// Goal: router and planner follow what people have said of requests, in code and by a model, which is shown few of many.
// Method: requests with lessons over two invented organisations; answers of a model that do not follow them; the 34, before and after.
import { expect, test } from 'vitest';
import { retrievalOf, takersOf, type Lesson } from 'nova-agents/routing';
import learned from '../../../agents/learned.json' with { type: 'json' };
import requests from '../../../agents/requests.json' with { type: 'json' };
import { organisation } from '../../../agents/index.ts';
import { shortlisted } from '../../../agents/coordination/kit/shortlist.ts';
import { planner } from '../../../agents/coordination/planner.ts';
import { router } from '../../../agents/coordination/router.ts';
import { named } from '../../../src/routing/knowing.ts';
import { plannableOf } from '../../../src/team/catalogue.ts';
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

const name = named(learned);
const catalogue = plannableOf(organisation, () => true).map((entry) => ({
  ...entry,
  learned: name,
}));
const rank = retrievalOf(catalogue);
const charsOf = (value: unknown) => JSON.stringify(value).length;

test('a model is shown those near to each passage whole, everybody else in a line, and all where nobody is near', () => {
  const texts = Object.values(requests).flatMap((all) => all.slice(0, 1));
  const sizes = texts.map((text) => {
    const input = { ...asked(text, catalogue), bounds: { maxParts: 3 } };
    const shown = shortlisted(input);
    const everybody = [...shown.catalogue, ...(shown.others ?? [])].map(({ id }) => id);
    expect(everybody.toSorted()).toEqual(catalogue.map(({ id }) => id).toSorted());
    expect(shown).toMatchObject({ text, bounds: input.bounds });
    const isNear = takersOf(rank(text)).every(({ entry }) =>
      shown.catalogue.some(({ id }) => id === entry.id),
    );
    expect(isNear).toBe(true);
    return { before: charsOf(input), after: charsOf(shown), isAll: shown.others === undefined };
  });
  const few = sizes.filter(({ isAll }) => !isAll);
  const mean = (all: readonly number[]) => Math.round(all.reduce((a, b) => a + b, 0) / all.length);
  process.stdout.write(
    `shown ${mean(few.map(({ after }) => after))} of ${mean(few.map(({ before }) => before))} characters, all to ${sizes.length - few.length} of ${sizes.length}\n`,
  );
  expect(few.length).toBeGreaterThan(texts.length / 2);
  for (const { before, after } of few) expect(after).toBeLessThan(before / 2);
  expect(shortlisted(asked('Xylophone zebra quagga', catalogue)).others).toBeUndefined();
});

test('who brings what one of them needs is shown whole beside it', () => {
  const entry = (id: string, does: string, more: object) => ({
    id,
    does,
    doesNot: {},
    examples: [does],
    ready: true,
    ...more,
  });
  const small = [
    entry('importer', 'Imports tables.', { takes: ['text'], gives: { imported: ['rows'] } }),
    entry('auditor', 'Audits invoices.', { takes: ['rows'], gives: { audited: ['summary'] } }),
    entry('poet', 'Writes poems.', { takes: ['text'], gives: { told: ['poem'] } }),
  ];
  const input = asked('Audit the invoices', small);
  const shown = shortlisted(input);
  expect(shown.catalogue.map(({ id }) => id)).toEqual(['importer', 'auditor']);
  expect(shown.others).toEqual([{ id: 'poet', does: 'Writes poems.', ready: true }]);
  const lessons = [{ text: 'Audit the invoices in verse', who: 'poet' }];
  expect(shortlisted({ ...input, lessons }).others).toBeUndefined();
});

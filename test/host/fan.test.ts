// Goal: a fan hands a value to several nodes at once, and says what came back and what was lost.
// Method: three reviewers of one change behind a team; each way in which branches come back or do not is taken once.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTeam, fan, roleContracts } from 'nova-agents';
import { checkOrganisation } from '../../src/verify/check.ts';
import { asking } from './asking.ts';

const Change = z.strictObject({ text: z.string(), lines: z.int() });
const reviewer = (id: string, fails: RegExp) =>
  defineAgent({
    id,
    version: 1,
    does: `Reviews as ${id}.`,
    input: Change,
    outcomes: { reviewed: z.strictObject({ by: z.string(), lines: z.int() }) },
    examples: [],
    act: ({ text, lines }, say) => {
      if (fails.test(text)) throw new Error(`${id} is ill`);
      return say.reviewed({ by: id, lines });
    },
  });
const style = reviewer('style', /style|everybody/);
const safety = reviewer('safety', /safety|everybody/);
const speed = reviewer('speed', /speed|everybody/);

const reviewers = fan({
  input: Ask,
  branches: { style, safety, speed },
  with: {
    style: ({ text }) => ({ text, lines: 1 }),
    safety: ({ text }) => {
      if (text === 'no lines') throw new Error('nothing to map');
      return { text, lines: 2 };
    },
    speed: ({ text }) => ({ text, lines: text === 'half a line' ? 0.5 : 3 }),
  },
});
const review = defineTeam({
  id: 'review',
  version: 1,
  does: 'Lets three look at a change.',
  input: Ask,
  outcomes: { judged: z.strictObject({ summary: z.string() }) },
  nodes: { reviewers },
  start: { to: 'reviewers' },
  routes: {
    reviewers: {
      all: { end: 'judged', with: ({ got }) => ({ summary: got.map(({ id }) => id).join(' ') }) },
      some: {
        end: 'judged',
        with: ({ got, lost }) => ({
          summary: `${got.map(({ id }) => id).join(' ')}, not ${lost.map(({ id, reason }) => `${id} (${reason})`).join(' ')}`,
        }),
      },
    },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Plans one part.',
  ...roleContracts.planner,
  examples: [],
  act: ({ text }, say) =>
    say.planned({ plan: { parts: [{ id: 'p', node: 'review', input: { text } }] }, unplaced: [] }),
});
const organisation = defineOrganisation({
  id: 'reviewers',
  agents: [style, safety, speed, planner],
  teams: [review],
  roles: { planner: 'planner' },
});

const ask = asking(organisation);

test.each([
  ['a change', 'style safety speed'],
  ['no safety today', 'style speed, not safety (threw)'],
  ['no lines', 'style speed, not safety (contract)'],
  ['half a line', 'style safety, not speed (contract)'],
  ['neither style nor speed', 'safety, not style (threw) speed (threw)'],
])('1.2 what came back and what was lost of: %s', async (text, summary) => {
  const { report } = await ask(text);
  expect(report?.got[0]?.value).toEqual({ summary });
});

test('1.2 where nobody comes back the fan ends as its branches did', async () => {
  expect((await ask('everybody is ill')).report?.lost).toMatchObject([
    { outcome: 'failed', reason: 'parts_lost' },
  ]);
});

test('10.5 a handoff that was refused at the border stands in the trace', async () => {
  const { trace } = await ask('no lines');
  expect(trace.find(({ node }) => node === 'safety')).toMatchObject({
    outcome: 'refused',
    reason: 'contract',
  });
});

test('a fan is walked through like the rest of its team', () => {
  const rows = [...checkOrganisation(organisation)];
  expect(rows.flatMap(({ faults }) => faults)).toEqual([]);
  expect(rows.find(({ name }) => name === 'team review')?.states).toBeGreaterThan(100);
});

test('2.6 a branch whose input does not fit does not compile, and no branch at all is refused', () => {
  const text = () => ({ text: 1, lines: 1 });
  // @ts-expect-error what is made for style does not fit it
  const misfit = () => fan({ input: Ask, branches: { style }, with: { style: text } });
  expect(misfit).not.toThrow();
  // @ts-expect-error nothing is made for speed
  expect(() => fan({ input: Ask, branches: { speed }, with: {} })).not.toThrow();
  expect(() => fan({ input: Ask, branches: {}, with: {} })).toThrow(/0 branches/);
  const one = { input: Ask, branches: { style }, with: { style: () => ({ text: '', lines: 1 }) } };
  expect(() => fan({ ...one, maxParallel: 0 })).toThrow(/maxParallel is 0/);
  expect(() => defineOrganisation({ id: 'o', agents: [style], teams: [review] })).toThrow(/safety/);
});

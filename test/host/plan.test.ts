// Goal: a plan's parts get what they take from each other, and what cannot come is said so, not waited for.
// Method: a reader and an auditor who takes its rows, planned by words: once by a team's own planner for its plan node, once
// by the request's.
import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  plan,
  roleContracts,
  type Lost,
  type Plan,
} from 'nova-agents';
import { checkOrganisation } from '../../src/verify/check.ts';
import { asking } from './asking.ts';

const Rows = z.strictObject({ rows: z.array(z.int()) });
const Plans = z.strictObject({ plan: z.json() });
const reader = defineAgent({
  id: 'reader',
  version: 1,
  does: 'Reads the rows of a file.',
  input: z.strictObject({ file: z.string() }),
  outcomes: { read: Rows, empty: z.null() },
  examples: [],
  act: ({ file }, say) => {
    if (file === 'broken') throw new Error('no such file');
    return file === 'empty' ? say.empty(null) : say.read({ rows: [1, 2, 4] });
  },
});
const auditor = defineAgent({
  id: 'auditor',
  version: 1,
  does: 'Adds up.',
  input: z.strictObject({ rows: z.array(z.int()).min(1), from: z.int() }),
  outcomes: { audited: z.strictObject({ sum: z.int() }) },
  examples: [],
  act: ({ rows, from }, say) => say.audited({ sum: rows.reduce((a, b) => a + b, from) }),
});

function planOf(text: string): Plan {
  const [file = '', outcome = 'read'] = text.split(' ');
  const takes = (part: string) => [{ from: { part, outcome, key: 'rows' }, to: 'rows' }];
  return {
    parts: [
      { id: 'sum', node: 'auditor', input: { from: 10 }, takes: takes('rows') },
      { id: 'rows', node: 'reader', input: { file } },
    ],
  };
}
const drafter = defineAgent({
  id: 'drafter',
  version: 1,
  does: 'Drafts a plan.',
  input: Ask,
  outcomes: { drafted: Plans },
  examples: [
    { ask: 'a plan', input: { text: 'a' }, says: { drafted: { plan: planOf('a.csv') as never } } },
  ],
  act: ({ text }, say) => say.drafted({ plan: planOf(text) as never }),
});
const audit = defineTeam({
  id: 'audit',
  version: 1,
  does: 'Audits by a plan of its own.',
  input: Ask,
  outcomes: { said: z.string() },
  nodes: { drafter, work: plan({ nodes: { reader, auditor }, maxParts: 2 }) },
  start: { to: 'drafter' },
  routes: {
    drafter: { drafted: { to: 'work', with: ({ plan: draft }) => draft as unknown as Plan } },
    work: {
      all: { end: 'said', with: ({ got }) => JSON.stringify(got.map(({ value }) => value)) },
      some: { end: 'said', with: ({ lost }) => JSON.stringify(lost) },
      refused: {
        end: 'said',
        with: ({ reason, note }: Lost) => `${reason}: ${note as string}`,
      },
    },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
/** Hands "team …" to the team, and plans anything else itself. */
const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Plans.',
  ...roleContracts.planner,
  examples: [],
  act: ({ text }, say) => {
    const team = { id: 'p', node: 'audit', input: { text: text.slice(5) } };
    const own = text.startsWith('team ') ? { parts: [team] } : planOf(text);
    return say.planned({ plan: own as never, unplaced: [] });
  },
});
const organisation = defineOrganisation({
  id: 'auditors',
  agents: [reader, auditor, drafter, planner],
  teams: [audit],
  roles: { planner: 'planner' },
});

const ask = asking(organisation);
const lostSum = { id: 'sum', node: 'auditor', outcome: 'cancelled', reason: 'input_lost' };

test('2.1 a part is handed what it takes once that has come, whatever the order of the plan', async () => {
  const { outcome, report } = await ask('a.csv');
  expect(outcome).toBe('answered');
  expect(report?.got.map(({ id, value }) => [id, value])).toEqual([
    ['sum', { sum: 17 }],
    ['rows', { rows: [1, 2, 4] }],
  ]);
});

test('1.7 a part whose source came to something else never begins, and says what it would have needed', async () => {
  const { outcome, report } = await ask('empty');
  expect(outcome).toBe('partial');
  expect(report?.got).toMatchObject([{ id: 'rows', outcome: 'empty', value: null }]);
  expect(report?.lost).toEqual([{ ...lostSum, note: { needs: 'rows: read' } }]);
});

test('1.7 a part whose source failed never begins; the plan ends as its source did', async () => {
  const { outcome, report } = await ask('broken');
  expect(outcome).toBe('failed');
  expect(report?.lost).toMatchObject([lostSum, { id: 'rows', outcome: 'failed', reason: 'threw' }]);
});

test('2.5 a plan that takes what never comes is refused before anything runs', async () => {
  const { outcome, reason } = await ask('a.csv written');
  expect([outcome, reason]).toEqual(['failed', 'plan_refused']);
});

test.each([
  ['a.csv', '[{"sum":17},{"rows":[1,2,4]}]'],
  ['empty', JSON.stringify([{ ...lostSum, note: { needs: 'rows: read' } }])],
  ['a.csv written', 'contract: part sum: rows never comes to written'],
])('2.5 a plan node of a team, handed a plan of %s', async (text, said) => {
  expect((await ask(`team ${text}`)).report?.got[0]?.value).toBe(said);
});

test('a plan node is walked through with the plan of its planner', () => {
  const rows = [...checkOrganisation(organisation)];
  expect(rows.flatMap(({ faults }) => faults)).toEqual([]);
  expect(rows.find(({ name }) => name === 'team audit')?.states).toBeGreaterThan(50);
});

test('2.6 what is handed to a plan node has to be a plan, and its limits to be within bounds', () => {
  const { nodes: _, charter: __, mappings: ___, kind: ____, ...rest } = audit;
  const definition = {
    ...rest,
    nodes: { work: plan({ nodes: { reader } }) },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  } as const;
  const routes = {
    work: { all: { end: 'said', with: () => '' }, some: { end: 'said', with: () => '' } },
  } as const;
  // @ts-expect-error a request is no plan
  expect(() => defineTeam({ ...definition, start: { to: 'work' }, routes })).not.toThrow();
  expect(() => plan({ nodes: {} })).toThrow(/no nodes/);
  expect(() => plan({ nodes: { reader }, maxParallel: 0 })).toThrow(
    /maxParallel is 0, not 1 to 12/,
  );
  expect(() => plan({ nodes: { reader }, maxParts: 13 })).toThrow(/maxParts is 13/);
  expect(() => defineOrganisation({ id: 'o', agents: [drafter, reader], teams: [audit] })).toThrow(
    /auditor/,
  );
});

// Goal: a plan that could not be carried out is refused before anything of it runs, with everything that is wrong with it.
// Method: one plan that holds, and one for each way in which it may not.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, type Plan } from 'nova-agents';
import { checkPlan, type Bounds } from '../../src/team/check-plan.ts';
import { worldOf } from '../../src/team/world.ts';

const base = { version: 1, does: 'Works.', examples: [], act: () => ({ outcome: '', value: 0 }) };
const Row = z.strictObject({ id: z.string(), amount: z.int() });
const reader = defineAgent({
  ...base,
  id: 'reader',
  input: z.strictObject({ file: z.string() }),
  outcomes: {
    read: z.strictObject({ rows: z.array(Row), note: z.string().optional() }),
    empty: z.null(),
    either: z.union([z.strictObject({ a: z.int(), b: z.int() }), z.strictObject({ b: z.int() })]),
  },
});
const auditor = defineAgent({
  ...base,
  id: 'auditor',
  input: z
    .strictObject({ rows: z.array(Row), limit: z.int().default(10), strict: z.boolean() })
    .refine(({ rows, limit }) => rows.length <= limit, 'too many rows'),
  outcomes: { audited: z.strictObject({ findings: z.int() }) },
});
const listener = defineAgent({
  ...base,
  id: 'listener',
  input: z.string(),
  outcomes: { heard: z.string() },
});
const thinking = (id: string, maxTokens: number) =>
  defineAgent({
    id,
    version: 1,
    does: 'Thinks.',
    input: z.strictObject({ text: z.string() }),
    outcomes: { thought: z.string() },
    limits: { maxTurns: 2, maxTokens },
    examples: [],
    instructions: () => 'Think.',
  });
const thinker = thinking('thinker', 100);
const endless = thinking('endless', 0);
const sharer = defineAgent({
  ...base,
  id: 'sharer',
  input: z.strictObject({ text: z.string() }),
  outcomes: { heard: z.string() },
  shared: { freshMs: 1_000 },
});
const agents = [reader, auditor, listener, thinker, endless, sharer];
const world = worldOf(defineOrganisation({ id: 'o', agents }), { hasModel: true });

const read = { id: 'read', node: 'reader', input: { file: 'a.csv' } };
const rows = { from: { part: 'read', outcome: 'read', key: 'rows' }, to: 'rows' };
const audit = { id: 'audit', node: 'auditor', input: { strict: true }, takes: [rows] };
const check = (parts: Plan['parts']) => checkPlan({ parts }, (id) => world.node(id));
const from = (part: string, outcome: string, key?: string) => ({
  ...audit,
  takes: [{ from: { part, outcome, ...(key !== undefined && { key }) }, to: 'rows' }],
});

test('2.5 a plan whose edges hold passes, with what is given parsed and named', () => {
  expect(check([read, audit])).toMatchObject({
    ok: true,
    parts: [
      { id: 'read', node: 'reader', value: { file: 'a.csv' } },
      { id: 'audit', value: { strict: true, limit: 10 }, given: ['limit', 'strict'] },
    ],
  });
  expect(check([read, audit]).ok && check([audit, read]).ok).toBe(true);
});

test.each<[string, Plan['parts'], RegExp]>([
  ['two parts of one id', [read, { ...read }], /two parts are called read/],
  ['an unknown node', [{ ...read, node: 'nobody' }], /there is no node nobody/],
  ['a source of an unknown node', [{ ...read, node: 'nobody' }, audit], /there is no node nobody/],
  ['an unknown part', [audit], /takes from read, which is no part/],
  ['an unknown outcome', [read, from('read', 'written')], /read never comes to written/],
  ['an outcome that everybody has', [read, from('read', 'failed')], /never comes to failed/],
  ['what every object has', [read, from('read', 'constructor')], /never comes to constructor/],
  ['a key that need not be there', [read, from('read', 'read', 'note')], /not every read of read/],
  ['a key that no value has', [read, from('read', 'empty', 'rows')], /not every empty of read/],
  ['a key of some of a union', [read, from('read', 'either', 'a')], /not every either of read/],
  ['a key taken twice', [read, { ...audit, takes: [rows, rows] }], /rows is taken twice/],
  ['a key given and taken', [read, { ...audit, input: { strict: true, rows: [] } }], /rows/],
  ['a given key of a wrong type', [read, { ...audit, input: { strict: 1 } }], /boolean/],
  ['a key that is missing', [read, { ...audit, input: {} }], /strict/],
  [
    'an input that has no such key',
    [read, { ...audit, takes: [{ ...rows, to: '__proto__' }] }],
    /its input has no key __proto__/,
  ],
  [
    'an input that is no object',
    [read, { id: 'l', node: 'listener', input: {}, takes: [rows] }],
    /no keys that another part could fill/,
  ],
  ['a part that waits for itself', [from('audit', 'audited')], /audit wait for each other/],
  [
    'a circle',
    [
      { ...from('second', 'audited'), id: 'first' },
      { ...from('first', 'audited'), id: 'second' },
      { ...from('second', 'audited'), id: 'behind' },
    ],
    /first, second, behind wait for each other/,
  ],
])('2.5 %s', (_, parts, fault) => {
  const checked = check(parts);
  expect(checked.ok).toBe(false);
  expect(checked).toHaveProperty('issues', expect.stringMatching(fault));
});

test('2.5 a key that every value of a union has can be taken', () => {
  const limit = { from: { part: 'read', outcome: 'either', key: 'b' }, to: 'limit' };
  expect(check([read, { ...audit, takes: [rows, limit] }]).ok).toBe(true);
});

test.each<[string, readonly string[], Bounds, string]>([
  ['as many tokens', ['thinker', 'thinker', 'listener'], { maxTokens: 200 }, ''],
  [
    'more tokens',
    ['thinker', 'thinker'],
    { maxTokens: 199 },
    'may take 200 tokens by their own limits; the limit is 199',
  ],
  ['tokens without end', ['endless'], { maxTokens: 1_000_000 }, 'may take any number of tokens'],
  ['as many steps', ['thinker', 'thinker'], { maxSteps: 4 }, ''],
  [
    'more steps',
    ['thinker', 'thinker'],
    { maxSteps: 3 },
    'may take 4 steps by their own limits; the limit is 3',
  ],
  ['steps that are left', ['thinker', 'thinker'], { stepsAhead: 2 }, ''],
  [
    'steps that nobody has',
    ['thinker', 'thinker'],
    { stepsAhead: 1 },
    'take at least 2 steps; the run may take 1 more',
  ],
  ['steps that are overdrawn', ['thinker'], { stepsAhead: -3 }, 'the run may take 0 more'],
  // It may have been done by another run.
  ['shared work', ['sharer', 'thinker'], { stepsAhead: 1 }, ''],
])('7.17 a plan that takes %s', (_, nodes, bounds, fault) => {
  const parts = nodes.map((node, at) => ({
    id: `p${at}`,
    node,
    input: node === 'listener' ? `p${at}` : { text: `p${at}` },
  }));
  const checked = checkPlan({ parts }, (id) => world.node(id), bounds);
  expect(checked.ok ? '' : checked.issues).toContain(fault);
  expect(checked.ok).toBe(fault === '');
});

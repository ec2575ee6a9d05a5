// Goal: a plan is refused for what can never fit, and for nothing that could.
// Method: pairs that clash beside pairs that need not, over a plan; random contracts, of whose values zod itself is asked whether one fits.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineAgent, defineOrganisation, type Plan } from 'nova-agents';
import { arbitraryOf } from 'nova-agents/testing/arbitraries';
import { checkPlan } from '../../src/team/check-plan.ts';
import { contractSpec } from '../../src/team/contract.ts';
import { neverFit } from '../../src/team/never-fit.ts';
import { worldOf } from '../../src/team/world.ts';

const clash = (given: z.ZodType, wanted: z.ZodType): boolean => {
  const input = z.strictObject({ it: wanted });
  const spec = contractSpec({ input, outcomes: { done: z.strictObject({ it: given }) } });
  return neverFit(spec.gives('done', 'it'), spec.accepts('it'));
};

const [text, int, row] = [z.string(), z.int(), z.strictObject({ id: z.string(), sum: z.int() })];
test.each<[string, z.ZodType, z.ZodType]>([
  ['a text for a list', text, z.array(text)],
  ['a text or nothing for a number', text.nullable(), int],
  ['a list of one for two', z.tuple([int]), z.array(int).min(2)],
  ['at least one text for numbers', z.array(text).min(1), z.array(int)],
  ['another second of a pair', z.tuple([text, text]), z.tuple([text, int])],
  ['a word that is not among them', z.literal('c'), z.enum(['a', 'b'])],
  ['a row without its sum', z.object({ id: text }), row],
  ['a row with more', row.extend({ more: int }), row],
  ['a row with a text as its sum', z.object({ id: text, sum: text }), row],
  ['a row or a text for a number or a list', z.union([row, text]), z.union([int, z.array(int)])],
  [
    'other kinds',
    z.discriminatedUnion('k', [z.object({ k: z.literal('x') })]),
    z.object({ k: z.literal('y') }),
  ],
  ['a number that is too large', z.number().min(10), z.number().max(9)],
  ['a text that is too long', text.min(10), text.max(9)],
])('2.5 %s never fits', (_, given, wanted) => {
  expect(clash(given, wanted)).toBe(true);
});

test.each<[string, z.ZodType, z.ZodType]>([
  ['a number for a whole one', z.number(), int],
  ['texts for numbers: there may be none', z.array(text), z.array(int)],
  ['a text that may be missing', text.nullable(), text.min(1)],
  [
    'a long text or nothing for a short one or nothing',
    text.min(9).nullable(),
    text.max(1).nullable(),
  ],
  ['a row with more for whoever takes more', row.extend({ more: int }), z.object({ id: text })],
  ['a text for what makes a number of it', text, z.coerce.number()],
  [
    'a text for what makes a number of it, or of nothing',
    text,
    z.coerce.number().nullable().default(1),
  ],
  ['a text for what goes on without', text, z.strictObject({ a: int.catch(1) }).or(int.catch(1))],
  ['a text for what is changed first', text, z.preprocess(Number, int)],
  ['anything, whatever its author says of it', z.any().meta({ type: 'string' }), int],
  ['a text for what is known by a reference', text, z.json()],
  [
    'an object of two kinds',
    z.intersection(z.object({ a: int }), z.object({ b: int })),
    z.object({ b: int }),
  ],
])('2.5 %s may fit', (_, given, wanted) => {
  expect(clash(given, wanted)).toBe(false);
});

test('2.5 what both may be beside what clashes may fit', () => {
  const [long, short] = [{ minLength: 9 }, { maxLength: 1 }];
  expect(neverFit({ type: 'string', ...long }, { type: 'string', ...short })).toBe(true);
  const type = ['string', 'null'];
  expect(neverFit({ type, ...long }, { type, ...short })).toBe(false);
});

const { contract } = fc.letrec<{ contract: z.ZodType }>((tie) => ({
  contract: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<z.ZodType[]>(
      text,
      int,
      z.boolean(),
      z.null(),
      z.number().min(3),
      z.number().max(2),
      text.min(2),
      text.max(1),
      z.literal('a'),
      z.enum(['a', 'b']),
      z.literal([1, 'b', null]),
      z.coerce.number(),
      z.coerce.boolean(),
      text.catch('a'),
      int.default(1),
      z.any(),
      z.preprocess(String, text),
      text.trim(),
      z.codec(text, int, { decode: Number, encode: String }),
    ),
    tie('contract').map((one) => z.array(one)),
    tie('contract').map((one) => z.array(one).min(1)),
    tie('contract').map((one) => one.nullable()),
    tie('contract').map((one) => z.record(z.enum(['a', 'b']), one)),
    fc.tuple(tie('contract'), tie('contract')).map(([a, b]) => z.union([a, b])),
    fc.tuple(tie('contract'), tie('contract')).map(([a, b]) => z.tuple([a, b])),
    fc.tuple(tie('contract'), tie('contract')).map(([a, b]) => z.object({ a, b: b.optional() })),
    fc
      .tuple(tie('contract'), tie('contract'))
      .map(([a, b]) => z.strictObject({ a: a.optional(), b })),
    fc
      .tuple(tie('contract'), tie('contract'))
      .map(([a, b]) => z.intersection(z.object({ a }), z.object({ b }))),
  ),
}));

/** Values that a contract gives; none where chance does not find what it takes. */
function givenBy(given: z.ZodType, seed: number): unknown[] {
  try {
    const taken = fc
      .sample(arbitraryOf(given), { seed, numRuns: 3 })
      .map((one) => given.safeParse(one));
    return taken.flatMap(({ success, data }) => (success ? [data] : []));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

test('2.5 of what is refused no value is ever taken (random)', () => {
  let tried = 0;
  fc.assert(
    fc.property(contract, contract, fc.nat(), (given, wanted, seed) => {
      if (!clash(given, wanted)) return true;
      const values = givenBy(given, seed);
      tried += values.length;
      return values.every((value) => !wanted.safeParse(value).success);
    }),
    { numRuns: 200 },
  );
  expect(tried).toBeGreaterThan(20);
});

test('2.5 a plan that hands a text to whoever wants rows is refused, and both are named', () => {
  const base = { version: 1, does: 'Works.', examples: [], act: () => ({ outcome: '', value: 0 }) };
  const [read, audit] = [
    defineAgent({
      ...base,
      id: 'read',
      input: z.strictObject({ file: text }),
      outcomes: { read: z.strictObject({ rows: text }) },
    }),
    defineAgent({
      ...base,
      id: 'audit',
      input: z.strictObject({ rows: z.array(row) }),
      outcomes: { done: z.null() },
    }),
  ];
  const world = worldOf(defineOrganisation({ id: 'o', agents: [read, audit] }), { hasModel: true });
  const takes = [{ from: { part: 'r', outcome: 'read', key: 'rows' }, to: 'rows' }];
  const parts: Plan['parts'] = [
    { id: 'r', node: 'read', input: { file: 'a.csv' } },
    { id: 'a', node: 'audit', input: {}, takes },
  ];
  expect(checkPlan({ parts }, (id) => world.node(id))).toEqual({
    ok: false,
    issues: 'part a: the rows of r can never be its rows (string for array)',
  });
});

// Goal: whatever is drawn from a contract meets it, and what fails shrinks to something small.
// Method: contracts that are hard to meet and every contract of the team that comes with the package, each drawn from
// hundreds of times; what a contract can be must come up too, or the values would say little of it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { organisation } from 'nova-agents/agents';
import { loadedBy, packagesIn } from '../house/loading.ts';
import { arbitraryOf } from 'nova-agents/testing/arbitraries';

const RUNS = 300;

const Tree = z.strictObject({
  name: z.string().min(1),
  get kids(): z.ZodArray<typeof Tree> {
    return z.array(Tree).max(3);
  },
});
const Node = z.strictObject({
  get left(): z.ZodOptional<typeof Node> {
    return Node.optional();
  },
  get right(): z.ZodOptional<typeof Node> {
    return Node.optional();
  },
});
const Shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('circle'), r: z.number().gt(0).lt(1) }),
  z.strictObject({ kind: z.literal(['square', 'rhombus']), side: z.int().min(1).max(3) }),
]);

interface Case {
  readonly is: string;
  readonly of: z.ZodType;
  /** Each must come up. */
  readonly sees?: readonly ((value: never) => boolean)[];
}
const cases: readonly Case[] = [
  {
    is: 'a union',
    of: z.union([z.int(), z.string(), z.null()]),
    sees: [(v) => typeof v === 'number', (v) => v === null],
  },
  {
    is: 'a discriminated union',
    of: Shape,
    sees: ['circle', 'square', 'rhombus'].map((kind) => (v: { kind: string }) => v.kind === kind),
  },
  { is: 'one of exactly one', of: z.xor([z.int(), z.string()]) },
  {
    is: 'an enum',
    of: z.enum(['a', 'b', 'c']),
    sees: ['a', 'b', 'c'].map((one) => (v) => v === one),
  },
  {
    is: 'literals',
    of: z.literal([1, 'x', true, null]),
    sees: [(v) => v === null, (v) => v === true],
  },
  { is: 'a pattern', of: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/) },
  { is: 'two patterns', of: z.string().regex(/^a/).regex(/z/) },
  { is: 'a pattern with flags', of: z.string().regex(/^nova$/i) },
  { is: 'a template', of: z.templateLiteral(['v', z.int().min(0), '.', z.int().min(0)]) },
  {
    is: 'bounded text',
    of: z.string().min(2).max(3),
    sees: [2, 3].map((length) => (v: string) => v.length === length),
  },
  {
    is: 'a bounded int',
    of: z.int().min(-3).max(4).multipleOf(2),
    sees: [-2, 0, 4].map((n) => (v) => v === n),
  },
  { is: 'a number between', of: z.number().gt(1).lt(1.5) },
  { is: 'a multiple', of: z.number().multipleOf(0.5).min(1).max(2), sees: [(v) => v === 1.5] },
  { is: 'a safe int', of: z.int() },
  {
    is: 'nullable and optional',
    of: z.strictObject({ a: z.int().nullable(), b: z.int().optional(), c: z.int().nullish() }),
    sees: [
      (v: { a: unknown }) => v.a === null,
      (v: object) => !('b' in v),
      (v: object) => 'b' in v,
    ],
  },
  {
    is: 'a default',
    of: z.strictObject({ n: z.int().default(3) }),
    sees: [(v: object) => !('n' in v), (v: object) => 'n' in v],
  },
  { is: 'a tuple', of: z.tuple([z.string(), z.int()]) },
  {
    is: 'a tuple with a rest',
    of: z.tuple([z.string()], z.boolean()),
    sees: [(v: unknown[]) => v.length > 1],
  },
  { is: 'nested lists', of: z.array(z.array(z.array(z.int()).min(1)).max(2)).length(3) },
  { is: 'a long list', of: z.array(z.boolean()).min(9) },
  {
    is: 'a record',
    of: z.record(z.string().regex(/^k\d$/), z.int()),
    sees: [(v: object) => Object.keys(v).length > 1],
  },
  { is: 'a record of an enum', of: z.record(z.enum(['a', 'b']), z.int()) },
  {
    is: 'a partial record',
    of: z.partialRecord(z.enum(['a', 'b']), z.int()),
    sees: [(v: object) => Object.keys(v).length === 1],
  },
  {
    is: 'a loose object',
    of: z.looseObject({ a: z.int() }),
    sees: [(v: object) => Object.keys(v).length > 1],
  },
  {
    is: 'an object with a catchall',
    of: z.object({ a: z.int() }).catchall(z.string()),
    sees: [(v: object) => Object.keys(v).length > 1],
  },
  {
    is: 'an intersection',
    of: z.intersection(z.object({ a: z.int() }), z.object({ b: z.string() })),
  },
  {
    is: 'a tree',
    of: Tree,
    sees: [(v: z.infer<typeof Tree>) => v.kids.some(({ kids }) => kids.length > 0)],
  },
  {
    is: 'a tree of what may be absent',
    of: Node,
    sees: [(v: object) => 'left' in v && 'right' in v],
  },
  { is: 'two trees', of: z.strictObject({ x: Tree, y: Tree }) },
  { is: 'any JSON', of: z.json(), sees: [(v) => Array.isArray(v), (v) => typeof v === 'string'] },
  { is: 'anything', of: z.unknown() },
  { is: 'a refinement', of: z.int().refine((n) => n % 3 === 0) },
  ...Object.entries({
    email: z.email(),
    uuid: z.uuid(),
    url: z.url(),
    date: z.iso.date(),
    datetime: z.iso.datetime(),
    time: z.iso.time(),
    duration: z.iso.duration(),
    ipv4: z.ipv4(),
    ipv6: z.ipv6(),
    ulid: z.ulid(),
    base64: z.base64(),
  }).map(([is, of]) => ({ is, of })),
];

const contracts = organisation.agents.flatMap(({ id, input, outcomes }) => [
  { is: `the input of ${id}`, of: input },
  ...Object.entries(outcomes).map(([outcome, of]) => ({ is: `${id} ${outcome}`, of })),
]);

describe('2 every value that is drawn meets', () => {
  test.each<Case>([...cases, ...contracts])('$is', ({ of, sees = [] }) => {
    const missing = new Set(sees);
    fc.assert(
      fc.property(arbitraryOf(of), (value) => {
        expect(of.safeParse(value).error).toBeUndefined();
        // What crosses a crash is the same on the other side of it.
        expect(JSON.parse(JSON.stringify(value))).toEqual(value);
        for (const isSeen of missing) if (isSeen(value as never)) missing.delete(isSeen);
      }),
      { numRuns: RUNS },
    );
    expect([...missing].map(String)).toEqual([]);
  });
});

test('what fails shrinks to the smallest that does', () => {
  const of = z.strictObject({
    rows: z.array(z.strictObject({ n: z.int(), s: z.string().optional() })),
  });
  const { counterexample } = fc.check(
    fc.property(arbitraryOf(of), ({ rows }) => rows.every(({ n }) => n < 100)),
    { seed: 7, numRuns: 1_000 },
  );
  expect(counterexample).toEqual([{ rows: [{ n: 100 }] }]);
});

test('a contract that chance does not meet says so', () => {
  const of = z.string().refine((text) => text === 'open sesame');
  expect(() => fc.sample(arbitraryOf(of), 1)).toThrow('by chance');
});

test('fast-check is loaded by those alone who ask for arbitraries', () => {
  const loads = (door: string) => packagesIn(loadedBy(door, process.cwd())).includes('fast-check');
  expect(['nova-agents', 'nova-agents/testing', 'nova-agents/verify'].map(loads)).toEqual([
    false,
    false,
    false,
  ]);
  expect(loads('nova-agents/testing/arbitraries')).toBe(true);
});

// Goal: a plan beyond its bounds, of a circle or over strangers begins nothing; what is accepted runs to its end, each part once.
// Method: plans in words, handed on by the request's planner and by a team's; then random ones, judged beforehand by hand-written
// definitions of circle, width and depth, and held to the journal afterwards.
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  Nova,
  plan,
  roleContracts,
  type Lost,
  type NovaOptions,
  type Plan,
  type PlanBounds,
} from 'nova-agents';
import type { Outgoing } from '../../src/kernel/system.ts';
import { memoryJournal } from 'nova-agents/testing';

type Part = Plan['parts'][number];
/** What the workers did, in their order. */
const did: string[] = [];
const base = { version: 1, examples: [], limits: { maxTurns: 3, maxTokens: 100 } };
const taken = z.int().optional();
const Numbers = z.strictObject({ n: z.int() });
const worker = defineAgent({
  ...base,
  id: 'worker',
  does: 'Works.',
  input: Ask.extend({ a: taken, b: taken, c: taken, d: taken, e: taken, f: taken, g: taken }),
  outcomes: { done: Numbers, other: Numbers },
  act: ({ text, ...keys }, say) => {
    did.push(text);
    const n = Object.values(keys).reduce((sum: number, one) => sum + (one ?? 0), 1);
    return text.endsWith('!') ? say.other({ n }) : say.done({ n });
  },
});
/** Says the plan that it is handed as JSON: "own …" is for the team's plan node. */
const planOf = (text: string) => JSON.parse(text.replace(/^own /, '')) as never;
const planner = defineAgent({
  ...base,
  id: 'planner',
  does: 'Plans.',
  ...roleContracts.planner,
  act: ({ text }, say) => {
    const team = { id: 'team', node: 'crew', input: { text } };
    const own = text.startsWith('own ') ? ({ parts: [team] } as never) : planOf(text);
    return say.planned({ plan: own, unplaced: [] });
  },
});
const drafter = defineAgent({
  ...base,
  id: 'drafter',
  does: 'Drafts.',
  input: Ask,
  outcomes: { drafted: z.strictObject({ plan: z.json() }) },
  act: ({ text }, say) => say.drafted({ plan: planOf(text) }),
});
const crewOf = (bounds: PlanBounds) =>
  defineTeam({
    id: 'crew',
    version: 1,
    does: 'Works by a plan of its own.',
    input: Ask,
    outcomes: { said: z.string() },
    nodes: { drafter, work: plan({ nodes: { worker }, ...bounds }) },
    start: { to: 'drafter' },
    routes: {
      drafter: { drafted: { to: 'work', with: ({ plan: one }) => one as unknown as Plan } },
      work: {
        all: { end: 'said', with: () => 'all' },
        some: { end: 'said', with: () => 'some' },
        refused: { end: 'said', with: ({ note }: Lost) => String(note) },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });

async function run(text: string, bounds: PlanBounds = {}, more: NovaOptions['limits'] = {}) {
  const journal = memoryJournal();
  const organisation = defineOrganisation({
    id: 'bounded',
    agents: [planner, worker, drafter],
    teams: [crewOf(bounds)],
    roles: { planner: 'planner' },
  });
  const limits = { ...more, ...(!text.startsWith('own ') && { plan: bounds }) };
  const nova = new Nova({ organisation, journal, limits });
  onTestFinished(() => nova.close());
  const result = await nova.ask(text);
  const records = await journal.read(result.run);
  const handed = records.flatMap((one) =>
    one.kind === 'committed'
      ? (one.outbox as unknown as Outgoing[]).filter(({ kind }) => kind === 'handed')
      : [],
  ) as readonly Extract<Outgoing, { kind: 'handed' }>[];
  const begun = handed.flatMap(({ node, actor }) => (node === 'worker' ? [actor] : []));
  return {
    ...result,
    begun: begun.map((path) => path.slice(path.lastIndexOf('/') + 1)),
    did: did.splice(0),
  };
}

const part = (id: string, ...from: string[]): Part => ({
  id,
  node: 'worker',
  input: { text: id },
  ...(from.length > 0 && {
    takes: from.map((source, at) => ({
      from: { part: source, outcome: 'done', key: 'n' },
      to: 'abcdefg'[at] ?? 'a',
    })),
  }),
});
const many = (count: number): Part[] => Array.from({ length: count }, (_, at) => part(`p${at}`));
const tree = [part('root'), part('x', 'root'), part('y', 'root'), part('z', 'y'), part('w', 'y')];

const tooMuch: [string, Part[], PlanBounds, string][] = [
  ['a circle', [part('x', 'y'), part('y', 'x'), part('z')], {}, 'x, y wait for each other'],
  [
    'an unknown agent',
    [part('x'), { ...part('y'), node: 'smith' }],
    {},
    'part y: there is no node smith',
  ],
  [
    'an outcome that nobody has',
    [part('x'), { ...part('y'), takes: [{ from: { part: 'x', outcome: 'made' }, to: 'a' }] }],
    {},
    'part y: x never comes to made',
  ],
  ['too many parts', many(3), { maxParts: 2 }, 'the plan has 3 parts; the limit is 2'],
  [
    // By its levels it is three wide: x, z and w are on two of them.
    'too much width',
    [...tree, part('v', 'y')],
    { maxWidth: 3 },
    'x, z, w, v could all be at work at once, 4 parts; the limit is 3',
  ],
  [
    'too much depth',
    tree,
    { maxDepth: 2 },
    'root, y, z come one after another, 3 parts; the limit is 2',
  ],
  [
    'too many steps',
    many(3),
    { maxSteps: 8 },
    'its agents may take 9 steps by their own limits; the limit is 8',
  ],
];

test.each(tooMuch)('7.17, 2.5 %s is refused before anything runs', async (_, parts, ...rest) => {
  const [bounds, sentence] = rest;
  const { outcome, reason, note, begun, did: done } = await run(JSON.stringify({ parts }), bounds);
  expect([outcome, reason, note]).toEqual(['failed', 'plan_refused', sentence]);
  expect([begun, done]).toEqual([[], []]);
});

test.each(tooMuch)(
  '7.17, 2.5 %s is refused by the plan node of a team',
  async (_, parts, ...rest) => {
    const [bounds, sentence] = rest;
    const { report, begun } = await run(`own ${JSON.stringify({ parts })}`, bounds);
    expect(report?.got[0]?.value).toBe(sentence);
    expect(begun.filter((id) => id.includes('/work/'))).toEqual([]);
  },
);

test.each<[string, PlanBounds]>([
  ['parts', { maxParts: 5 }],
  ['width', { maxWidth: 3 }],
  ['depth', { maxDepth: 3 }],
  ['steps', { maxSteps: 15 }],
  // It is code, which takes none.
  ['tokens', { maxTokens: 1 }],
])('7.17 a plan that just keeps to its %s runs', async (_, bounds) => {
  const { outcome, begun, did: done } = await run(JSON.stringify({ parts: tree }), bounds);
  expect([outcome, begun, done]).toEqual(['answered', begun, begun]);
  expect(begun).toHaveLength(5);
});

test('7.17 more than a plan can hold is refused where it is said, whatever the bounds', async () => {
  const { outcome, note, begun } = await run(JSON.stringify({ parts: many(13) }));
  expect([outcome, begun]).toEqual(['failed', []]);
  expect(note).toContain('a plan has at most 12 parts');
});

test('7.17 a plan that needs more steps than the run could ever be granted is refused', async () => {
  const parts = JSON.stringify({ parts: many(3) });
  const budget = (steps: number, maxRaises: number) => ({ budget: { steps, maxRaises } });
  const refused = await run(parts, {}, budget(3, 0));
  // The planner has taken one.
  expect(refused.note).toBe('its agents take at least 3 steps; the run may take 2 more');
  expect([refused.outcome, refused.begun]).toEqual(['failed', []]);
  expect((await run(parts, {}, budget(4, 0))).outcome).toBe('answered');
  // A person may still grant as much again, and is asked when it comes to that.
  expect((await run(parts, {}, budget(3, 1))).outcome).toBe('waiting');
  const same = { parts: [part('x'), { ...part('y'), input: { text: 'x' } }] };
  expect((await run(JSON.stringify(same), {}, budget(2, 0))).outcome).toBe('answered');
});

const ids = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'];
const rarely = <T>(usual: T, rare: T, times = 25) =>
  fc.nat(times - 1).map((chance) => (chance === 1 ? rare : usual));
const anyPart = (at: number) =>
  fc
    .record({
      node: rarely('worker', 'smith'),
      mood: rarely('', '!', 4),
      sources: fc.subarray(ids.slice(0, at), { maxLength: Math.min(at, 3) }),
      outcome: rarely('done', 'made'),
      stray: rarely<string | undefined>(undefined, ids[ids.length - 1 - at]),
    })
    .map(({ node, mood, sources, outcome, stray }): Part => {
      const id = ids[at] ?? '';
      const all = [...new Set([...sources, ...(stray === undefined ? [] : [stray])])];
      const { takes } = part(id, ...all);
      const edges = takes?.map(({ from, to }) => ({ from: { ...from, outcome }, to }));
      return { id, node, input: { text: id + mood }, ...(edges && { takes: edges }) };
    });
const most = fc.option(fc.integer({ min: 2, max: 6 }), { nil: undefined, freq: 1 });
const anyPlan = fc.record({
  parts: fc
    .integer({ min: 1, max: ids.length })
    .chain((count) => fc.tuple(...ids.slice(0, count).map((_, at) => anyPart(at)))),
  bounds: fc.record({ maxParts: most, maxWidth: most, maxDepth: most }),
});

/** Whether it may run, by other definitions than the check's: ways are walked, and every set of parts is looked at. */
function isGood(parts: readonly Part[], bounds: PlanBounds): boolean {
  const { maxParts = 12, maxWidth = 12, maxDepth = 12 } = bounds;
  const edges = parts.flatMap(({ id, takes = [] }) => takes.map(({ from }) => [from.part, id]));
  const known = parts.map(({ id }) => id);
  const isSound =
    parts.every(({ node }) => node === 'worker') &&
    parts.every(({ takes = [] }) => takes.every(({ from }) => from.outcome === 'done')) &&
    edges.every(([from = '']) => known.includes(from));
  if (!isSound || parts.length > maxParts) return false;
  const ways = known.map((id) => [id]);
  for (const way of ways) {
    if (way.length > parts.length) return false;
    for (const [from, to = ''] of edges) if (from === way.at(-1)) ways.push([...way, to]);
  }
  const isBefore = (a: string, b: string) =>
    ways.some((way) => way.includes(a) && way.indexOf(b) > way.indexOf(a));
  const widths = Array.from({ length: 2 ** known.length }, (_, set) => {
    const some = known.filter((__, at) => ((set >> at) & 1) === 1);
    return some.some((a) => some.some((b) => isBefore(a, b))) ? 0 : some.length;
  });
  return Math.max(...ways.map((way) => way.length)) <= maxDepth && Math.max(...widths) <= maxWidth;
}

const seed = Number(process.env['NOVA_SEED'] ?? 17);
test(`7.17, 1.7, 2.5 any plan, seed ${seed}: accepted, each part is done or lost once; refused, nothing begins`, async () => {
  const seen = { accepted: 0, refused: 0, lost: 0 };
  await fc.assert(
    fc.asyncProperty(anyPlan, async ({ parts, bounds }) => {
      const set = Object.entries(bounds).filter(([, limit]) => limit !== undefined);
      const own = Object.fromEntries(set) as PlanBounds;
      const { reason, report, begun, did: done } = await run(JSON.stringify({ parts }), own);
      const all = parts.map(({ id }) => id);
      const isAccepted = isGood(parts, own);
      const [got, lost] = [report?.got ?? [], report?.lost ?? []].map((some) =>
        some.map(({ id }) => id),
      ) as [string[], string[]];
      expect(reason === 'plan_refused').toBe(!isAccepted);
      expect([...got, ...lost].toSorted()).toEqual(isAccepted ? all : []);
      expect(begun.toSorted()).toEqual(got.toSorted());
      expect(done.map((text) => text.replace('!', '')).toSorted()).toEqual(got.toSorted());
      expect(report?.lost.every((one) => one.reason === 'input_lost') ?? true).toBe(true);
      seen[isAccepted ? 'accepted' : 'refused'] += 1;
      seen.lost += lost.length;
    }),
    { seed, numRuns: 150 },
  );
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(20);
});

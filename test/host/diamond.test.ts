// Goal: a request that needs four specialists in a diamond is planned, and takes as long as its longest way, no longer.
// Method: the planner and the specialists think by a scripted model that takes its time on a clock moved by hand; the middle two
// are awaited together, so that one after the other would never end. Then each way in which one of the middle is lost.
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, Nova, type Model, type Placed } from 'nova-agents';
import { ManualClock, ScriptedModel, type Script } from 'nova-agents/testing';
import { coordination } from '../../agents/index.ts';

const base = { version: 1, examples: [], limits: { maxRepairs: 1 }, instructions: () => 'Do it.' };
const surveyor = defineAgent({
  ...base,
  id: 'surveyor',
  does: 'Surveys land.',
  input: Ask,
  outcomes: { surveyed: z.strictObject({ acres: z.int(), plots: z.array(z.string()) }) },
});
const assessor = defineAgent({
  ...base,
  id: 'assessor',
  does: 'Says what tax is due for land.',
  input: Ask.extend({ acres: z.int().min(1) }),
  outcomes: { assessed: z.strictObject({ tax: z.int() }), exempt: z.strictObject({}) },
});
const forester = defineAgent({
  ...base,
  id: 'forester',
  does: 'Says which trees grow where.',
  input: Ask.extend({ plots: z.array(z.string()).min(1) }),
  outcomes: { planted: z.strictObject({ trees: z.int() }) },
});
const steward = defineAgent({
  ...base,
  id: 'steward',
  does: 'Advises on buying land.',
  input: Ask.extend({ tax: z.int(), trees: z.int(), years: z.int().default(30) }),
  outcomes: { advised: z.strictObject({ advice: z.string() }) },
});
const organisation = defineOrganisation({
  id: 'estate',
  agents: [...coordination.agents, surveyor, assessor, forester, steward],
  roles: coordination.roles,
});

const text = 'Survey the north field; assess its tax; plan its trees; advise me whether to buy it';
const edge = (part: string, outcome: string, key: string) => ({
  from: { part, outcome, key },
  to: key,
});
const placed = (taxed = 'assessed'): Placed => ({
  plan: {
    parts: [
      {
        id: 'advice',
        node: 'steward',
        input: { text: 'advise me whether to buy it' },
        takes: [edge('tax', taxed, 'tax'), edge('trees', 'planted', 'trees')],
      },
      {
        id: 'tax',
        node: 'assessor',
        input: { text: 'assess its tax' },
        takes: [edge('land', 'surveyed', 'acres')],
      },
      {
        id: 'trees',
        node: 'forester',
        input: { text: 'plan its trees' },
        takes: [edge('land', 'surveyed', 'plots')],
      },
      { id: 'land', node: 'surveyor', input: { text: 'Survey the north field' } },
    ],
  },
  unplaced: [],
});

const says =
  (outcome: string, value: unknown): Script =>
  () => ({ says: { outcome, value } });
const scripts: Readonly<Record<string, Script>> = {
  router: says('several', { candidates: [] }),
  planner: says('planned', placed()),
  surveyor: says('surveyed', { acres: 12, plots: ['oak hill', 'mill'] }),
  assessor: says('assessed', { tax: 240 }),
  forester: says('planted', { trees: 85 }),
  steward: ({ input }) => {
    const { tax, trees } = input as { tax: number; trees: number };
    return { says: { outcome: 'advised', value: { advice: `Buy: ${trees} trees pay ${tax}.` } } };
  },
};

/** Thinks as the scripts say, each for so long, and notes when it began and ended. */
class Slow implements Model {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  readonly scripted: ScriptedModel;
  readonly #tookMs: Readonly<Record<string, number>>;
  readonly #begun = new Map<string, PromiseWithResolvers<void>>();

  constructor(tookMs: Readonly<Record<string, number>>, changed: Readonly<Record<string, Script>>) {
    this.#tookMs = tookMs;
    this.scripted = new ScriptedModel({ ...scripts, ...changed });
  }
  thinksFor({ node }: { readonly node: string }): boolean {
    return Object.hasOwn(scripts, node);
  }
  begun(node: string): PromiseWithResolvers<void> {
    const one = this.#begun.get(node) ?? Promise.withResolvers<void>();
    this.#begun.set(node, one);
    return one;
  }
  async call(...[call, signal]: Parameters<Model['call']>) {
    const { node } = call;
    const ms = this.#tookMs[node] ?? 0;
    if (ms > 0) {
      this.log.push(`${this.clock.now()} ${node} begins`);
      this.begun(node).resolve();
      await new Promise<void>((resolve) => {
        this.clock.wakeAt(this.clock.now() + ms, () => {
          this.log.push(`${this.clock.now()} ${node} ends`);
          resolve();
        });
      });
    }
    return this.scripted.call(call, signal);
  }
}

function asked(tookMs: Readonly<Record<string, number>>, changed = {}) {
  const model = new Slow(tookMs, changed);
  const limits = { plan: { maxWidth: 2, maxDepth: 3 } };
  const nova = new Nova({ organisation, model, clock: model.clock, limits });
  onTestFinished(() => nova.close());
  return { model, result: nova.ask(text) };
}
const inputOf = ({ scripted }: Slow, node: string) =>
  scripted.calls.find((call) => call.node === node)?.input;

test('1.7 a diamond of four takes as long as its longest way: the middle two are at work at once', async () => {
  const { model, result } = asked({ surveyor: 30, assessor: 20, forester: 50, steward: 10 });
  await model.begun('surveyor').promise;
  model.clock.advance(30);
  await Promise.all([model.begun('assessor').promise, model.begun('forester').promise]);
  model.clock.advance(50);
  await model.begun('steward').promise;
  model.clock.advance(10);
  const { outcome, answer, trace } = await result;
  expect(outcome).toBe('answered');
  expect(model.log).toEqual([
    '0 surveyor begins',
    '30 surveyor ends',
    '30 assessor begins',
    '30 forester begins',
    '50 assessor ends',
    '80 forester ends',
    '80 steward begins',
    '90 steward ends',
  ]);
  const ends = trace.map(({ at, tookMs = 0 }) => at + tookMs);
  expect(Math.max(...ends)).toBe(30 + Math.max(20, 50) + 10);
  expect(inputOf(model, 'assessor')).toEqual({ text: 'assess its tax', acres: 12 });
  expect(inputOf(model, 'steward')).toEqual({
    text: 'advise me whether to buy it',
    tax: 240,
    trees: 85,
    years: 30,
  });
  expect(answer?.contributors).toEqual(['steward', 'assessor', 'forester', 'surveyor']);
  for (const told of ['Buy: 85 trees pay 240.', '240', '85', '12', 'oak hill'])
    expect(answer?.text).toContain(told);
  expect(answer?.notDone).toEqual([]);
});

const land = (acres: number) => says('surveyed', { acres, plots: ['oak hill'] });
const failing: Script = () => {
  throw new Error('it is out');
};
test.each<[string, Readonly<Record<string, Script>>, readonly string[], readonly string[]]>([
  ['fails', { assessor: failing }, ['forester', 'surveyor'], ['Steward', 'Assessor']],
  [
    'comes to something else',
    { assessor: says('exempt', {}) },
    ['assessor', 'forester', 'surveyor'],
    ['Steward'],
  ],
  [
    'is handed what breaks its contract',
    { surveyor: land(0) },
    ['forester', 'surveyor'],
    ['Steward', 'Assessor'],
  ],
])(
  '1.7, 2.1 where a branch of the diamond %s, what needs it is lost, and the answer says so',
  async (_, changed, done, lost) => {
    const { model, result } = asked({}, changed);
    const { outcome, reason, answer, trace } = await result;
    expect([outcome, reason]).toEqual(['partial', 'parts_lost']);
    expect(answer?.contributors).toEqual(done);
    expect(answer?.notDone.map(({ what }) => what)).toEqual(lost);
    expect(answer?.notDone[0]?.why).toContain('tax: assessed');
    expect(trace.some(({ node }) => node === 'steward')).toBe(false);
    expect(inputOf(model, 'steward')).toBeUndefined();
  },
);

test('2.2, 2.5 a model whose plan does not hold is told what does not, and mends it', async () => {
  const { model, result } = asked(
    {},
    {
      planner: ({ problem, input }: Parameters<Script>[0]) => {
        const { bounds, catalogue } = input as {
          bounds: unknown;
          catalogue: { id: string; takes: unknown; gives: unknown }[];
        };
        expect(bounds).toEqual({ maxWidth: 2, maxDepth: 3 });
        expect(catalogue.find(({ id }) => id === 'assessor')).toMatchObject({
          takes: ['text', 'acres'],
          gives: { assessed: ['tax'], exempt: [] },
        });
        if (problem === undefined) return { says: { outcome: 'planned', value: placed('exempt') } };
        expect(problem).toContain('part advice: not every exempt of tax has a tax');
        return { says: { outcome: 'planned', value: placed() } };
      },
    },
  );
  expect((await result).outcome).toBe('answered');
  expect(model.scripted.calls.filter(({ node }) => node === 'planner')).toHaveLength(2);
});

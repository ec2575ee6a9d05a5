// A generated team of 34 agents, each of which does its work well unless one of seven faults is planted in it.
import * as z from 'zod';
import {
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  roleContracts,
  type Clock,
  type Organisation,
  type Plan,
} from 'nova-agents';

export const FAULTS = [
  'wrong', // says a figure that is not the right one
  'late', // answers when its time is over
  'silent', // never answers
  'contradictory', // asked the same twice, says two things
  'looping', // does the same again and again
  'breaking', // answers outside of its contract
  'throwing',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A small generator of numbers (mulberry32): the same ones for the same seed. */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const WORKERS = 31;
const DEADLINE_MS = 1_000;
const nameOf = (at: number): string => `w${String(at).padStart(2, '0')}`;

/** What is the case in one run: filled anew for each, and read by everybody in it. */
export interface Scenario {
  clock: Clock;
  roll: (sides: number) => number;
  faults: ReadonlyMap<string, Fault>;
  plan: Plan;
  /** Turns of agents and calls of tools that have begun. */
  begun: number;
  /** Whose fault has come to something. */
  readonly engaged: Set<string>;
  /** How often each was asked. */
  readonly asked: Map<string, number>;
  /** What was written, by key, as often as it was. */
  readonly written: Map<string, { readonly text: string; count: number }>;
}

export interface Crew {
  readonly organisation: Organisation;
  readonly scenario: Scenario;
  /** Another plan for this team. @param twice who is asked twice, to be compared. */
  plan(roll: (sides: number) => number, twice: boolean): Plan;
}

const Input = z.strictObject({
  text: z.string(),
  a: z.string().optional(),
  b: z.string().optional(),
});
const Done = z.strictObject({ token: z.string(), carried: z.array(z.string()) });
const Text = z.strictObject({ text: z.string() });

const never = (): Promise<never> => new Promise(() => {});
const after = ({ clock }: Scenario, ms: number): Promise<void> =>
  new Promise((done) => void clock.wakeAt(clock.now() + ms, done));

/** What a worker has to say: a figure of its own. */
export const rightOf = (name: string): string => `${name}:${(Number(name.slice(1)) + 1) * 7_919}`;
const wrongOf = (name: string): string => `${name}:${(Number(name.slice(1)) + 1) * 7_919 + 1}`;
const isRight = (token: string): boolean => token === rightOf(token.split(':')[0] ?? '');
/** What of a text is no right figure. */
export const wrongIn = (text: string): string[] =>
  (text.match(/w\d\d:\d+/g) ?? []).filter((token) => !isRight(token));

function toolsOf(scenario: Scenario) {
  const look = defineTool({
    name: 'look',
    does: 'Looks.',
    input: Text,
    output: Text,
    effect: 'reads',
    run: async ({ text }) => {
      scenario.begun += 1;
      await after(scenario, scenario.roll(40));
      return { text };
    },
  });
  const file = defineTool({
    name: 'file',
    does: 'Files a figure.',
    input: Text,
    output: Text,
    effect: 'writes',
    // Done at once and told later: a crash in between leaves it in doubt.
    run: async ({ text }, { key }) => {
      scenario.begun += 1;
      const before = scenario.written.get(key);
      scenario.written.set(key, { text, count: (before?.count ?? 0) + 1 });
      await after(scenario, 1 + scenario.roll(200));
      return { text };
    },
    inDoubt: {
      lookup: async (key) => {
        const done = scenario.written.get(key);
        return done && { text: done.text };
      },
    },
  });
  return { look, file };
}

type Tools = ReturnType<typeof toolsOf>;
type Kind = 'plain' | 'looking' | 'filing';

/** The fault of a worker, as it is asked now; contradiction begins with the second time. */
function faultNow({ faults, asked, engaged }: Scenario, name: string): Fault | undefined {
  const times = (asked.get(name) ?? 0) + 1;
  asked.set(name, times);
  const fault = faults.get(name);
  if (fault === undefined || (fault === 'contradictory' && times === 1)) return undefined;
  engaged.add(name);
  return fault;
}

function workerOf(
  scenario: Scenario,
  { look, file }: Tools,
  at: number,
  kind: Kind,
  isCareful: boolean,
) {
  const name = nameOf(at);
  return defineAgent({
    id: name,
    version: 1,
    does: `Says the figure of ${name}.`,
    input: Input,
    outcomes: { done: Done },
    tools: [look, file],
    limits: { deadlineMs: DEADLINE_MS, maxTurns: 8, maxRepairs: scenario.roll(2) },
    examples: [],
    check: ({ a, b }) => {
      if (a?.split(':')[0] === b?.split(':')[0] && a !== b) return `${a} and ${b} contradict`;
      const wrong = isCareful
        ? [a, b].find((one) => one !== undefined && !isRight(one))
        : undefined;
      return wrong === undefined ? undefined : `${wrong} is no figure`;
    },
    async act({ a, b }, say, io) {
      const carried = [a, b].filter((one) => one !== undefined);
      scenario.begun += 1;
      const fault = faultNow(scenario, name);
      if (fault === 'silent') return never();
      if (fault === 'late') await after(scenario, DEADLINE_MS * 2);
      if (fault === 'throwing') throw new Error('out of order');
      if (fault === 'looping') for (;;) await io.tool(look, { text: name });
      if (fault === 'breaking') return { outcome: 'done', value: { token: 7 } };
      await after(scenario, scenario.roll(100));
      if (kind === 'looking') await io.tool(look, { text: `${name} looks` });
      const isWrong = fault === 'wrong' || fault === 'contradictory';
      const token = isWrong ? wrongOf(name) : rightOf(name);
      if (kind === 'filing') await io.tool(file, { text: token });
      return say.done({ token, carried });
    },
  });
}
type Worker = ReturnType<typeof workerOf>;

/** Two workers, the second of which is handed what the first one said. */
const pairOf = (id: string, first: Worker, second: Worker) =>
  defineTeam({
    id,
    version: 1,
    does: 'Says two figures.',
    input: Input,
    outcomes: { done: Done },
    nodes: { first, second },
    start: { to: 'first' },
    routes: {
      first: { done: { to: 'second', with: ({ token }, { text }) => ({ text, a: token }) } },
      second: { done: { end: 'done' } },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });

function rolesOf(scenario: Scenario) {
  const planner = defineAgent({
    id: 'planner',
    version: 1,
    does: 'Has the plan.',
    ...roleContracts.planner,
    examples: [],
    act: (_, say) => say.planned({ plan: scenario.plan, unplaced: [] }),
  });
  const composer = defineAgent({
    id: 'composer',
    version: 1,
    does: 'Tells all figures.',
    ...roleContracts.composer,
    examples: [],
    act: ({ report }, say) => {
      const { got, lost } = report ?? { got: [], lost: [] };
      const told = got.map(({ value }) => {
        const { token, carried } = value as z.output<typeof Done>;
        return [token, ...carried].join(' and ');
      });
      const notDone = lost.map(({ node, outcome }) => ({ what: node, why: outcome }));
      return say.composed({ text: told.join(', '), contributors: [], notDone });
    },
  });
  const verifier = defineAgent({
    id: 'verifier',
    version: 1,
    does: 'Knows all figures.',
    ...roleContracts.verifier,
    examples: [],
    act: ({ answer }, say) => {
      const [wrong] = wrongIn(answer.text);
      return wrong === undefined
        ? say.accepted({})
        : say.objected({ why: `the figure ${wrong} is wrong` });
    },
  });
  return { planner, composer, verifier };
}

/** A team of that seed: who does what how, who works in pairs, and what plans can be made for them. */
export function crewOf(seed: number): Crew {
  const roll = dice(seed);
  const scenario = {
    roll,
    engaged: new Set(),
    asked: new Map(),
    written: new Map(),
  } as unknown as Scenario;
  const tools = toolsOf(scenario);
  const kinds: readonly Kind[] = ['plain', 'plain', 'looking', 'filing'];
  const workers = Array.from({ length: WORKERS }, (_, at) =>
    workerOf(scenario, tools, at, kinds[roll(kinds.length)] ?? 'plain', roll(2) === 0),
  );
  const pairs = [0, 1, 2, 3, 4].map((at) =>
    pairOf(`pair-${at}`, workers[at * 2] as Worker, workers[at * 2 + 1] as Worker),
  );
  const organisation = defineOrganisation({
    id: 'crew',
    agents: [...workers, ...Object.values(rolesOf(scenario))],
    teams: pairs,
    roles: { planner: 'planner', composer: 'composer', verifier: 'verifier' },
  });
  // The first ten work in pairs only.
  const nodes = [...workers.slice(10), ...pairs].map(({ id }) => id);
  return { organisation, scenario, plan: (dealt, twice) => planOf(nodes, dealt, twice) };
}

/** Some nodes in some order, each of which may take from up to two before it; twice: the last one compares two answers of one. */
function planOf(nodes: readonly string[], roll: (sides: number) => number, twice: boolean): Plan {
  const left = [...nodes];
  const draw = (): string => left.splice(roll(left.length), 1)[0] as string;
  const size = 4 + roll(5);
  const taking = (from: string, to: string) => ({
    from: { part: from, outcome: 'done', key: 'token' },
    to,
  });
  const parts: Plan['parts'] = [];
  for (let at = 0; at < size; at += 1) {
    const from = [0, 1].map(() => parts[roll(parts.length + 2)]?.id);
    const takes = [...new Set(from)].flatMap((id, index) =>
      id === undefined ? [] : [taking(id, index === 0 ? 'a' : 'b')],
    );
    const part = { id: `p${at}`, node: draw(), input: { text: 'go' } };
    parts.push(takes.length === 0 ? part : { ...part, takes });
  }
  if (!twice) return { parts };
  const node = left.find((name) => name.startsWith('w')) as string;
  const [comparer] = left.filter((name) => name.startsWith('w') && name !== node);
  parts.push({ id: 'one', node, input: { text: 'go' } });
  parts.push({ id: 'other', node, input: { text: 'go' }, purpose: 'cross-check' });
  const takes = [taking('one', 'a'), taking('other', 'b')];
  parts.push({ id: 'compare', node: comparer as string, input: { text: 'go' }, takes });
  return { parts };
}

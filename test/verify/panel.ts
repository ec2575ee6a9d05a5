// A panel of two or three advisers and who decides after them, as a team of its own: the smallest whole decision.
import * as z from 'zod';
import { defineAgent, defineDecision, defineTeam, question } from 'nova-agents';
import type { Json } from '../../machines/protocol/values.ts';

export interface PanelOptions {
  readonly rule: 'owner' | 'vote' | 'judge' | 'people';
  /** Two or three; default two. */
  readonly advisers?: 2 | 3;
  /** Of the first adviser, default 1. */
  readonly weight?: number;
  /** True: all but the first adviser think by a model. */
  readonly models?: boolean;
  readonly veto?: readonly ('one' | 'two')[];
  readonly marginAtLeast?: number;
  readonly positionsAtLeast?: number;
  readonly appeal?: boolean;
  /** Who wrote what is decided on. */
  readonly author?: string;
}

const Case = z.strictObject({ text: z.string() });
const asked = question({
  subject: Case,
  options: ['yes', 'no'],
  evidence: { fact: z.strictObject({ n: z.int() }) },
});
const base = { version: 1, does: 'Speaks to it.', examples: [] } as const;
const act = () => ({ outcome: '', value: null });
const limits = { maxTurns: 1, maxRepairs: 0, deadlineMs: 1000 };

const adviser = (id: string, isModel: boolean) => {
  const contract = { ...base, id, limits, input: asked.subject, outcomes: asked.positions };
  return isModel
    ? defineAgent({ ...contract, instructions: () => '' })
    : defineAgent({ ...contract, act });
};
const ruler = (id: string, decides: readonly string[]) =>
  defineAgent({
    ...base,
    id,
    limits,
    decides,
    input: asked.deliberation,
    outcomes: asked.rulings,
    act,
  });

const fact = { why: 'so it is', evidence: [{ kind: 'fact', n: 1 }] };
const answers = { one: 'seen', two: 'seen', three: 'seen' };
const positions: Readonly<Record<string, Json>> = { yes: fact, no: fact };
/** Whoever rules no leaves those who said yes without an answer. */
const rulings: Readonly<Record<string, Json>> = {
  yes: { ...fact, answers },
  no: { ...fact, answers: {} },
};

/** The team, who works in it, and what each of them may say. */
export function panelOf(options: PanelOptions) {
  const { rule, advisers = 2, weight = 1, models = false, veto = [], appeal, author } = options;
  const isPeople = rule === 'people';
  const [one, two, three] = [
    adviser('one-a', false),
    adviser('two-a', models),
    adviser('three-a', models),
  ];
  const chief = ruler('chief', isPeople ? [] : ['matter']);
  const judge = ruler('judge', []);
  const both = { one: { agent: one, weight }, two };
  const voices: Readonly<Record<string, (typeof both)['one' | 'two']>> =
    advisers === 3 ? { ...both, three } : both;
  const rest = {
    id: 'matter',
    question: asked,
    advisers: voices,
    veto,
    people: ['board'],
    withinMs: 2000,
    ...(appeal && { appeal: { by: ['court'], withinMs: 900 } }),
    ...(author !== undefined && { author: () => author }),
    ...(options.positionsAtLeast && { positionsAtLeast: options.positionsAtLeast }),
  };
  const { marginAtLeast = 0 } = options;
  const decide = isPeople
    ? defineDecision({ ...rest, rule: 'owner', owner: { people: ['board'] } })
    : rule === 'owner'
      ? defineDecision({ ...rest, rule, owner: chief })
      : rule === 'vote'
        ? defineDecision({ ...rest, rule, marginAtLeast, owner: chief })
        : defineDecision({ ...rest, rule: { judge }, owner: chief });
  const team = defineTeam({
    id: 'panel',
    version: 1,
    does: 'Decides.',
    input: Case,
    outcomes: { done: z.null() },
    nodes: { decide },
    start: { to: 'decide' },
    routes: {
      decide: {
        yes: { end: 'done', with: () => null },
        no: { end: 'done', with: () => null },
        undecided: { end: 'done', with: () => null },
      },
    },
    otherwise: {
      refused: { end: 'failed' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  const agents = [one, two, ...(advisers === 3 ? [three] : []), chief, judge];
  const says = Object.fromEntries(
    agents.map(({ id }) => [id, ['chief', 'judge'].includes(id) ? rulings : positions]),
  );
  return { team, agents, says, edits: { 'decision:matter': { choice: 'no', answers } as Json } };
}

import * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import { defineAgent } from '../team/define-agent.ts';
import { defineDecision } from '../team/decision.ts';
import { defineOrganisation } from '../team/define-organisation.ts';
import { defineTeam } from '../team/define-team.ts';
import { question } from '../team/question.ts';
import { faults } from './space/faults.ts';
import { beginning, checkedWorld, withRouter, type Space } from './spaces.ts';

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
  /** Of those who are asked; default 1. */
  readonly quorum?: 2;
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
const fact = { why: 'so it is', evidence: [{ kind: 'fact', n: 1 } as const] };
const answers = { one: 'seen', two: 'seen', three: 'seen' };
const limits = { maxTurns: 1, maxRepairs: 0, deadlineMs: 1000 };

const adviser = (id: string, isModel: boolean) => {
  const contract = { ...base, id, limits, input: asked.subject, outcomes: asked.positions };
  return isModel
    ? defineAgent({ ...contract, instructions: () => '' })
    : defineAgent({ ...contract, act: (_, say) => say.yes(fact) });
};
const ruler = (id: string, decides: readonly string[]) =>
  defineAgent({
    ...base,
    id,
    limits,
    decides,
    input: asked.deliberation,
    outcomes: asked.rulings,
    act: (_, say) => say.yes({ ...fact, answers }),
  });

const positions: Readonly<Record<string, Json>> = { yes: fact, no: fact };
/** Whoever rules no leaves those who said yes without an answer. */
const rulings: Readonly<Record<string, Json>> = {
  yes: { ...fact, answers },
  no: { ...fact, answers: {} },
};

/** A decision as a team of its own, who works in it, and what each of them may say. */
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
  const people = options.quorum === 2 ? { by: ['board', 'chair'], quorum: 2 } : ['board'];
  const rest = {
    id: 'matter',
    question: asked,
    advisers: voices,
    veto,
    ...(!isPeople && { people }),
    withinMs: 2000,
    ...(appeal && { appeal: { by: ['court'], withinMs: 900 } }),
    ...(author !== undefined && { author: () => author }),
    ...(options.positionsAtLeast && { positionsAtLeast: options.positionsAtLeast }),
  };
  const { marginAtLeast = 0 } = options;
  const decide = isPeople
    ? defineDecision({ ...rest, rule: 'owner', owner: { people } })
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

const panels: readonly PanelOptions[] = [
  { rule: 'owner', advisers: 3 },
  { rule: 'people', veto: ['one'] },
  { rule: 'vote', advisers: 3, models: true, marginAtLeast: 0.2, appeal: true },
  { rule: 'judge', veto: ['one'], appeal: true },
  { rule: 'judge', author: 'judge' },
  { rule: 'vote', quorum: 2 },
];

/** Requests that come to a decision: by each rule, with and without a veto and an appeal, and by who wrote it. */
export function decisionSpaces(): Space[] {
  return panels.map((options) => {
    const { team, agents, says, edits } = panelOf(options);
    const organisation = withRouter(defineOrganisation({ id: 'panels', agents, teams: [team] }));
    const world = checkedWorld(organisation);
    const part = { id: 'part-panel', node: team.id, input: { text: 'this' } };
    const placed = { plan: { parts: [part] }, unplaced: [] };
    const environment = faults(world, {
      system: beginning(organisation.roles),
      says: { ...says, [organisation.roles.router ?? '']: { routed: placed } },
      plans: [[part]],
      edits,
    });
    const name = `decision ${Object.entries(options).flat().join(' ')}`;
    return { name, world, nodes: [team], environment, lacking: [] };
  });
}

import * as z from 'zod';
import { defineAgent } from '../team/define-agent.ts';
import { defineOrganisation } from '../team/define-organisation.ts';
import { defineTeam } from '../team/define-team.ts';
import { defineTool, type Tool } from '../team/define-tool.ts';
import { gate } from '../team/gate.ts';
import type { Approval } from '../team/gate-terms.ts';
import type { World } from '../kernel/system.ts';
import type { Environment } from './space/environment.ts';
import { explore } from './space/explore.ts';
import type { Property } from './space/properties.ts';
import { fundLaws, fundSystems, fundWorld } from './fund-space.ts';
import { sharedLaws, sharedSystems, sharedWorld } from './shared-space.ts';
import { faults } from './space/faults.ts';
import { beginning, wholeWorld, withRouter, type Space } from './spaces.ts';

const several: Approval = {
  by: ['ann', 'bob', 'cy'],
  quorum: 2,
  withinMs: 800,
  rejects: 'unreachable',
  edits: 1,
  delegation: { max: 1, to: ['dan'] },
  escalation: [{ to: ['boss'], withinMs: 900 }],
  expires: 'rejected',
};
const BUDGET = { allowance: { steps: 4 }, agents: {}, maxRaises: 1, waitMs: 500 };

const Case = z.strictObject({ text: z.string() });
const Count = z.strictObject({ n: z.int() });
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: z.strictObject({}),
  output: z.null(),
  effect: 'reads',
  run: async () => null,
});
const worker = (id: string, tools: readonly Tool[]) =>
  defineAgent({
    id,
    version: 1,
    does: 'Works.',
    input: Case,
    outcomes: { done: Count },
    tools,
    limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 1_000 },
    examples: [],
    act: (_, say) => say.done({ n: 1 }),
  });
const reader = worker('reader', [look]);
const other = worker('other', [look]);
const writer = worker('writer', [
  defineTool({ ...look, name: 'mail', effect: 'writes', approval: several }),
]);
const reviewed = defineTeam({
  id: 'reviewed',
  version: 1,
  does: 'Works, and is looked at.',
  input: Case,
  outcomes: { done: Count },
  nodes: { reader, people: gate({ subject: Count, ...several }) },
  start: { to: 'reader' },
  routes: {
    reader: { done: { to: 'people' } },
    people: { approved: { end: 'done' }, edited: { end: 'done' }, rejected: { end: 'refused' } },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
} as never);

const organisation = withRouter(
  defineOrganisation({
    id: 'foundations',
    agents: [reader, other, writer],
    teams: [reviewed],
    roles: {},
  }),
);
const world = wholeWorld(organisation);

/** Who is handed what, in parts of one plan. */
const foundations: Readonly<Record<string, readonly (readonly [node: string, text: string])[]>> = {
  'a gate of several people in a team': [['reviewed', 'a']],
  'a gate of several people before a write': [['writer', 'a']],
  'the same work three times': [
    ['reader', 'a'],
    ['reader', 'a'],
    ['reader', 'a'],
  ],
  'a budget for two': [
    ['reader', 'a'],
    ['other', 'b'],
  ],
};

/** The spaces of what every organisation stands on, each composed with a request, its plan and its tasks. */
export const foundationSpaces = (): Space[] =>
  Object.entries(foundations).map(([name, works]) => {
    const plan = works.map(([node, text], at) => ({ id: `p${at + 1}`, node, input: { text } }));
    const isMetered = name.includes('budget');
    const done = { done: { n: 1 } };
    const { router = '' } = organisation.roles;
    const environment = faults(world, {
      system: beginning(organisation.roles, isMetered ? { budget: BUDGET } : {}),
      says: {
        reader: done,
        other: done,
        writer: done,
        [router]: { routed: { plan: { parts: plan }, unplaced: [] } },
      },
      plans: [plan],
      edits: { 'reviewed.people': { n: 2 } },
    });
    return { name, world, nodes: [], environment, lacking: [] };
  });

/** Messages under way from one system to another. */
const MAX_UNDER_WAY = 4;

interface Sharing {
  readonly name: string;
  readonly world: World;
  readonly systems: readonly Environment[];
  readonly laws: readonly Property[];
}
const sharings: readonly Sharing[] = [
  {
    name: 'work that two runs share',
    world: sharedWorld,
    systems: sharedSystems,
    laws: sharedLaws,
  },
  {
    name: 'what two runs borrow of their tenant',
    world: fundWorld,
    systems: fundSystems,
    laws: fundLaws,
  },
];

/** Two runs walked through with what they share: the size of it, and what is wrong. */
export function* walkShared() {
  for (const sharing of sharings) yield walkedTogether(sharing);
}

function walkedTogether({ name, world: of, systems, laws }: Sharing) {
  const { states, edges, complete, why, counterexamples } = explore(of, {
    environment: systems,
    properties: laws,
    maxUnderWay: MAX_UNDER_WAY,
  });
  const broken = [
    ...(complete ? [] : [`not seen whole: ${why ?? ''}`]),
    ...counterexamples.map(({ property }) => property),
  ];
  const [counterexample] = counterexamples;
  return {
    name,
    states,
    edges,
    properties: laws.length,
    faults: broken,
    ...(counterexample && { counterexample }),
  };
}

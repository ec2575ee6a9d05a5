// Goal: a team is a node like any other: its handoffs, gates, failures and stops work wherever it stands.
// Method: a support team inside a desk team, asked through a whole Nova; each way out is taken once.
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTeam, roleContracts } from 'nova-agents';
import { Nova } from '../../src/host/nova.ts';
import { teamMachine } from '../../machines/team.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { step } from '../../src/kernel/step.ts';
import type { Machine, World } from '../../src/kernel/system.ts';
import { worldOf } from '../../src/team/world.ts';
import { ada, answer, fresh, openOf, valued } from '../kernel/small-world.ts';
import { catalogueOf } from '../../src/team/catalogue.ts';
import { organisation, support, triage } from '../team/support.ts';

/** Gives the whole request to whom it names first: "desk: billing 7". */
const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Plans one part.',
  ...roleContracts.planner,
  examples: [],
  act: ({ text }, say) => {
    const [node = '', ...words] = text.split(': ');
    return say.planned({
      plan: { parts: [{ id: 'p', node, input: { text: words.join(': ') } }] },
      unplaced: [],
    });
  },
});
/** A team whose mappings are wrong in one way each. */
const wrong = (id: string, make: () => string, end: () => string) =>
  defineTeam({
    id,
    version: 1,
    does: 'Is wrong.',
    input: Ask,
    outcomes: { said: z.string().max(5) },
    nodes: { triage },
    start: { to: 'triage', with: () => ({ text: make() }) },
    routes: {
      triage: { answered: { end: 'said', with: end }, billing: { end: 'said', with: end } },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
const boom = (): never => {
  throw new Error('boom');
};
const teams = [
  ...(organisation.teams ?? []),
  wrong('throws', boom, () => 'fine'),
  wrong('throws-late', () => 'x', boom),
  wrong(
    'empty',
    () => '',
    () => 'fine',
  ),
  wrong(
    'too-long',
    () => 'x',
    () => 'much too long',
  ),
];
const whole = defineOrganisation({
  id: 'whole',
  agents: [...organisation.agents, planner],
  teams,
  roles: { planner: 'planner' },
});

const open: Nova[] = [];
const nova = () => {
  const made = new Nova({ organisation: whole, limits: { deadlineMs: 5_000 } });
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

test.each([
  ['an order', 'Hello! About an order: yes.'],
  ['billing 3', 'Hello! Case 3 is right.'],
  ['not ours', 'Sorry: triage: declined'],
])(
  'an outcome of a node within a team within a team is mapped on its way out: %s',
  async (text, summary) => {
    const { outcome, report } = await nova().ask(`desk: ${text}`);
    expect([outcome, report?.got[0]?.value]).toEqual(['answered', { summary }]);
  },
);

test.each([
  ['approve', 'Hello! You get 100 back.'],
  ['reject', 'Sorry: finance said no'],
] as const)(
  '5.1 a gate within nested teams surfaces, and its %s goes on inside',
  async (is, summary) => {
    const one = nova();
    const { outcome, waiting } = await one.ask('desk: billing 7');
    expect([outcome, waiting.length]).toEqual(['waiting', 1]);
    expect(waiting[0]).toMatchObject({
      purpose: 'support.finance',
      subject: { caseId: '7', amount: 100 },
    });
    const decided = await one.decide(waiting[0]?.id ?? '', { is });
    expect(decided.report?.got[0]?.value).toEqual({ summary });
  },
);

test.each([
  ['desk: broken', 'failed', 'threw'],
  ['support: billing loop', 'failed', 'turns'],
  ['throws: x', 'failed', 'defect'],
  ['throws-late: x', 'failed', 'defect'],
  ['empty: x', 'refused', 'contract'],
  ['too-long: x', 'failed', 'contract'],
])('1.2, 2.6, 7.7 a team that fails says so with the reason: %s', async (text, outcome, reason) => {
  const result = await nova().ask(text);
  expect(result.report?.lost).toMatchObject([{ outcome, reason }]);
  expect(result.deadLetters).toEqual([]);
});

test('1.2 a team whose charter does not know an outcome fails, and does not wait for ever', () => {
  const { charter } = support;
  const { answered: _, ...rest } = charter.routes['triage'] ?? {};
  const forgetful = { ...charter, routes: { ...charter.routes, triage: rest } };
  const machine = { version: 1, logic: teamMachine(forgetful) as Machine };
  const known = worldOf(whole);
  const world: World = {
    ...known,
    machine: (id) => (id === 'team-support' ? machine : known.machine(id)),
  };
  const { ref, values } = valued('support@1.input', { text: 'x' });
  const input = { node: 'support', version: 1, input: ref, settings: {} } as unknown as Json;
  const begun = step(world, fresh(), {
    kind: 'started',
    machine: 'team-support',
    input,
    principal: ada,
    at: 0,
    values,
  });
  const turn = openOf(begun.system, 'agent.turn');
  const event = { type: 'agent.answered', outcome: 'answered', meets: true, value: ref };
  expect(step(world, begun.system, answer(turn, event, 1)).system.ended).toEqual({
    outcome: 'failed',
    reason: 'defect',
  });
});

test('8.1 a stop reaches the nodes of nested teams', async () => {
  const one = nova();
  const { run } = await one.ask('desk: billing 7');
  await one.stop(run);
  const { outcome, trace, waiting } = await one.show(run);
  expect([outcome, waiting]).toEqual(['cancelled', []]);
  expect(trace.filter((handoff) => handoff.outcome === undefined)).toEqual([]);
});

test('teams that people may ask stand in the catalogue, with their own words', () => {
  const entries = catalogueOf(whole, () => false);
  expect(entries.find(({ id }) => id === 'support')).toMatchObject({
    does: support.does,
    examples: ['billing 7'],
  });
  expect(entries.map(({ id }) => id)).toContain('desk');
});

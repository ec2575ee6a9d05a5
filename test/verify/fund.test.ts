// Goal: what the runs of a tenant take together is lent, counted and given back once, and never beyond its limit but by a person.
// Method: two runs and their tenant's fund, each a system of its own, walked through exhaustively over late, doubled and early
// messages, crashes, stops, failures, people and the turns of periods; and defects sown into fund, budget and task.
import { expect, test } from 'vitest';
import { explore } from 'nova-agents/verify';
import type { World } from '../../src/kernel/system.ts';
import { fundLaws, fundSystems, fundWorld } from '../../src/verify/fund-space.ts';
import { machineChanged, part, remove, set, type Piece } from './mutants/mutant.ts';

const look = (of: World) =>
  explore(of, {
    environment: fundSystems,
    properties: fundLaws,
    maxUnderWay: 4,
    first: true,
    limit: { states: 100_000 },
  });

test('7.15 what two runs borrow of their tenant holds, whatever is late, comes twice, crashes, is stopped or refused', () => {
  const explored = look(fundWorld);
  expect(explored.why).toBeUndefined();
  expect(explored.counterexamples.map(({ property, moves }) => [property, moves])).toEqual([]);
  expect([...explored.verdicts.values()]).toEqual(fundLaws.map(() => 'holds'));
  expect(explored.states).toBeGreaterThan(10_000);
});

type Assigned = { assignment: (args: { context: Piece }, params: unknown) => object };
/** What a named action makes of the context is not quite right. */
const misassigned =
  (id: string, action: string, wrong: (made: object, context: Piece, params: never) => object) =>
  (world: World): World =>
    machineChanged(id, (_, { actions }) => {
      const now = actions[action] as Assigned;
      const assignment: Assigned['assignment'] = (args, params) =>
        wrong(now.assignment(args, params), args.context, params as never);
      actions[action] = Object.assign(() => {}, now, { assignment });
    })(world);
const serving = (config: Piece) => part(config, 'states', 'serving', 'on');

test.each<[string, RegExp, (of: World) => World]>([
  [
    'a block is granted twice: it is lent, and does not count',
    /^7 what is lent counts/,
    misassigned('fund', 'lend', (made, context) => ({ ...made, loans: context['loans'] })),
  ],
  [
    'what was taken is given back',
    /^7 what is lent counts/,
    misassigned('fund', 'settle', (made, context) => ({ ...made, spent: context['spent'] })),
  ],
  [
    'a run settles twice',
    /^7 a run that ends/,
    machineChanged('budget', (config) => {
      const { actions } = part(config, 'on', 'actor.closed');
      set(part(config, 'on', 'budget.settled'), 'actions', [
        part(config, 'on', 'budget.settled', 'actions'),
        actions,
      ]);
    }),
  ],
  [
    'a run that ends keeps what it borrowed',
    /^7 a run that ends/,
    machineChanged('budget', (config) => remove(part(config, 'on'), 'actor.closed')),
  ],
  [
    'who is closed over its head keeps what it was granted',
    /^7 a run that ends/,
    machineChanged('task', (config) => remove(part(config, 'on'), 'actor.closed')),
  ],
  [
    'a refusal is ignored',
    /^7 a run has what was lent/,
    machineChanged('budget', (config) =>
      set(part(config, 'states', 'borrowing', 'on'), 'block.refused', {
        target: 'open',
        actions: { type: 'borrow', params: { tokens: 0, steps: 1, cost: 0 } },
      }),
    ),
  ],
  [
    'a period begins anew with whoever gives back',
    /^7 what is lent counts/,
    machineChanged('fund', (config) =>
      set(part(serving(config), 'block.settled'), 'actions', [
        part(serving(config), 'block.settled', 'actions'),
        'refill',
      ]),
    ),
  ],
  [
    'a period never begins anew, and who waits is forgotten',
    /^1 nobody waits/,
    machineChanged('fund', (config) => remove(part(config, 'states', 'serving'), 'always')),
  ],
  [
    'more is lent than is left',
    /^7 no more is lent/,
    machineChanged('fund', (config, { guards }) => {
      guards['isServed'] = () => true;
      set(part(config, 'states', 'serving'), 'always', []);
      set(serving(config), 'block.wanted', {
        actions: [
          {
            type: 'lend',
            params: ({ event }: { event: { from: string; actor: string } }) => ({
              who: `${event.from}#${event.actor}`,
              amount: { tokens: 0, steps: 1, cost: 0 },
              isGranted: false,
            }),
          },
          {
            type: 'tell',
            params: ({ event }: { event: { from: string; actor: string } }) => ({
              to: `${event.from}#${event.actor}`,
              event: { type: 'block.lent', amount: { tokens: 0, steps: 1, cost: 0 } },
            }),
          },
        ],
      });
    }),
  ],
  [
    'a person says no, and more is lent',
    /^7 only a person/,
    machineChanged('budget', (_, { guards }) => {
      guards['isOverdraft'] = ({ context }: { context: { refused?: object } }) =>
        context.refused !== undefined;
    }),
  ],
])('%s: it is found', (_, law, change) => {
  const [found] = look(change(fundWorld)).counterexamples;
  expect(found?.property).toMatch(law);
  expect(found?.moves.length).toBeLessThan(14);
});

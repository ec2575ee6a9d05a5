// Goal: what nobody thought of happens by chance, to whole organisations, and what breaks then is told by a short way.
// Method: a seeded part of what `npm run check:sim` runs for long; sown defects are shrunk from runs of 60 to 200 events,
// and a defect that only some values show is found, kept as a way, and gone once it is mended.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTeam } from 'nova-agents';
import { organisation } from 'nova-agents/agents';
import { checkTeam, checkWay } from 'nova-agents/testing';
import { outcomes, requests, runs, simulate } from 'nova-agents/testing/arbitraries';
import { always } from 'nova-agents/verify';
import { step } from '../../src/kernel/step.ts';
import { emptySystem } from '../../src/kernel/system.ts';
import { advance, beforeAll } from '../../src/verify/course.ts';
import { moveOf } from '../../src/verify/move-of.ts';
import { nameOf } from '../../src/verify/space/trace.ts';
import { wholeWorld } from '../../src/verify/spaces.ts';
import type { AnyAgent } from '../../src/team/agent.ts';
import { ScheduleArbitrary } from '../../src/testing/schedule.ts';
import { organisation as bank } from '../../docs/credit.ts';
import { mischief } from '../fixtures/mischief.ts';
import { order } from '../team/orders.ts';
import { billing, organisation as shop } from '../team/support.ts';
import { huntByChance, LONG, SHORT, sown } from './simulation/defects.ts';
import { space } from './small-space.ts';

const seed = Number(process.env['NOVA_SEED'] ?? 3);
const RUNS = 100;

describe('10 an organisation keeps the laws after each event', () => {
  test.each([organisation, shop, mischief, bank])(`$id (seed ${seed})`, (one) => {
    const { failure, runs: taken, events } = simulate(one, { seed, runs: RUNS, events: 200 });
    expect(failure?.run.moves).toBeUndefined();
    expect(taken).toBe(RUNS);
    expect(events).toBeGreaterThan(RUNS * 10);
  });

  test('1 and comes to every end that a request has', () => {
    const ends = new Set(
      fc.sample(runs(shop), { seed, numRuns: 400 }).map(({ system }) => system.ended?.outcome),
    );
    expect([...ends]).toEqual(
      expect.arrayContaining(['answered', 'partial', 'refused', 'failed', 'expired', 'cancelled']),
    );
  });
});

test('1.2, 2.7 a machine of a user’s own is planned for, and comes to every end that its samples lead to', () => {
  const one = defineOrganisation({ id: 'shop', agents: [], machines: [order] });
  const ends = fc.sample(runs(one), { seed, numRuns: 300 }).map(({ system }) => {
    const { outcome, reason } = system.actors.get('request/plan/part-order')?.ended ?? {};
    return `${outcome} ${reason}`;
  });
  expect([...new Set(ends)]).toEqual(
    expect.arrayContaining([
      'paid undefined',
      'lost undefined',
      'expired deadline',
      'cancelled cancelled',
    ]),
  );
  expect(simulate(one, { seed, runs: RUNS }).failure?.run.moves).toBeUndefined();
});

describe('a sown defect that a long run meets shrinks to a short way that shows it', () => {
  const some = [
    'gate skipped: a writing tool is called at once',
    'a rejection passes for an approval',
    'an answer of the requester leaves the question open',
    'a paused request goes on',
    'a crash loses timers',
    'a late answer of an earlier turn ends the task',
    'an effect begins after the end',
  ];
  test.each(sown.filter(({ name }) => some.includes(name)))('$name', (mutant) => {
    const { failure, reproduces } = huntByChance(mutant) ?? {};
    expect(failure?.drawn).toBeGreaterThanOrEqual(LONG);
    expect(failure?.shrunk).toBeLessThan(SHORT);
    expect(reproduces).toBe(true);
    expect(mutant.breaks).toContain(Number.parseInt(failure?.property ?? '', 10));
  });
});

describe('a defect that only some values show', () => {
  const clerkOf = (rows: z.ZodArray<z.ZodString>) =>
    defineAgent({
      id: 'clerk',
      version: 1,
      does: 'Looks something up.',
      input: Ask,
      outcomes: { found: z.strictObject({ rows }) },
      examples: [{ ask: 'a', input: { text: 'a' }, says: { found: { rows: ['a'] } } }],
      act: (_, say) => say.found({ rows: [] }),
    });
  const lookupOf = (
    first: (rows: readonly string[]) => string,
    clerk = clerkOf(z.array(z.string())),
  ) =>
    defineTeam({
      id: 'lookup',
      version: 1,
      does: 'Looks something up.',
      input: Ask,
      outcomes: { told: z.string() },
      nodes: { clerk },
      start: { to: 'clerk' },
      routes: { clerk: { found: { end: 'told', with: ({ rows }) => first(rows) } } },
      otherwise: {
        refused: { end: 'refused' },
        failed: { end: 'failed' },
        expired: { end: 'expired' },
      },
    });
  const withTeam = (team: ReturnType<typeof lookupOf>) =>
    defineOrganisation({ id: 'office', agents: [team.nodes['clerk'] as AnyAgent], teams: [team] });
  const trips = ([first]: readonly string[]): string => (first as string).trim();
  const broken = lookupOf(trips);
  const found = simulate(withTeam(broken), { seed, runs: 500 });

  test('is not seen where one value stands for all, and is found by chance', () => {
    expect(() => checkTeam(broken)).not.toThrow();
    expect(found.failure?.property).toBe('7 nothing throws');
    expect(found.failure?.shrunk).toBeLessThan(SHORT);
    // What was asked and how it was set shrinks too.
    expect(found.way?.events[0]).toMatchObject({
      input: { planGate: false, maxAsks: 0, maxParallel: 1 },
      values: expect.toSatisfy((values: object) => JSON.stringify(values).includes('{"text":" "}')),
    });
    expect(JSON.stringify(found.way?.events)).toContain('{"rows":[]}');
    expect(simulate(withTeam(broken), { seed, runs: 500 }).way).toEqual(found.way);
  });

  test('is kept by its way until it is mended, there or by a contract that does not take the value', () => {
    if (found.way === undefined) throw new Error('no way');
    const way = JSON.parse(JSON.stringify(found.way)) as typeof found.way;
    expect(() => checkWay(withTeam(broken), way)).toThrow(found.failure?.property);
    expect(() => checkWay({ team: withTeam(lookupOf((rows) => rows.join())) }, way)).not.toThrow();
    const strict = lookupOf(trips, clerkOf(z.array(z.string()).min(1)));
    expect(() => checkWay(withTeam(strict), way)).not.toThrow();
  });

  test('as is a property of the user', () => {
    const nobody = always(
      'nobody looks anything up',
      ({ cells }) => ![...cells.keys()].some((path) => path.includes('/clerk')),
    );
    const { way } = simulate(withTeam(broken), { seed, runs: 500, properties: [nobody] });
    if (way === undefined) throw new Error('no way');
    expect(way).toMatchObject({ fault: nobody.name, moves: { length: 2 } });
    expect(() => checkWay(withTeam(broken), way, [nobody])).toThrow(nobody.name);
    expect(() => checkWay(withTeam(broken), way)).toThrow(RangeError);
  });
});

test('an outcome that chance does not find is taken from its examples, or asked for', () => {
  const word = z.string().refine((text) => text === 'open sesame');
  const keeper = (
    examples: readonly { ask: string; input: { text: string }; says: { open: string } }[],
  ) =>
    defineAgent({
      id: 'keeper',
      version: 1,
      does: 'Knows the word.',
      input: Ask,
      outcomes: { open: word },
      examples,
      act: (_, say) => say.open('open sesame'),
    });
  const cave = (agent: ReturnType<typeof keeper>) =>
    defineOrganisation({ id: 'cave', agents: [agent] });
  const known = keeper([{ ask: 'a', input: { text: 'a' }, says: { open: 'open sesame' } }]);
  expect(simulate(cave(known), { seed, runs: 20 })).toMatchObject({ runs: 20 });
  expect(() => simulate(cave(keeper([])), { seed, runs: 20 })).toThrow('by chance');
});

describe('what is drawn', () => {
  test('of a run is folded by step to where the run came to', () => {
    const world = wholeWorld(shop);
    fc.assert(
      fc.property(runs(shop, { events: 60 }), ({ events, system, moves }) => {
        const [run, scope] = [system.run, system.scope];
        const folded = events.reduce(
          (before, event) => step(world, before, event).system,
          emptySystem(run, scope),
        );
        expect(folded).toEqual(system);
        expect(moves).toHaveLength(events.length - 1);
      }),
      { numRuns: 50 },
    );
  });

  test('of events is to the environment what it was', () => {
    const course = space({
      team: true,
      roles: ['planner', 'composer', 'verifier'],
      planGate: true,
    });
    const drawn = new ScheduleArbitrary({
      given: fc.constant(course),
      courseOf: (same) => same,
      propertiesOf: () => [],
      events: 80,
    });
    fc.assert(
      fc.property(drawn, ({ events, moves }) => {
        let stand = beforeAll(course);
        const names = events.map((event) => {
          const move = moveOf(course.environment, stand, event);
          ({ stand } = advance(course, stand, event, move));
          return nameOf(move);
        });
        expect(names.slice(1)).toEqual(moves);
      }),
      { numRuns: 50 },
    );
  });

  test('9 of a crash goes over what was written down', () => {
    const course = space();
    const { started } = course.environment.systems[0] ?? {};
    if (started === undefined) throw new Error('no system');
    const crash = { kind: 'restored', at: 1 } as const;
    const { stand } = advance(course, beforeAll(course), started, crash);
    const after = advance(course, stand, crash, crash).stand.system.actors.get('request')?.state;
    expect(after).toEqual(stand.system.actors.get('request')?.state);
    expect(after).not.toBe(stand.system.actors.get('request')?.state);
  });

  test('2 of requests begins a run, and of outcomes meets its contract', () => {
    const world = wholeWorld(shop);
    fc.assert(
      fc.property(
        requests(shop),
        outcomes(billing),
        ({ run, scope, started }, { outcome, value }) => {
          const { system } = step(world, emptySystem(run, scope), started);
          expect(system.ended).toBeUndefined();
          expect(system.dead).toEqual([]);
          const contract = billing.outcomes[outcome as keyof typeof billing.outcomes];
          expect(contract.safeParse(value).success).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});

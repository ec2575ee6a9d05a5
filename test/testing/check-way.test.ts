// Goal: a counterexample becomes a test that fails until what it shows is mended, and then passes, in anybody's project.
// Method: a module with one defect is checked by the command, and its test run by vitest, as it is, mended in two ways,
// and gone; and each way of exploration's own counterexamples is judged as the exploration judged it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { organisation as shop } from '../team/support.ts';
import { checkWay } from 'nova-agents/testing';
import { always, canEnd, checkedWorld, explore, spacesOf, type Property } from 'nova-agents/verify';
import type { Incoming } from 'nova-agents/kernel';
import { brokenAlong } from '../../src/verify/way.ts';
import { isJudgedAlike } from '../verify/mutants/mutant.ts';
import { mutants } from '../verify/mutants/all.ts';
import { Project } from './project.ts';

const BROKEN = '7 nothing throws';

/** A module as a user has it, with what becomes of a clerk that finds nothing. */
const moduleOf = (missing: string, outcomes = 'missing: z.null(),'): string => `
import * as z from 'zod';
import { Ask, defineAgent, defineTeam } from 'nova-agents';
const clerk = defineAgent({
  id: 'clerk', version: 1, does: 'Looks something up.', input: Ask, examples: [],
  outcomes: { found: z.strictObject({ row: z.string() }), ${outcomes} },
  act: (_, say) => say.found({ row: 'a' }),
});
export const lookup = defineTeam({
  id: 'lookup', version: 1, does: 'Looks something up.', input: Ask,
  outcomes: { told: z.string() }, nodes: { clerk }, start: { to: 'clerk' },
  routes: { clerk: { found: { end: 'told', with: ({ row }) => row }, ${missing} } },
  otherwise: { refused: { end: 'refused' }, failed: { end: 'failed' }, expired: { end: 'expired' } },
});`;
const TRIPS = `missing: { end: 'told', with: (nothing) => nothing.row },`;
const SAYS_SO = `missing: { end: 'told', with: () => 'it is not there' },`;

describe('a module with a defect', () => {
  test(
    'gives a test that fails by the name of the property, until it is mended',
    { timeout: 60_000 },
    () => {
      const project = new Project();
      project.write('team.ts', moduleOf(TRIPS));
      const { status, out } = project.nova('check', 'team.ts');
      expect([status, out]).toEqual([1, expect.stringContaining('--as-test')]);
      const [file = ''] = /nova-counterexample-\d+\.json/.exec(out) ?? [];
      const made = () => project.nova('show', file, '--as-test', 'lookup.test.ts');
      expect(made()).toMatchObject({ status: 0, out: expect.stringContaining(BROKEN) });

      const failed = project.vitest();
      expect([failed.status, failed.err]).toEqual([1, expect.stringContaining(BROKEN)]);
      expect(failed.err).toMatch(/\d+\. request\/plan\/part-lookup\/clerk.* says missing/);

      project.write('team.ts', moduleOf(SAYS_SO));
      expect(project.vitest()).toMatchObject({
        status: 0,
        out: expect.stringContaining('1 passed'),
      });
      expect(project.tsc('lookup.test.ts')).toEqual({ status: 0, out: '', err: '' });
      // The clerk cannot say so any more: what is left of the way is dead letters.
      project.write('team.ts', moduleOf('', ''));
      expect(project.vitest()).toMatchObject({
        status: 0,
        out: expect.stringContaining('1 passed'),
      });
      const text = readFileSync(join(project.folder, 'lookup.test.ts'), 'utf8');
      expect(made()).toMatchObject({
        status: 64,
        err: expect.stringContaining('is there already'),
      });
      expect(readFileSync(join(project.folder, 'lookup.test.ts'), 'utf8')).toBe(text);
    },
  );

  test(
    'of the configuration here is imported from there, simulated or checked',
    { timeout: 60_000 },
    () => {
      const project = new Project();
      project.write('team.ts', moduleOf(TRIPS));
      project.write(
        'nova.config.ts',
        `import { defineConfig, defineOrganisation } from 'nova-agents';
       import { lookup } from './team.ts';
       const organisation = defineOrganisation({ id: 'mine', agents: [lookup.nodes.clerk], teams: [lookup] });
       export default defineConfig({ organisation });`,
      );
      const [file = ''] = /nova-counterexample-\d+\.json/.exec(project.nova('check').out) ?? [];
      expect(project.nova('show', file, '--as-test', 'mine.test.ts').status).toBe(0);
      project.write(
        'simulate.ts',
        `import { writeFileSync } from 'node:fs';
       import { simulate } from 'nova-agents/testing/arbitraries';
       import config from './nova.config.ts';
       const { way } = simulate(config.organisation, { seed: 3 });
       writeFileSync('simulated.json', JSON.stringify(way));`,
      );
      expect(project.node('simulate.ts')).toMatchObject({ status: 0, err: '' });
      expect(project.nova('show', 'simulated.json').out).toMatch(
        /it begins[\s\S]*ended failed defect/,
      );
      expect(project.nova('show', 'simulated.json', '--as-test', 'simulated.test.ts').status).toBe(
        0,
      );
      const { status, err } = project.vitest();
      expect([status, err.split(BROKEN).length > 2]).toEqual([1, true]);
      expect(err).toMatch(/mine\.test\.ts[\s\S]*simulated\.test\.ts/);
    },
  );
});

describe('a way', () => {
  // Another tenth for another NOVA_SEED; `npm run check:mutants` judges all.
  const seed = Number(process.env['NOVA_SEED'] ?? 4);
  const seen = mutants
    .filter(({ deliveries, walk }) => deliveries !== true && walk === undefined)
    .filter((_, at) => at % 10 === seed % 10);

  test.each(seen)(
    `to "$name" breaks what it broke, at its last event, and holds without it (seed ${seed})`,
    (mutant) => {
      expect(isJudgedAlike(mutant)).toBe(true);
    },
  );
});

describe('what can still end', () => {
  const [found] = spacesOf(shop).filter(({ name }) => name === 'team support');
  const environment = found?.environment;
  if (environment === undefined) throw new Error('nothing to walk through');
  const course = { world: checkedWorld(shop), environment };
  const wayTo = (property: Property): readonly Incoming[] =>
    explore(course.world, { environment, properties: [property] }).counterexamples[0]?.events ?? [];
  const atWork = always(
    'nobody bills',
    ({ cells }) => ![...cells.keys()].some((path) => path.includes('billing')),
  );
  const isSaid = (name: string) =>
    canEnd('by words', (move) => 'offer' in move && move.offer.name === name);

  test('is looked for from every state of a way', () => {
    const events = wayTo(atWork);
    expect(events.length).toBeGreaterThan(3);
    const ending = (by: Property) => brokenAlong(course, [by], events);
    expect(ending(canEnd('by anything', () => true))).toBeUndefined();
    expect(ending(isSaid('run.stopped'))).toBeUndefined();
    expect(ending(isSaid('says answered'))).toEqual({ property: 'by words', at: 0 });
  });

  test('is broken at the end of the shortest way to where it is', () => {
    const by = canEnd(
      'without billing',
      (move) => !('actor' in move && move.actor.includes('billing')) && move.kind === 'answer',
    );
    const events = wayTo(by);
    expect(brokenAlong(course, [by], events)).toEqual({ property: by.name, at: events.length - 1 });
  });
});

test.each([
  { is: 'organisation', way: { organisation: 'nobody' }, says: 'no organisation nobody' },
  { is: 'space', way: { name: 'team nobody' }, says: 'no team nobody' },
  { is: 'property', way: { fault: '99 all is well' }, says: 'no property 99' },
])('a way whose $is is not there any more is no pass', ({ way, says }) => {
  const whole = {
    name: 'a request',
    fault: BROKEN,
    module: null,
    organisation: 'shop',
    run: 'a/b/c/r1',
    moves: [],
    events: [{ kind: 'restored' as const, at: 0 }],
  };
  expect(() => checkWay(shop, { ...whole, ...way })).toThrow(says);
});

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

const CONFIGURED = `
import { defineConfig, defineOrganisation } from 'nova-agents';
import { lookup } from './team.ts';
const organisation = defineOrganisation({ id: 'mine', agents: [lookup.nodes.clerk], teams: [lookup] });
export default defineConfig({ organisation });`;
const SIMULATED = `
import { writeFileSync } from 'node:fs';
import { simulate } from 'nova-agents/testing/arbitraries';
import config from './nova.config.ts';
const { way } = simulate(config.organisation, { seed: 3 });
writeFileSync('simulated.json', JSON.stringify(way));`;

test(
  'a module with a defect gives tests that fail by the name of the property, until it is mended',
  { timeout: 60_000 },
  () => {
    const project = new Project();
    const found = (...of: string[]) => {
      const { status, out } = project.nova('check', ...of);
      expect([status, out]).toEqual([1, expect.stringContaining('--as-test')]);
      return /nova-counterexample-\d+\.json/.exec(out)?.[0] ?? '';
    };
    const made = (file: string, name: string) => project.nova('show', file, '--as-test', name);
    project.write('team.ts', moduleOf(TRIPS));
    const file = found('team.ts');
    expect(made(file, 'lookup.test.ts').out).toContain(BROKEN);
    // Of the configuration here it is imported from there, checked or simulated.
    project.write('nova.config.ts', CONFIGURED);
    expect(made(found(), 'mine.test.ts').status).toBe(0);
    project.write('simulate.ts', SIMULATED);
    expect(project.node('simulate.ts')).toMatchObject({ status: 0, err: '' });
    const simulated = made('simulated.json', 'simulated.test.ts');
    expect(simulated.status).toBe(0);

    const failed = project.vitest();
    expect(failed).toMatchObject({
      status: 1,
      out: expect.stringMatching(/Tests\s+3 failed \(3\)/),
    });
    expect(failed.err).toContain(BROKEN);
    expect(failed.err).toMatch(/\d+\. request\/plan\/part-lookup\/clerk.* says missing/);
    for (const name of ['lookup', 'mine', 'simulated'])
      expect(failed.err).toContain(`${name}.test.ts`);

    project.write('team.ts', moduleOf(SAYS_SO));
    expect(project.vitest()).toMatchObject({ status: 0, out: expect.stringContaining('3 passed') });
    expect(project.tsc('lookup.test.ts')).toEqual({ status: 0, out: '', err: '' });
    // The clerk cannot say so any more: what is left of the way is dead letters.
    project.write('team.ts', moduleOf('', ''));
    expect(project.vitest()).toMatchObject({ status: 0, out: expect.stringContaining('3 passed') });
    const text = readFileSync(join(project.folder, 'lookup.test.ts'), 'utf8');
    const again = { status: 64, err: expect.stringContaining('is there already') };
    expect(made(file, 'lookup.test.ts')).toMatchObject(again);
    expect(readFileSync(join(project.folder, 'lookup.test.ts'), 'utf8')).toBe(text);
  },
);

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

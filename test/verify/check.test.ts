// Goal: `nova check` says of anybody's organisation, teams and machines whether they hold, with the shortest way to where not.
// Method: right teams hold; a team and a machine with one defect each are found. (The team that comes with the package: `npm run check:team`.)
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkTeam } from 'nova-agents/testing';
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTeam } from 'nova-agents';
import { gathered } from '../../src/team/gathered.ts';
import { emptySystem, type Incoming } from '../../src/kernel/system.ts';
import { step } from '../../src/kernel/step.ts';
import { loadCheckable } from '../../src/verify/check-module.ts';
import { checkOrganisation, type Checked } from '../../src/verify/check.ts';
import { checkedWorld } from '../../src/verify/spaces.ts';
import { sampleOf } from '../../src/verify/sample.ts';
import { lookup } from '../fixtures/checkable.ts';
import { desk } from '../team/support.ts';

const MODULE = 'test/fixtures/checkable.ts';
const brokenOf = (rows: Iterable<Checked>) => [...rows].filter(({ faults }) => faults.length > 0);

describe('an organisation', () => {
  test('of teams holds, and each team is walked through', async () => {
    const { organisations } = await loadCheckable('test/team/support.ts');
    const rows = organisations.flatMap((one) => [...checkOrganisation(one)]);
    expect(brokenOf(rows)).toEqual([]);
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['team support', 'team desk', 'team-support']),
    );
  });

  test('with a defect is found, and its events fold to it', async () => {
    const { organisations } = await loadCheckable(MODULE);
    const [found, ...others] = organisations.flatMap((one) => brokenOf(checkOrganisation(one)));
    const [organisation] = organisations;
    if (organisation === undefined) throw new Error('nothing to look at');
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      name: 'team lookup',
      faults: [
        expect.stringMatching(
          /^7 nothing throws: \S+part-lookup lookup.clerk.missing threw: TypeError/,
        ),
      ],
    });
    const events = found?.counterexample?.events ?? [];
    expect(events.length).toBeLessThanOrEqual(8);
    const world = checkedWorld(organisation);
    const system = events.reduce(
      (before, event: Incoming) => step(world, before, event).system,
      emptySystem('local/check/main/r1', 'local/check/main'),
    );
    expect([...system.actors.values()].map(({ ended }) => ended?.reason)).toContain('defect');
  });
});

test('a team of an agent that shares its work with other runs holds as it does without', () => {
  const said = z.strictObject({ text: z.string() });
  const rowsOf = (shared: object) => {
    const worker = defineAgent({
      id: 'worker',
      version: 1,
      does: 'Says it.',
      input: said,
      outcomes: { done: said },
      examples: [],
      act: ({ text }, say) => say.done({ text }),
      ...shared,
    });
    const team = defineTeam({
      id: 'sharers',
      version: 1,
      does: 'Has it said.',
      input: said,
      outcomes: { said },
      nodes: { worker },
      start: { to: 'worker', with: (given) => given },
      routes: { worker: { done: { end: 'said', with: (value) => value } } },
      otherwise: {
        refused: { end: 'refused' },
        failed: { end: 'failed' },
        expired: { end: 'expired' },
      },
    });
    const sharers = defineOrganisation({
      id: 'sharers',
      agents: [worker],
      teams: [team],
      roles: {},
    });
    return [...checkOrganisation(sharers)].map(({ name, states, faults }) => [
      name,
      states,
      faults,
    ]);
  };
  expect(rowsOf({ shared: { freshMs: 1_000 } })).toEqual(rowsOf({}));
});

test.each<[string, object, RegExp]>([
  [
    'hands over what does not fit',
    { missing: { to: 'again', with: () => ({ text: '' }) } },
    /^2 what a charter hands over meets the contract of its receiver: \S+again-1 ✖ Too small/,
  ],
  [
    'ends with what does not fit',
    { missing: { end: 'told', with: () => '' } },
    /^2 what a charter ends with meets the contract of its outcome: \S+part-narrow ✖ Too small/,
  ],
])('2 a charter that %s is found, though the route is also taken well', (_, routes, fault) => {
  const narrow = defineTeam({
    ...lookup,
    id: 'narrow',
    outcomes: { told: z.string().min(1) },
    nodes: { clerk: lookup.nodes['clerk'], again: lookup.nodes['clerk'] },
    routes: {
      clerk: { found: { to: 'again', with: () => ({ text: 'a' }) }, ...routes },
      again: { found: { end: 'told', with: () => 'a' }, missing: { end: 'told', with: () => 'b' } },
    },
    start: { to: 'clerk' },
    otherwise: {
      refused: { end: 'told', with: () => 'c' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  } as never);
  const rows = [...checkOrganisation(gathered('o', [narrow as never]))];
  expect(rows.flatMap(({ faults }) => faults)).toEqual([expect.stringMatching(fault)]);
});

describe('in a test suite', () => {
  test('a team that holds passes, and one that does not fails with the shortest way', () => {
    expect(() => checkTeam(desk)).not.toThrow();
    expect(() => checkTeam(lookup)).toThrow(/team lookup does not hold:[\s\S]*3\. .*says missing/);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nova-check-'));
  const nova = (...args: string[]) =>
    spawnSync(process.execPath, ['--conditions=nova-source', resolve('src/cli/main.ts'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  const check = (...args: string[]) => nova('check', ...args);

  test('prints a table, the broken rules with the shortest way, writes its events, and exits 1', () => {
    const { status, stdout } = check(resolve(MODULE));
    expect(status).toBe(1);
    expect(stdout).toMatch(/lint +sleeper .* broken/);
    expect(stdout).toMatch(/asleep: after \(untimed\)/);
    expect(stdout).toMatch(/7 nothing throws/);
    expect(stdout).toMatch(/1\. .*\n/);
    const [file = ''] = readdirSync(folder);
    const shown = nova('show', file);
    expect([shown.status, shown.stdout]).toEqual([
      0,
      expect.stringMatching(/ 0\. it begins[\s\S]*ended failed defect/),
    ]);
    const written = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { events: Incoming[] };
    expect(written.events[0]?.kind).toBe('started');
  });

  test('shows no file that is no counterexample', () => {
    const { status, stderr } = nova('show', resolve('package.json'));
    expect([status, stderr]).toEqual([64, expect.stringContaining('no counterexample')]);
  });

  test('says what it cannot load in one line, and exits 64', () => {
    const { status, stderr } = check(resolve('package.json'));
    expect([status, stderr.trim().split('\n').length]).toEqual([64, 1]);
  });
});

test.each([
  z.strictObject({
    a: z.int().min(3),
    b: z.enum(['x', 'y']),
    c: z.array(z.string()).min(2),
    d: z.string().optional(),
  }),
  z.union([z.literal('one'), z.number()]),
  z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    at: z.iso.date(),
    to: z.email(),
  }),
  z.record(z.string(), z.boolean()),
  z.tuple([z.string().min(5), z.null()]),
])('a smallest value is made for a contract', (contract) => {
  expect(contract.safeParse(sampleOf(contract)).success).toBe(true);
});

test('where no value is found it says so', () => {
  expect(sampleOf(z.string().regex(/^never-guessed-\d{7}$/))).toBeUndefined();
});

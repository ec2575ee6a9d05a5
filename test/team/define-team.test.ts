// Goal: a charter that forgets a case does not compile, and one that goes in circles or nowhere is refused.
// Method: one right charter, and beside it every way to get it wrong: by type, or at construction.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineOrganisation, defineTeam, gate, type TeamDefinition } from 'nova-agents';
import type { Machine } from '../../src/kernel/system.ts';
import { termsOf } from '../../src/team/gate-terms.ts';
import { lint } from '../../src/verify/lint/lint.ts';
import { teamMachine } from '../../machines/team.ts';
import { billing, definition, desk, support, triage } from './support.ts';

type Right = TeamDefinition<
  'support',
  typeof definition.input,
  typeof definition.outcomes,
  typeof definition.nodes
>;
const start: Right['start'] = { to: 'triage' };
const otherwise: Right['otherwise'] = {
  refused: { end: 'refused' },
  failed: { end: 'failed' },
  expired: { end: 'expired' },
};
const routes: Right['routes'] = {
  triage: {
    answered: { end: 'replied' },
    billing: { to: 'billing', with: ({ caseId }) => ({ caseId, tries: 1 }) },
  },
  billing: {
    answered: { end: 'replied' },
    refund: { to: 'finance' },
    again: { to: 'billing', max: 2, with: () => ({ caseId: '1', tries: 1 }) },
  },
  finance: {
    approved: { end: 'replied', with: () => 'yes' },
    edited: { end: 'replied', with: () => 'yes' },
    rejected: { end: 'declined', with: () => ({ why: 'no' }) },
  },
};
const right: Right = { ...definition, start, routes, otherwise };

describe('does not compile', () => {
  // Never called: it is enough that the compiler reads them.
  const wrongs = () => [
    defineTeam({
      ...right,
      routes: {
        ...routes,
        // @ts-expect-error the outcome billing of triage has no route
        triage: { answered: { end: 'replied' } },
      },
    }),
    // @ts-expect-error there is no otherwise
    defineTeam({ ...definition, start, routes }),
    // @ts-expect-error otherwise forgets what expired
    defineTeam({ ...right, otherwise: { refused: { end: 'refused' }, failed: { end: 'failed' } } }),
    // @ts-expect-error the start is nobody here
    defineTeam({ ...right, start: { to: 'nobody' } }),
    defineTeam({
      ...right,
      routes: {
        ...routes,
        triage: {
          answered: { end: 'replied' },
          // @ts-expect-error what triage says does not fit billing, and nothing is made of it
          billing: { to: 'billing' },
        },
      },
    }),
    defineTeam({
      ...right,
      routes: {
        ...routes,
        triage: {
          answered: { end: 'replied' },
          // @ts-expect-error what is made of it does not fit billing
          billing: { to: 'billing', with: () => ({ caseId: 7 }) },
        },
      },
    }),
    defineTeam({
      ...right,
      routes: {
        ...routes,
        // @ts-expect-error the team declares no such outcome
        triage: { ...routes.triage, answered: { end: 'done' } },
      },
    }),
    defineTeam({
      ...right,
      routes: {
        ...routes,
        // @ts-expect-error triage says no such outcome
        triage: { ...routes.triage, shouted: { end: 'replied' } },
      },
    }),
    // @ts-expect-error the node finance has no routes
    defineTeam({ ...right, routes: { triage: routes.triage, billing: routes.billing } }),
  ];

  test('each wrong charter above is refused by the compiler', () => {
    expect(wrongs).toBeTypeOf('function');
    expect(() => defineTeam(right)).not.toThrow();
  });
});

describe('is refused at construction', () => {
  const define = (change: object) => () => defineTeam({ ...right, ...change } as never);
  const withRoutes = (change: object) => define({ routes: { ...routes, ...change } });

  test.each([
    [
      'a cycle without a max',
      withRoutes({ billing: { ...routes.billing, again: { to: 'billing', with: () => ({}) } } }),
      /cycle through billing/,
    ],
    [
      'a long cycle without a max',
      withRoutes({ finance: { ...routes.finance, rejected: { to: 'triage', with: () => ({}) } } }),
      /cycle/,
    ],
    [
      'a node that cannot be reached',
      define({
        nodes: { ...definition.nodes, idle: triage },
        routes: { ...routes, idle: routes.triage },
      }),
      /idle cannot be reached/,
    ],
    [
      'an outcome that can never happen',
      define({ outcomes: { ...definition.outcomes, lost: z.null() } }),
      /lost can never happen/,
    ],
    [
      'a node without routes',
      define({ routes: { triage: routes.triage, billing: routes.billing } }),
      /finance has no routes/,
    ],
    [
      'a max of nothing',
      withRoutes({ billing: { ...routes.billing, again: { to: 'billing', max: 0 } } }),
      /max of 0/,
    ],
    [
      'an outcome that leads nowhere',
      withRoutes({ triage: { answered: { end: 'replied' } } }),
      /triage.billing leads nowhere/,
    ],
    [
      'an outcome that is never said',
      withRoutes({ triage: { ...routes.triage, shouted: { end: 'replied' } } }),
      /never says shouted/,
    ],
    ['no otherwise', define({ otherwise: undefined }), /otherwise says nothing of refused/],
    [
      'a common outcome declared',
      define({ outcomes: { ...definition.outcomes, failed: z.null() } }),
      /every node/,
    ],
    [
      'a name that every charter has',
      define({
        nodes: { ...definition.nodes, ended: triage },
        routes: { ...routes, ended: routes.triage },
      }),
      /cannot be called ended/,
    ],
    ['a version of nothing', define({ version: 0 }), /version is 0/],
    [
      'a decider that is a text',
      () => gate({ subject: z.null(), by: 'ada' as never }),
      /by is "ada"/,
    ],
    [
      'no time to decide',
      () => gate({ subject: z.null(), withinMs: Number.NaN }),
      /withinMs is NaN/,
    ],
    ['a contract that is no JSON', define({ input: z.date() }), /plain JSON/],
  ])('7.7 %s', (_, wrong, message) => {
    expect(wrong).toThrow(message);
  });

  test('a team whose people are not in the organisation', () => {
    const organise = (agents: readonly unknown[], teams: readonly unknown[]) => () =>
      defineOrganisation({ id: 'o', agents, teams } as never);
    expect(organise([triage, billing], [support, desk])).not.toThrow();
    expect(organise([triage], [support])).toThrow(/billing/);
    expect(organise([triage, billing], [desk])).toThrow(/support/);
    expect(organise([triage, billing], [support, support])).toThrow(/taken/);
  });
});

test('a compiled charter is a fit machine: one state a node', () => {
  const machine = teamMachine(support.charter);
  expect(Object.keys(machine.states)).toEqual([
    'triage',
    'billing',
    'finance',
    'stopping',
    'ended',
  ]);
  expect(lint(machine as Machine)).toEqual([]);
  expect(termsOf(gate({ subject: z.null() }).approval)).toEqual({
    deciders: [],
    withinMs: 86_400_000,
  });
});

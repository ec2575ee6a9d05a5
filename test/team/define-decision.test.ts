// Goal: a decision that somebody could not make, or would make in two roles, is refused before it runs.
// Method: one right definition, and beside it every way to get it wrong: by type, or at construction.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineDecision, defineOrganisation, defineTeam, question } from 'nova-agents';
import {
  adviser,
  asked,
  chief,
  decision,
  deciding,
  judge,
  Matter,
  one,
  right,
  ruler,
  two,
} from './matter.ts';

const Fact = z.strictObject({ n: z.int() });
const other = question({ subject: Matter, options: ['yes', 'maybe'], evidence: { fact: Fact } });
const advisers = { one, two };

describe('does not compile', () => {
  const decide = defineDecision({ ...right, advisers });
  const otherwise = {
    refused: { end: 'failed' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  } as const;
  const outcomes = { done: z.strictObject({ text: z.string() }) };
  const team = {
    id: 't',
    version: 1,
    does: '',
    input: Matter,
    outcomes,
    nodes: { decide },
    start: { to: 'decide' },
    otherwise,
  } as const;
  const no = { end: 'done', with: () => ({ text: '' }) } as const;
  // Never called: it is enough that the compiler reads them.
  const wrongs = () => [
    // @ts-expect-error an option has no route
    defineTeam({ ...team, routes: { decide: { yes: no, undecided: no } } }),
    // @ts-expect-error nobody says what happens where nothing is decided
    defineTeam({ ...team, routes: { decide: { yes: no, no } } }),
    // @ts-expect-error a record does not fit, and nothing is made of it
    defineTeam({ ...team, routes: { decide: { yes: { end: 'done' }, no, undecided: no } } }),
    defineTeam({
      ...team,
      routes: {
        decide: {
          // @ts-expect-error the choice is an option, and no text of one's own
          yes: { end: 'done', with: ({ choice }) => ({ text: choice === 'perhaps' ? '' : 'x' }) },
          no: { end: 'done', with: ({ subject }) => ({ text: subject.words['one'] ?? '' }) },
          undecided: no,
        },
      },
    }),
    // @ts-expect-error an adviser speaks to another question
    defineDecision({ ...right, question: other }),
    // @ts-expect-error an owner that decides is handed positions, not the subject
    defineDecision({ ...right, owner: one, advisers: { two } }),
    // @ts-expect-error a judge answers to objections
    defineDecision({ ...right, rule: { judge: adviser('four') } }),
    // @ts-expect-error a veto of nobody
    defineDecision({ ...right, advisers, veto: ['three'] }),
    // @ts-expect-error a decision has an owner
    defineDecision({ id: 'matter', question: asked, advisers, rule: 'vote', withinMs: 1 }),
  ];
  test('a charter that forgets an option, and a decision among strangers', () => {
    expect(wrongs).toBeTypeOf('function');
  });
});

describe('is refused', () => {
  test.each([
    ['no owner', { owner: undefined }, /no owner/],
    ['a rule that nobody knows', { rule: 'dice' }, /nobody decides by dice/],
    ['no adviser', { advisers: {} }, /has 0 advisers/],
    ['one that advises twice', { advisers: { one, again: one } }, /one advises twice/],
    ['an owner that advises', { owner: one, rule: 'vote' }, /one advises: its owner cannot/],
    ['a judge that advises', { rule: { judge: one } }, /one advises: its judge cannot/],
    ['an owner that is another agent', { owner: adviser('x') }, /x cannot rule on it/],
    [
      'another question',
      { question: other },
      /one cannot advise on it: its yes is not the question's/,
    ],
    ['a weight of nothing', { advisers: { one: { agent: one, weight: 0 } } }, /a weight of 0/],
    ['half a weight', { advisers: { one: { agent: one, weight: 0.5 } } }, /a weight of 0.5/],
    ['a margin above all', { rule: 'vote', marginAtLeast: 1.1 }, /marginAtLeast is 1.1/],
    ['a margin below nothing', { rule: 'vote', marginAtLeast: -0.1 }, /marginAtLeast is -0.1/],
    ['no number for a margin', { rule: 'vote', marginAtLeast: Number.NaN }, /marginAtLeast is NaN/],
    ['a margin that nobody asks for', { marginAtLeast: 0.1 }, /only a vote has a margin/],
    ['more positions than advisers', { positionsAtLeast: 4 }, /positionsAtLeast is 4/],
    ['a veto of nobody', { veto: ['four'] }, /four has a veto, and is no adviser/],
    ['no time', { withinMs: 0 }, /withinMs is 0/],
    ['an appeal that outlives it', { appeal: { withinMs: 60_000 } }, /does not end before/],
    ['people who are no list', { people: 'board' }, /no list of principals/],
    ['people beside an owner of people', { owner: { people: [] }, people: [] }, /nobody else/],
    ['a quorum that cannot be', { people: { by: ['board'], quorum: 2 } }, /quorum is 2/],
    ['an appeal to no list', { appeal: { by: 'court', withinMs: 1 } }, /no list of principals/],
  ])('4.1 %s', (_, change, problem) => {
    expect(() => decision(change)).toThrow(problem);
  });

  test.each([
    [['yes'], {}, /has 1 options/],
    [['yes', 'yes'], { fact: Fact }, /yes stands twice/],
    [['yes', 'failed'], { fact: Fact }, /failed stands twice, or is an outcome/],
    [['yes', 'undecided'], { fact: Fact }, /undecided stands twice, or is an outcome/],
    [['yes', 'no'], {}, /no kind of evidence/],
    [['yes', 'no'], { day: z.strictObject({ on: z.date() }) }, /not plain JSON/],
  ])('a question of %s', (options, evidence, problem) => {
    expect(() => question({ subject: Matter, options, evidence })).toThrow(problem);
  });

  test('an owner that does not say so in `decides`, and one that says so for another’s', () => {
    const silent = ruler('chief');
    expect(() => deciding({ owner: silent })).toThrow(/chief owns it, nobody says so/);
    const { agents, teams = [] } = deciding();
    const claimant = ruler('king', ['matter']);
    const crowned = [...agents.filter(({ id }) => id !== 'chief'), claimant, silent];
    expect(() => defineOrganisation({ id: 'house', agents: crowned, teams })).toThrow(
      /matter|chief/,
    );
    expect(() => deciding({ rule: 'vote', owner: { people: ['board'] } })).not.toThrow();
  });

  test('a decision of a person that an agent claims', () => {
    const { agents, teams = [] } = deciding({ owner: { people: [] }, rule: 'vote' });
    expect(() => defineOrganisation({ id: 'house', agents: [...agents, chief], teams })).toThrow(
      /a person owns it, chief says so/,
    );
  });

  test('people of a role that nobody has', () => {
    expect(() => deciding({ people: [{ role: 'chair' }] })).toThrow(/nobody has the role chair/);
  });

  test('two decisions of one name', () => {
    const [first] = deciding().teams ?? [];
    const [second] = deciding({ withinMs: 1 }).teams ?? [];
    const teams = [first, { ...second, id: 'other' }] as NonNullable<typeof first>[];
    const { agents } = deciding();
    expect(() => defineOrganisation({ id: 'house', agents, teams })).toThrow(/defined twice/);
  });

  test('an adviser, or a judge, that is not in the organisation', () => {
    const { teams = [] } = deciding({ rule: { judge } });
    const agents = deciding().agents;
    expect(() => defineOrganisation({ id: 'house', agents, teams })).toThrow(
      /judge, who is not in/,
    );
  });
});

// Goal: a gate that nobody could decide, or not as it says, does not come into being.
// Method: one right gate, and beside it every way to get it wrong; roles are looked up in the organisation.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  type Approval,
} from 'nova-agents';
import { checkTeam } from 'nova-agents/testing';
import { worldOf } from '../../src/team/world.ts';
import { definition, triage } from './support.ts';

const subject = z.strictObject({ n: z.int() });
const right: Approval = {
  by: ['ann', 'bob', { role: 'finance' }],
  quorum: 2,
  delegation: { max: 1, to: ['dan'] },
  escalation: [{ to: ['boss', { role: 'board' }], quorum: 2, withinMs: 1 }],
  withinMs: 1,
  expires: 'rejected',
};

const wrongs: readonly (readonly [string, object, RegExp])[] = [
  ['a quorum above the deciders', { by: ['ann'], quorum: 2 }, /quorum is 2, and 1 may/],
  ['a quorum of requesters', { by: [], quorum: 2 }, /quorum is 2, and 1 may/],
  ['a quorum of nobody', { quorum: 0 }, /quorum is 0/],
  ['somebody twice', { by: ['ann', 'ann'], quorum: 2 }, /twice/],
  ['deciders that are a text', { by: 'ann' }, /no list/],
  ['a role without a name', { by: [{ role: '' }] }, /no list/],
  ['no time', { withinMs: 0 }, /withinMs is 0/],
  ['an escalation to nobody', { escalation: [{ to: [], withinMs: 1 }] }, /escalation.to is nobody/],
  ['an escalation without time', { escalation: [{ to: ['boss'], withinMs: 0 }] }, /withinMs is 0/],
  [
    'an escalation to fewer than its quorum',
    { escalation: [{ to: ['boss'], quorum: 2, withinMs: 1 }] },
    /escalation.quorum is 2/,
  ],
  [
    'an escalation without end',
    { escalation: Array.from({ length: 9 }, () => ({ to: ['boss'], withinMs: 1 })) },
    /more than 8/,
  ],
  ['a delegation of nothing', { delegation: { max: 0 } }, /delegation.max is 0/],
  ['a delegation to nobody', { delegation: { max: 1, to: [] } }, /delegation.to is nobody/],
  ['a consequence that lets it through', { expires: 'approved' }, /cannot expire as approved/],
  ['a rejection of another kind', { rejects: 'never' }, /rejects is never/],
  ['endless edits', { edits: Infinity }, /edits is Infinity/],
  ['a change of one key', { change: { before: 'n', after: 'n' } }, /two keys/],
];

describe('alone', () => {
  test.each(wrongs)('5.10 a gate with %s is refused', (_, wrong, says) => {
    expect(() => gate({ subject, ...right })).not.toThrow();
    expect(() => gate({ subject, ...right, ...wrong })).toThrow(says);
  });

  test('5.10 a tool is held to the same, and nobody approves of reading', () => {
    const tool = (effect: 'reads' | 'writes', approval: Approval) =>
      defineTool({
        name: 'pay',
        does: 'Pays.',
        input: subject,
        output: z.null(),
        effect,
        approval,
        run: async () => null,
      });
    expect(tool('writes', right).approval).toEqual(right);
    expect(() => tool('writes', { quorum: 2 })).toThrow(/quorum is 2/);
    expect(() => tool('reads', {})).toThrow(/nobody approves/);
  });

  test('a role is no text, an escalation names somebody, a consequence is one of two: the compiler says so', () => {
    const wrong = () => [
      // @ts-expect-error an escalation to nobody
      gate({ subject, escalation: [{ to: [], withinMs: 1 }] }),
      // @ts-expect-error it cannot let it through
      gate({ subject, expires: 'approved' }),
      // @ts-expect-error the subject has no such key
      gate({ subject, change: { before: 'old', after: 'n' } }),
    ];
    expect(wrong).toBeTypeOf('function');
  });
});

describe('in an organisation', () => {
  const team = (approval: Approval) =>
    defineTeam({
      ...definition,
      nodes: {
        triage,
        finance: gate({ subject: z.strictObject({ caseId: z.string() }), ...approval }),
      },
      start: { to: 'triage' },
      outcomes: { replied: z.null() },
      routes: {
        triage: { answered: { end: 'replied', with: () => null }, billing: { to: 'finance' } },
        finance: {
          approved: { end: 'replied', with: () => null },
          edited: { end: 'replied', with: () => null },
          rejected: { end: 'replied' },
        },
      },
      otherwise: {
        refused: { end: 'failed' },
        failed: { end: 'failed' },
        expired: { end: 'expired' },
      },
    } as never) as never;
  const organised = (approval: Approval, people?: Record<string, string[]>) =>
    defineOrganisation({
      id: 'o',
      agents: [triage],
      teams: [team(approval)],
      ...(people && { people }),
    });

  test('5.10 a role that nobody has is refused, and a quorum above those who have it', () => {
    const finance = { by: [{ role: 'finance' }], quorum: 2 };
    expect(() => organised(finance)).toThrow(/nobody has the role finance/);
    expect(() => organised(finance, { finance: ['ann'] })).toThrow(/quorum is 2, and 1 may/);
    // Who has two roles is still one principal.
    const both = { by: [{ role: 'finance' }, 'ann'], quorum: 2 };
    expect(() => organised(both, { finance: ['ann'] })).toThrow(/quorum is 2, and 1 may/);
    const organisation = organised(both, { finance: ['ann', 'bob'] });
    expect(worldOf(organisation).node('support.finance')?.settings).toMatchObject({
      deciders: ['ann', 'bob'],
      quorum: 2,
    });
  });
});

test('5.4 a gate that asks others twice before it expires comes to each of its ends in nova check', () => {
  const Sum = z.strictObject({ n: z.int() });
  const clerk = defineAgent({
    id: 'clerk',
    version: 1,
    does: 'Adds up.',
    input: Ask,
    outcomes: { done: Sum },
    examples: [],
    act: (_, say) => say.done({ n: 0 }),
  });
  const tier = { to: ['dan', 'eve'], quorum: 2, withinMs: 5 } as const;
  const sums = defineTeam({
    id: 'sums',
    version: 1,
    does: 'Has a sum signed.',
    input: Ask,
    outcomes: { signed: Sum, changed: Sum, refuted: z.null(), late: z.null() },
    nodes: {
      clerk,
      sign: gate({
        subject: Sum,
        by: ['ann', 'bob', 'cy'],
        quorum: 2,
        delegation: { max: 1 },
        escalation: [tier, { ...tier, quorum: 1 }],
      }),
    },
    start: { to: 'clerk' },
    routes: {
      clerk: { done: { to: 'sign' } },
      sign: {
        approved: { end: 'signed' },
        edited: { end: 'changed' },
        rejected: { end: 'refuted' },
        expired: { end: 'late', with: () => null },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  expect(() => checkTeam(sums)).not.toThrow();
});

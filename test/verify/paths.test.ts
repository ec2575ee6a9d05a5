// Goal: every transition of the built-in machines is taken by some path, and each path ends at the same place on the
// machine alone, the pure step, live actors and the engine.
// Method: the shortest path to every state and every edge behind it; what stays uncovered is listed here with its reason.
import { describe, expect, test } from 'vitest';
import { builtinMachines } from '../../machines/builtin.ts';
import { teamMachine } from '../../machines/team.ts';
import { refunds } from '../../docs/refunds.ts';
import type { Machine } from '../../src/kernel/system.ts';
import { builtinHints } from '../../src/verify/paths/builtin-hints.ts';
import { paths, type PathsReport } from '../../src/verify/paths/paths.ts';
import { tableOf } from '../../src/verify/paths/table.ts';
import { teamHints } from '../../src/verify/paths/team-hints.ts';
import { desk, support } from '../team/support.ts';

type Builtin = keyof typeof builtinMachines;
/** The gate is small and sequential: it also goes along every path that comes to no state twice. */
const walked = (id: Builtin, more: { seed?: number } = {}) =>
  paths(builtinMachines[id] as Machine, {
    hints: builtinHints[id],
    isSimple: id === 'gate',
    ...more,
  });
const kinds = (report: PathsReport, kind: string) =>
  report.uncovered.filter((one) => one.kind === kind).map(({ where }) => where);

/** Where a machine waits for what nobody has to send, and why that is so. */
const idle: Readonly<Record<Builtin, Readonly<Record<string, string>>>> = {
  request: {},
  task: {
    '"reserving"': 'the budget grants, refuses or delays at once.',
    '"delayed"': 'the budget grants or refuses, which has times of its own.',
  },
  plan: { '"working"': 'its parent paused it, and resumes or stops it.' },
  gate: {},
  arbitration: {},
  solo: {},
  claim: {
    '"waiting"': 'the owner of the work ends or is stopped.',
    '"due"': 'the run is paused, and resumed or stopped.',
  },
  budget: {
    '"open"': 'tasks want something, or its run ends.',
    '"exhausted"': 'the run is paused, and resumed or stopped.',
    '"closed"': 'its run ends.',
  },
  lease: {},
  ledger: { '"serving"': 'runs want something.' },
  memory: { '"serving"': 'somebody notes something.' },
  session: { '"serving"': 'somebody goes on with it.' },
  below: {},
  schedule: { '"idle"': 'somebody plans it again.' },
  fund: { '"serving"': 'runs want something.' },
};

/** Atomic states that no event finds, because an `always` leads on in the same step. */
const transient: Readonly<Record<Builtin, readonly string[]>> = {
  request: ['request.open.work.done'],
  task: [
    'task.offered',
    'task.affording',
    'task.choosing',
    'task.doubting',
    'task.returning',
    'task.checking',
  ],
  plan: [],
  gate: ['gate.asked', 'gate.open.weighing'],
  arbitration: ['begun', 'weighing', 'proposed', 'settled'].map((state) => `arbitration.${state}`),
  solo: [],
  claim: [],
  budget: ['budget.refusing'],
  lease: [],
  ledger: [],
  fund: [],
  memory: [],
  schedule: [],
  below: [],
  session: [],
};

describe.each(Object.keys(builtinMachines) as Builtin[])('the machine %s', (id) => {
  test('takes every transition, and goes the same way on the step, on live actors and on the engine', async () => {
    const report = await walked(id);
    expect(report.faults).toEqual([]);
    expect(kinds(report, 'transition')).toEqual([]);
    expect(report.transitions.covered).toBe(report.transitions.all);
    const { all, taken, refused, unreachable } = report.pairs;
    expect(taken + refused + unreachable).toBe(all);
    expect(report.uncovered.filter(({ why }) => why.startsWith('no path'))).toEqual([]);
    const never = kinds(report, 'pair').filter((where) => where.endsWith(': any event'));
    expect(never).toEqual(transient[id].map((state) => `${state}: any event`));
    expect(report.idle.map(({ where }) => where).toSorted()).toEqual(
      Object.keys(idle[id]).toSorted(),
    );
    expect(report.replayed.enginePaths).toBeGreaterThan(0);
    expect(report.replayed.paths).toBeGreaterThanOrEqual(report.states / 4);
  });
});

test.each([support, desk, refunds])(
  'the machine of team $id takes every transition',
  async (team) => {
    const hints = teamHints(team);
    const report = await paths(teamMachine(team.charter) as Machine, { hints });
    expect(report.faults).toEqual([]);
    const never = report.uncovered.filter(({ kind }) => kind === 'transition');
    expect(never.map(({ where }) => hints.never?.(where))).toEqual([
      'a team is not begun in a pause, so its first node is never due but for a moment',
    ]);
    expect(report.transitions.covered).toBe(report.transitions.all - 1);
  },
);

describe('the report', () => {
  test('is the same each time, whatever paths the seed sends through the engine', async () => {
    const [first, again, other] = [
      await walked('plan'),
      await walked('plan'),
      await walked('plan', { seed: 7 }),
    ];
    expect(again).toEqual(first);
    expect(other).toEqual(first);
    expect(tableOf([again])).toBe(tableOf([first]));
  });

  test('is a table with a line a machine, and what is missing below it', async () => {
    const report = await walked('gate');
    expect(tableOf([report])).toBe(
      [
        'machine  states  transitions  pairs  taken  refused  unreachable',
        'gate     92      15 of 15     24     8      0        16',
        'not covered, pair gate.asked: any event: it is left in the same step in which it is entered',
        'not covered, pair gate.open.weighing: any event: it is left in the same step in which it is entered',
        '',
      ].join('\n'),
    );
  });
});

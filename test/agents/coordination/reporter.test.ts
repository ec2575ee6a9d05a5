// Goal: reporter accounts for what ran in the days that are asked for: done, not done and why, waiting on whom; and leaves none out.
// Method: runs as the tool tells them, by hand; the whole team over a clock that is moved.
import { expect, test } from 'vitest';
import { defineOrganisation, Nova } from 'nova-agents';
import { ManualClock } from 'nova-agents/testing';
import type { Ran } from 'nova-agents/tools';
import { accountOf, daysIn } from '../../../agents/coordination/kit/accounts.ts';
import { organisation } from '../../../agents/index.ts';

test.each([
  ['What was done today?', 0, 0],
  ['What failed yesterday?', 1, 1],
  ['What happened yesterday and today?', 1, 0],
  ['The last 3 days, please', 3, 0],
  ['A report of the last month', 31, 0],
  ['Which runs failed?', 7, 0],
  ['The last 999 days', 366, 0],
])('"%s" is about the days from %i to %i ago', (text, fromDaysAgo, toDaysAgo) => {
  expect(daysIn(text)).toEqual({ fromDaysAgo, toDaysAgo });
});

const run = (asked: string, outcome: string, more: object = {}): Ran['runs'][number] => ({
  run: `a/${asked.split('\n')[0]}`,
  asked,
  begun: '',
  last: '',
  outcome,
  reason: null,
  parts: [],
  notDone: [],
  waits: [],
  ...more,
});

test('each run is told once: as done, as not done with why, or as what waits', () => {
  const parts = [{ node: 'painter', outcome: 'failed', reason: 'threw' }];
  const runs = [
    run('one', 'answered', { parts: [{ node: 'painter', outcome: 'told', reason: null }] }),
    run('two', 'partial', { notDone: [{ what: '`sing`', why: 'Nobody does.' }] }),
    run('three', 'failed', { reason: 'parts_lost', parts }),
    run('four', 'waiting', { waits: [{ purpose: 'plan', on: [] }] }),
    run('five', 'waiting', { waits: [{ purpose: 'plan', on: ['ann', 'bob'] }] }),
    run('six\n# `x`', 'open'),
  ];
  const ran = { known: true as const, now: '2026-11-21T10:00:00.000Z', runs, truncated: true };
  expect(accountOf(ran, 'yesterday and today').summary.split('\n')).toEqual([
    '6 runs from 2026-11-20 to 2026-11-21 (UTC); there are more.',
    '**Not done** (2)',
    '- `two`: `sing`: Nobody does. (run a/two)',
    '- `three`: failed (parts_lost); painter ended as failed (threw) (run a/three)',
    '**Waiting** (3)',
    '- `four` on whoever asked (run a/four)',
    '- `five` on ann, bob (run a/five)',
    "- `six # 'x'`: at work (run a/six)",
    '**Done** (2)',
    '- `one`: answered, by painter (run a/one)',
    '- `two`: partial (run a/two)',
  ]);
});

test('6.9 who asks the team what was done is told, in that scope alone', async () => {
  const { module: _, ...here } = organisation;
  const clock = new ManualClock();
  const nova = new Nova({ organisation: defineOrganisation(here), clock });
  const ask = async (text: string, scope = 'a/b') =>
    (await nova.ask(text, { scope, project: '/nowhere' })).answer?.text;
  await ask('Which TODO comments are there?');
  await ask('Moderate this comment: "A canary"', 'a/c');
  clock.advance(86_400_000);
  const told = await ask('What was not done yesterday, and why?');
  expect(told).toContain('`Which TODO comments are there?`');
  expect(told).toContain('The project folder does not exist');
  expect(told).not.toContain('canary');
  expect(told).not.toContain('What was not done yesterday');
  await nova.close();
});

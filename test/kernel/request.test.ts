// Goal: a request goes from words to an answer through the machines alone, and ends exactly once however it goes.
// Method: step is driven by hand; every answer that a host would give is written out.
import { describe, expect, test } from 'vitest';
import { step } from '../../src/kernel/step.ts';
import { parts, Run } from './run.ts';
import { ada, answer, eve, openOf, started, valued, world } from './small-world.ts';

const balanced = ({ system }: Run) =>
  expect(system.accounts.in).toBe(system.accounts.handled + system.dead.length);

describe('request', () => {
  test('1.1 plans, works at most two at once, composes and ends answered', () => {
    const run = new Run().toWorking();
    expect(Object.values(run.system.effects).map(({ actor }) => actor)).toEqual([
      'request/plan/one',
      'request/plan/two',
    ]);
    run.say('request/plan/one', 'done', { n: 1 });
    run
      .say('request/plan/three', 'done', { n: 3 })
      .say('request/plan/two', 'done', { n: 2 })
      .compose();
    expect(run.system.ended?.outcome).toBe('answered');
    expect(run.valueOfEnd).toEqual({ text: 'all of it', contributors: ['one'], notDone: [] });
    expect(run.system.effects).toEqual({});
    expect(run.system.timers).toEqual({});
    expect(run.system.dead).toEqual([]);
    balanced(run);
  });

  test('1.2 a lost part makes the answer partial, and the composer is told which and why', () => {
    const run = new Run().toWorking();
    run.put(
      answer(
        openOf(run.system, 'agent.turn', 'request/plan/one'),
        { type: 'agent.failed', reason: 'threw' },
        0,
      ),
    );
    run
      .say('request/plan/two', 'done', { n: 2 })
      .say('request/plan/three', 'refused', { reason: 'not mine' });
    const composing = run.system.actors.get('request/composer')?.state.context as {
      input: { hash: string };
    };
    expect(run.system.values.get(composing.input.hash)).toMatchObject({
      report: {
        got: [{ id: 'two' }],
        lost: [
          { id: 'one', outcome: 'failed', reason: 'threw' },
          { id: 'three', outcome: 'refused', note: { reason: 'not mine' } },
        ],
      },
    });
    expect(run.compose().system.ended).toMatchObject({ outcome: 'partial', reason: 'parts_lost' });
  });

  test('8.1 a stop ends every descendant in the same step, and nothing begins after it', () => {
    const run = new Run().toWorking().external('request', { type: 'run.stopped' });
    expect(run.system.ended?.outcome).toBe('cancelled');
    expect(run.system.effects).toEqual({});
    expect([...run.system.actors.values()].every(({ ended }) => ended !== undefined)).toBe(true);
    const before = run.system;
    const late = step(world, before, {
      kind: 'external',
      to: 'request',
      event: { type: 'run.resumed' },
      principal: ada,
      at: 1,
    });
    expect(late.outgoing).toEqual([]);
    expect(late.system.dead.at(-1)?.reason).toBe('ended');
  });

  test('8.2 pausing begins nothing new; resuming goes on where it was', () => {
    const run = new Run().toWorking().external('request', { type: 'run.paused' });
    run.say('request/plan/one', 'done', { n: 1 }).say('request/plan/two', 'done', { n: 2 });
    expect(run.system.effects).toEqual({});
    run.external('request', { type: 'run.resumed' }).say('request/plan/three', 'done', { n: 3 });
    expect(run.compose().system.ended?.outcome).toBe('answered');
  });

  test('1.6, 7.4 asks the requester back, only the requester may answer, and the deadline stands still meanwhile', () => {
    const run = new Run().put(started()).say('request/router', 'several', { candidates: [] });
    run.say('request/planner', 'unclear', { question: 'which?' });
    expect(Object.values(run.system.effects).map(({ kind }) => kind)).toEqual(['person.ask']);
    run.wait(4000);
    const words = valued('clarified', { text: 'the first' });
    const reply = { type: 'requester.answered', text: words.ref };
    run.external('request', reply, eve);
    expect(run.system.dead.at(-1)?.reason).toBe('unhandled');
    run.put({
      kind: 'external',
      to: 'request',
      event: reply,
      principal: ada,
      at: run.at,
      values: words.values,
    });
    expect(run.system.timers['request:deadline']?.dueAt).toBe(14_000);
    run.say('request/planner', 'planned', { plan: { parts }, unplaced: [] }).acceptPlan(false);
    for (const { node } of parts) run.say(`request/plan/${node}`, 'done', { n: 1 });
    expect(run.compose().system.ended).toMatchObject({ outcome: 'partial', reason: 'no_fit' });
  });

  test('1.6 a question that nobody answers expires', () => {
    const run = new Run().put(started()).say('request/router', 'several', { candidates: [] });
    run.say('request/planner', 'unclear', { question: 'which?' }).wait(5000);
    expect(run.system.ended).toMatchObject({ outcome: 'expired', reason: 'deadline' });
  });

  test('7.6 when its time is up the plan is stopped and what came back is composed', () => {
    const run = new Run()
      .toWorking({ deadlineMs: 900 })
      .say('request/plan/one', 'done', { n: 1 })
      .wait(900);
    expect(run.compose().system.ended).toMatchObject({ outcome: 'expired', reason: 'deadline' });
    expect(run.valueOfEnd).toMatchObject({ text: 'all of it' });
  });

  test('5.2, 5.3 a plan that is gated runs only after the requester approved exactly it', () => {
    const run = new Run();
    run
      .put(started(undefined, { planGate: true }))
      .say('request/router', 'several', { candidates: [] });
    run.say('request/planner', 'planned', { plan: { parts }, unplaced: [] }).acceptPlan();
    const hash = run.subjectAt('request/plan-gate');
    run.external('request/plan-gate', { type: 'gate.approved', hash: 'f'.repeat(64) });
    run.external('request/plan-gate', { type: 'gate.approved', hash }, eve);
    expect(run.system.actors.get('request/plan')).toBeUndefined();
    run.external('request/plan-gate', { type: 'gate.approved', hash });
    expect(run.system.actors.get('request/plan')).toBeDefined();
    run.external('request/plan-gate', { type: 'gate.approved', hash });
    expect(run.system.dead.map(({ reason }) => reason)).toEqual([
      'unhandled',
      'unhandled',
      'ended',
    ]);
  });

  test('5.5 a plan that a person edited is checked anew, and runs without a second approval', () => {
    const run = new Run();
    run
      .put(started(undefined, { planGate: true }))
      .say('request/router', 'several', { candidates: [] });
    run.say('request/planner', 'planned', { plan: { parts }, unplaced: [] }).acceptPlan();
    const hash = run.subjectAt('request/plan-gate');
    const edited = valued('placed', { plan: { parts: parts.slice(1) }, unplaced: [] });
    const event = { type: 'gate.edited', hash, value: edited.ref };
    run.put({
      kind: 'external',
      to: 'request/plan-gate',
      event,
      principal: ada,
      at: 0,
      values: edited.values,
    });
    expect(run.system.actors.get('request/plan')).toBeUndefined();
    expect(Object.values(run.system.effects)).toMatchObject([
      { kind: 'plan.check', params: { placed: edited.ref } },
    ]);
    run.acceptPlan();
    expect(run.system.actors.get('request/plan')).toBeDefined();
  });

  test.each([
    ['accepts', {}, 'answered', true],
    ['objected', { why: 'no' }, undefined, false],
    ['fails', undefined, undefined, false],
  ])('5.6 an answer whose verifier %s', (how, value, outcome, isGiven) => {
    const run = new Run().put(
      started({ router: 'router', composer: 'composer', verifier: 'verifier' }),
    );
    run.say('request/router', 'routed', { plan: { parts }, unplaced: [] }).acceptPlan();
    for (const { node } of parts) run.say(`request/plan/${node}`, 'done', { n: 1 });
    run.compose();
    const turn = openOf(run.system, 'agent.turn', 'request/verifier');
    if (value === undefined) run.put(answer(turn, { type: 'agent.failed', reason: 'threw' }, 0));
    else run.say('request/verifier', how === 'accepts' ? 'accepted' : 'objected', value);
    expect([run.system.ended?.outcome, run.system.ended !== undefined]).toEqual([outcome, isGiven]);
    if (isGiven) return;
    run.external('request/release-gate', {
      type: 'gate.rejected',
      hash: run.subjectAt('request/release-gate'),
    });
    expect(run.system.ended).toMatchObject({ outcome: 'refused', reason: 'rejected' });
    expect(run.system.ended?.value).toBeUndefined();
  });

  test('2.1 a handoff whose input breaks the contract never starts the node', () => {
    const run = new Run().put(started({ router: 'one' }));
    expect(run.system.actors.get('request/router')?.ended).toMatchObject({
      outcome: 'refused',
      reason: 'contract',
    });
  });

  test('1.5 an unknown node, and no role at all, end as refused or failed, never silently', () => {
    expect(
      new Run().put(started({ router: 'nobody', planner: 'nobody' })).system.ended,
    ).toMatchObject({ outcome: 'failed', reason: 'unknown_node' });
    expect(new Run().put(started({})).system.ended).toMatchObject({
      outcome: 'refused',
      reason: 'no_fit',
    });
  });
});

describe('task', () => {
  const wanting = (run: Run, path: string, tool: string) => {
    const { ref, values } = valued(`${tool}.input`, {});
    return run.put(
      answer(
        openOf(run.system, 'agent.turn', path),
        { type: 'tool.wanted', tool, input: ref },
        run.at,
        values,
      ),
    );
  };

  test('5.1 a writing tool waits for a person, and runs once after the approval', () => {
    const run = wanting(new Run().toWorking(), 'request/plan/one', 'mail');
    expect(Object.values(run.system.effects).some(({ kind }) => kind === 'tool.call')).toBe(false);
    const gate = [...run.system.actors.keys()].find((path) => path.includes('gate')) as string;
    const hash = run.subjectAt(gate);
    run
      .external(gate, { type: 'gate.approved', hash })
      .external(gate, { type: 'gate.approved', hash });
    expect(
      Object.values(run.system.effects).filter(({ kind }) => kind === 'tool.call'),
    ).toHaveLength(1);
  });

  test('2.2 a broken answer is repaired once, then it is a failure; a late answer is a dead letter', () => {
    const run = new Run().toWorking();
    const broken = {
      type: 'agent.answered',
      outcome: 'done',
      meets: false,
      note: valued('note', 'n is missing').ref,
    };
    const first = openOf(run.system, 'agent.turn', 'request/plan/one');
    run.put(answer(first, broken, 0)).put(answer(first, broken, 0));
    expect(run.system.dead.at(-1)?.reason).toBe('effect_closed');
    run.put(answer(openOf(run.system, 'agent.turn', 'request/plan/one'), broken, 0));
    expect(run.system.actors.get('request/plan/one')?.ended).toMatchObject({
      outcome: 'failed',
      reason: 'contract',
    });
  });

  test('7.2 turns are bounded, an undeclared tool ends the task', () => {
    const run = new Run().toWorking();
    for (let turn = 0; turn < 4; turn += 1) {
      wanting(run, 'request/plan/one', 'look');
      if (run.system.actors.get('request/plan/one')?.ended) break;
      const back = valued('look.output', turn);
      run.put(
        answer(
          openOf(run.system, 'tool.call'),
          { type: 'tool.returned', value: back.ref },
          0,
          back.values,
        ),
      );
    }
    expect(run.system.actors.get('request/plan/one')?.ended).toMatchObject({
      outcome: 'failed',
      reason: 'turns',
    });
    wanting(run, 'request/plan/two', 'delete-all');
    expect(run.system.actors.get('request/plan/two')?.ended).toMatchObject({
      reason: 'tool_not_granted',
    });
  });

  test('7.3, 10.2 an answer that nobody takes leaves its effect open, with the time that it had', () => {
    const run = new Run().toWorking();
    const effectId = openOf(run.system, 'agent.turn', 'request/plan/one');
    run.put(answer(effectId, { type: 'tool.failed', reason: 'threw' }, 400));
    expect(run.system.dead.at(-1)?.reason).toBe('unhandled');
    expect(run.system.timers[`effect:${effectId}`]).toMatchObject({ dueAt: 1000 });
    run.say('request/plan/one', 'done', { n: 1 });
    expect(run.system.actors.get('request/plan/one')?.ended?.outcome).toBe('done');
  });

  test('7.3 one that hangs expires at its deadline and the others go on', () => {
    const run = new Run().toWorking().say('request/plan/one', 'done', { n: 1 }).wait(1000);
    expect(run.system.actors.get('request/plan/two')?.ended?.outcome).toBe('expired');
    expect(run.system.ended).toBeUndefined();
    balanced(run);
  });
});

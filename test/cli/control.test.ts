// Goal: a run can be stopped from the shell at once, and what a killed process left behind is brought to its end.
// Method: signals are sent to real processes in the middle of a run, which lasts until the test raises a curtain.
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/host/asks.ts';
import type { RunSummary } from '../../src/store/ports.ts';
import { Stage } from './nova-process.ts';

/** An upper bound for a loaded machine; alone it takes a fraction of a second. */
const SOON_MS = 5_000;

describe('8.1 a signal stops the run, and its process with it', () => {
  test.each([{ signal: 'SIGINT' }, { signal: 'SIGTERM' }] as const)(
    '$signal',
    async ({ signal }) => {
      const stage = new Stage();
      const asked = stage.start('ask', 'actor hanger writer', '--json');
      await asked.says(/uses curtain/);
      const sent = performance.now();
      asked.kill(signal);
      const { out, err, ...ended } = await asked.ended;
      expect(ended).toEqual({ code: 5, signal: null });
      expect(performance.now() - sent).toBeLessThan(SOON_MS);
      expect(err).toMatch(/stopping[^]*stopped: nothing of it runs any more/);
      const { run, outcome } = JSON.parse(out) as Result;
      expect(outcome).toBe('cancelled');
      const shown = await stage.json('show', run);
      expect(shown).toMatchObject({ outcome: 'cancelled', waiting: [] });
      expect(shown.trace.filter((handoff) => handoff.outcome === undefined)).toEqual([]);
      expect(stage.written).toEqual([]);
    },
  );

  test('an agent that never lets go of its thread is no reason to stay', async () => {
    const asked = new Stage().start('ask', 'hanger');
    await asked.says(/hanger …/);
    asked.kill('SIGINT');
    expect(await asked.ended).toMatchObject({ code: 5, signal: null });
  });
});

test('8.1 a second signal leaves at once, even where the first one cannot be answered', async () => {
  const stage = new Stage();
  const holder = stage.start('ask', 'actor');
  await holder.says(/uses curtain/);
  const other = stage.start('ask', 'actor');
  await other.says(/uses curtain/);
  // A stopped holder takes no stop: only the second signal helps.
  holder.kill('SIGSTOP');
  other.kill('SIGINT');
  await other.says(/stopping/);
  other.kill('SIGINT');
  expect(await other.ended).toMatchObject({ code: 5, signal: null });
});

test('8.1 a run of another process can be stopped by its name', async () => {
  const stage = new Stage();
  const asked = stage.start('ask', 'actor', '--json');
  await asked.says(/uses curtain/);
  const [{ run } = { run: '' }] = await stage.json<RunSummary[]>('runs');
  expect(await stage.run('stop', run)).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      new RegExp(`^stopped ${run}\n  request/plan/p0  actor  tool.call curtain `),
    ),
  });
  expect(await asked.ended).toMatchObject({ code: 5 });
});

describe('9.1 after a kill', () => {
  test('the run is open, and resuming brings it to its end', async () => {
    const stage = new Stage();
    const asked = stage.start('ask', 'honest actor');
    await asked.says(/uses curtain/);
    asked.kill('SIGKILL');
    expect(await asked.ended).toMatchObject({ signal: 'SIGKILL' });
    const [{ run, outcome } = { run: '' }] = await stage.json<RunSummary[]>('runs');
    expect(outcome).toBeUndefined();
    stage.raiseCurtain();
    const { code, out } = await stage.run('resume', run, '--json');
    expect(code).toBe(0);
    const resumed = JSON.parse(out) as Result;
    expect(resumed.answer?.text).toBe('honest: honest\nactor: actor');
    // Once more is no second run: it shows what was.
    expect((await stage.json('resume', run)).answer).toEqual(resumed.answer);
    expect(await stage.json<RunSummary[]>('runs')).toHaveLength(1);
  });

  test('an approval takes up the whole run, not only the part that waited for it', async () => {
    const stage = new Stage();
    const asked = stage.start('ask', 'writer actor');
    await asked.says(/a person is asked/);
    await asked.says(/uses curtain/);
    asked.kill('SIGKILL');
    await asked.ended;
    stage.raiseCurtain();
    const [review] = await stage.json<{ id: string }[]>('review', 'list');
    const { code, out } = await stage.run('review', 'approve', review?.id ?? '', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as Result).answer?.text).toBe('writer: writer\nactor: actor');
    expect(stage.written).toEqual(['writer']);
  });
});

test('3.2 a run that is at work and is resumed from elsewhere is followed, not begun again', async () => {
  const stage = new Stage();
  const asked = stage.start('ask', 'actor', '--json');
  await asked.says(/uses curtain/);
  const [{ run } = { run: '' }] = await stage.json<RunSummary[]>('runs');
  const resumed = stage.start('resume', run, '--json');
  await stage.run('runs');
  stage.raiseCurtain();
  const [first, second] = await Promise.all([asked.ended, resumed.ended]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(JSON.parse(second.out)).toEqual(JSON.parse(first.out));
  expect(first.err.match(/uses curtain/g)).toHaveLength(1);
});

// Goal: any number of processes share one data folder: each gets its own answer, whoever holds the folder and whatever becomes of it.
// Method: processes on one store, at once; the holder is stopped, killed and interrupted while another's request is in flight.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/host/asks.ts';
import type { RunSummary } from '../../src/store/ports.ts';
import { Stage, type Child } from './nova-process.ts';

const AT_ONCE = 6;
/** A generous bound for what is promised within two seconds. */
const TOLD_WITHIN_MS = 6_000;

/** A process in the middle of a run, and with it the folder. */
async function atWork(stage: Stage, request = 'actor'): Promise<Child> {
  const child = stage.start('ask', request, '--json');
  await child.says(/uses curtain/);
  return child;
}
const textOf = (out: string): string | undefined => (JSON.parse(out) as Result).answer?.text;

describe('3.3 while one process holds the folder', () => {
  test('a second one gets its own answer from it', async () => {
    const stage = new Stage();
    const holder = await atWork(stage);
    const { code, out, err } = await stage.run('ask', 'honest thrower', '--json');
    expect(code).toBe(6);
    expect(textOf(out)).toBe('honest: honest\nthrower failed (threw)');
    expect(err).toMatch(/^honest …$/m);
    stage.raiseCurtain();
    const { out: own, err: told } = await holder.ended;
    expect(textOf(own)).toBe('actor: actor');
    expect(told).not.toMatch(/honest/);
  });

  test(`${AT_ONCE} that come at once are all answered`, async () => {
    const stage = new Stage();
    const all = await Promise.all(
      Array.from({ length: AT_ONCE }, () => stage.run('ask', 'honest', '--json')),
    );
    expect(all.map(({ code, err }) => (code === 0 ? 0 : err))).toEqual(all.map(() => 0));
    expect(all.map(({ out }) => textOf(out))).toEqual(all.map(() => 'honest: honest'));
    const runs = await stage.json<RunSummary[]>('runs');
    expect(runs.map(({ outcome }) => outcome)).toEqual(all.map(() => 'answered'));
    expect(new Set(runs.map(({ run }) => run)).size).toBe(AT_ONCE);
    expect(readdirSync(join(stage.store, 'journal'))).toEqual(['00000001.log']);
  });

  test('its own answer is told before it has finished what others asked for', async () => {
    const stage = new Stage();
    const holder = stage.start('ask', 'writer actor');
    await holder.says(/uses curtain/);
    const other = stage.start('ask', 'actor', '--json');
    await other.says(/uses curtain/);
    holder.kill('SIGINT');
    await holder.says(/cancelled \(cancelled\) · local/);
    await holder.says(/finishing what other processes asked for/);
    stage.raiseCurtain();
    expect(textOf((await other.ended).out)).toBe('actor: actor');
    expect(await holder.ended).toMatchObject({ code: 5, signal: null });
  });

  test('one that is only coming up is waited for', async () => {
    const stage = new Stage({ env: { TEST_SLOW_START: '1' } });
    const holder = stage.start('ask', 'honest', '--json');
    await holder.says(/the configuration waits/);
    const other = stage.start('ask', 'honest', '--json');
    await stage.holds(holder.pid);
    stage.raiseCurtain();
    const both = await Promise.all([holder.ended, other.ended]);
    expect(both.map(({ out }) => textOf(out))).toEqual(['honest: honest', 'honest: honest']);
  });
});

describe('3.3 when the holder is no more', () => {
  test('stopped: whoever comes is told which process it is, and soon', async () => {
    const stage = new Stage();
    const holder = await atWork(stage);
    holder.kill('SIGSTOP');
    const begun = performance.now();
    const { code, out, err } = await stage.run('ask', 'honest');
    expect(performance.now() - begun).toBeLessThan(TOLD_WITHIN_MS);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(new RegExp(`^nova: .*process ${holder.pid} on .* did not answer.*\n$`));
  });

  test('killed: the other one takes over, and its request is answered', async () => {
    const stage = new Stage();
    const holder = await atWork(stage);
    const other = stage.start('ask', 'actor honest', '--json');
    await other.says(/uses curtain/);
    holder.kill('SIGKILL');
    await holder.ended;
    await stage.holds(other.pid);
    stage.raiseCurtain();
    const { code, out } = await other.ended;
    expect(code).toBe(0);
    expect(textOf(out)).toBe('actor: actor\nhonest: honest');
    const runs = await stage.json<RunSummary[]>('runs');
    expect(runs.map(({ outcome }) => outcome ?? 'open')).toEqual(['answered', 'open']);
  });

  test('killed while an approval goes on: what it approved is done once', async () => {
    const stage = new Stage();
    const holder = await atWork(stage);
    const { waiting } = await stage.json('ask', 'writer');
    const approving = stage.start('review', 'approve', waiting[0]?.id ?? '');
    await approving.says(/p0 uses write/);
    holder.kill('SIGKILL');
    const { code, out } = await approving.ended;
    expect([0, 6, 7]).toContain(code);
    // It was begun, and nobody knows more: a person is asked whether it happened.
    expect(code === 7).toBe(out.includes('write was begun and may have happened'));
    expect(stage.written.length).toBeLessThanOrEqual(1);
  });

  test('interrupted twice: it leaves at once, and the other one takes over', async () => {
    const stage = new Stage();
    const holder = await atWork(stage);
    const other = stage.start('ask', 'actor', '--json');
    await other.says(/uses curtain/);
    holder.kill('SIGINT');
    await holder.says(/finishing what other processes asked for/);
    holder.kill('SIGINT');
    await holder.ended;
    await stage.holds(other.pid);
    stage.raiseCurtain();
    expect(textOf((await other.ended).out)).toBe('actor: actor');
  });
});

test('8.1 a process that vanishes takes its own request along, and nobody else is touched', async () => {
  const stage = new Stage();
  const holder = await atWork(stage);
  const other = stage.start('ask', 'actor writer', '--json');
  await other.says(/a person is asked/);
  other.kill('SIGKILL');
  await other.ended;
  // Whatever the holder does for it is over when a third process sees its run ended.
  for (;;) {
    const runs = await stage.json<RunSummary[]>('runs');
    if (runs.some(({ outcome }) => outcome === 'cancelled')) break;
  }
  stage.raiseCurtain();
  expect(textOf((await holder.ended).out)).toBe('actor: actor');
});

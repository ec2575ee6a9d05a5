// Goal: a process that leaves tells no run that its work has failed, and a call that gives no answer is bounded by its own time, whoever
// waits for it, and however often they are begun anew.
// Method: calls that end by being aborted, or never; the same journal under one process after the other, and a clock that is moved by hand.
import { expect, test } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { Nova } from '../../src/host/nova.ts';
import type { NovaOptions } from '../../src/host/nova-options.ts';
import type { Tools } from '../../src/host/ports.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { inline, mischief } from '../fixtures/mischief.ts';

/** Calls that end only where they are aborted; tells of each that begins. */
function neverAnswering() {
  let heard = (): void => {};
  const tools: Tools = {
    call: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        heard();
      }),
  };
  return { tools, begins: () => new Promise<void>((resolve) => (heard = resolve)) };
}

const honest = (nova: Nova) => nova.run('honest', { text: 'a' }, { id: 'one', project: '.' });

test('9.2 what a process aborts because it leaves has not failed: the next one begins it anew', async () => {
  const kept: MemoryRecords = [];
  const { tools, begins } = neverAnswering();
  // Its agents work in threads: ending them takes long enough for an answer to come.
  const nova = new Nova({ organisation: mischief, journal: memoryJournal(kept), tools });
  const began = begins();
  const left = honest(nova).catch((error: unknown) => error);
  await began;
  await nova.close();
  expect(await left).toMatchObject({ code: 'closed' });
  const next = new Nova({ organisation: mischief, journal: memoryJournal(kept) });
  expect(await honest(next)).toMatchObject({ outcome: 'done', value: { summary: 'a' } });
  await next.close();
});

test('7.3 a call has its whole time again in each process that begins it anew, and is over after the last attempt', async () => {
  const kept: MemoryRecords = [];
  const clock = new ManualClock();
  const WITHIN_MS = 10_000;
  const ATTEMPTS = 5;
  const parts: NovaOptions = { organisation: inline, clock, limits: { deadlineMs: 3_600_000 } };
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const { tools, begins } = neverAnswering();
    const nova = new Nova({ ...parts, tools, journal: memoryJournal(kept) });
    const began = begins();
    honest(nova).catch(() => undefined);
    await began;
    clock.advance(WITHIN_MS - 1);
    expect((await nova.show('local/one')).outcome).toBe('open');
    await nova.close();
  }
  const { tools, begins } = neverAnswering();
  const nova = new Nova({ ...parts, tools, journal: memoryJournal(kept) });
  const began = begins();
  const running = honest(nova);
  await began;
  clock.advance(WITHIN_MS);
  expect(await running).toMatchObject({ outcome: 'failed', note: 'echo: hung' });
  expect(clock.now()).toBeLessThanOrEqual(ATTEMPTS * WITHIN_MS);
  await nova.close();
});

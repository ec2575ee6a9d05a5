// Goal: a request goes from words to an answer on real threads, whatever its specialists do, and the process stays responsive.
// Method: an organisation of misbehaving agents is asked for all of them at once; each loss must be named with its reason.
import { afterEach, describe, expect, test } from 'vitest';
import { Nova } from '../../src/host/nova.ts';
import type { ToolRequest } from '../../src/host/ports.ts';
import type { Progress } from '../../src/host/progress.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { inline, mischief, written } from '../fixtures/mischief.ts';

const open: Nova[] = [];
function nova(options: Partial<ConstructorParameters<typeof Nova>[0]> = {}): Nova {
  const made = new Nova({ organisation: mischief, ...options });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('specialists', () => {
  test(
    '1.2, 2.3 every way to misbehave costs its own part only, and each is named',
    { timeout: 60_000 },
    async () => {
      const words = [
        'honest',
        'thrower',
        'hanger',
        'backtracker',
        'outsider',
        'inventor',
        'mute',
        'unclonable',
        'exiter',
        'hoarder',
        'thinker',
        'waiter',
      ];
      let beats = 0;
      const heart = setInterval(() => (beats += 1), 50);
      const result = await nova({ limits: { maxParallel: 12 } }).ask(words.join(' '));
      clearInterval(heart);
      expect(result.outcome).toBe('partial');
      expect(result.answer?.text.split('\n')).toEqual([
        'honest: honest',
        'waiter: stuck: hung | liar: contract: ✖ Unrecognized key: "words"',
        '✖ Invalid input: expected string, received undefined',
        '  → at text',
        'thrower failed (threw)',
        'hanger expired (deadline)',
        'backtracker expired (deadline)',
        'outsider failed (contract)',
        'inventor failed (contract)',
        'mute failed (contract)',
        'unclonable failed (threw)',
        'exiter failed (threw)',
        'hoarder failed (threw)',
        'thinker refused (needs_model)',
      ]);
      expect(result.answer?.notDone.map(({ what }) => what)).toHaveLength(10);
      // The main thread was never blocked by any of them.
      expect(beats).toBeGreaterThan(10);
    },
  );

  test('10.2 an answer given twice is taken once', async () => {
    const result = await nova().ask('stutterer honest');
    expect(result.outcome).toBe('answered');
    expect(result.answer?.text).toMatch(/^stutterer: (first|second)\nhonest: honest$/);
  });

  test('the same on the main thread, for agents without a module', async () => {
    const result = await nova({ organisation: inline }).ask('honest thrower outsider writer');
    expect(result.outcome).toBe('waiting');
    expect(result.waiting.map(({ purpose }) => purpose)).toEqual(['tool:write']);
  });
});

test('a node that is run alone has its tools, in the folder that it is about', async () => {
  const asked: ToolRequest[] = [];
  const call = async (request: ToolRequest) => {
    asked.push(request);
    return { text: 'as told' };
  };
  const one = nova({ organisation: inline, tools: { call } });
  const result = await one.run('honest', { text: 'a' }, { project: '/somewhere' });
  expect(result).toMatchObject({ outcome: 'done', value: { summary: 'as told' } });
  expect(asked).toMatchObject([{ tool: 'echo', project: '/somewhere' }]);
});

describe('people', () => {
  test('5.1 a write waits for an approval, runs once, and a rejection reaches the agent', async () => {
    const one = nova();
    const before = written.length;
    const first = await one.ask('writer honest');
    expect(first.outcome).toBe('waiting');
    expect(written).toHaveLength(before);
    const [review] = await one.reviews();
    expect(review?.subject).toEqual({ text: 'writer' });
    const result = await one.decide(review?.id ?? '', { is: 'approve' });
    expect(result.answer?.text).toBe('writer: writer\nhonest: honest');
    expect(written).toHaveLength(before + 1);
    await expect(one.decide(review?.id ?? '', { is: 'approve' })).rejects.toThrow(/nothing waits/);

    const second = await one.ask('writer');
    const rejected = await one.decide(second.waiting[0]?.id ?? '', {
      is: 'reject',
      why: 'not today',
    });
    expect(rejected.answer?.text).toBe('writer: write: rejected: not today');
    expect(written).toHaveLength(before + 1);
  });

  test('9.1 a waiting run is taken up by another process with the same journal', async () => {
    const journal = memoryJournal();
    const store = memoryStore();
    const first = await nova({ journal, store }).ask('writer honest');
    const second = nova({ journal, store });
    const reviews = await second.reviews();
    expect(reviews).toEqual(first.waiting);
    const result = await second.decide(reviews[0]?.id ?? '', { is: 'approve' });
    expect(result.answer?.text).toBe('writer: writer\nhonest: honest');
  });

  test('1.6 a question goes back to the requester and the answer is used', async () => {
    const one = nova();
    const asked = await one.ask('which');
    expect(asked.waiting).toMatchObject([
      { purpose: 'question', subject: { question: 'honest or thrower?' } },
    ]);
    await expect(one.decide(asked.waiting[0]?.id ?? '', { is: 'approve' })).rejects.toThrow(
      /nothing waits/,
    );
    expect(
      (await one.decide(asked.waiting[0]?.id ?? '', { is: 'answer', text: 'honest' })).outcome,
    ).toBe('answered');
  });

  test('5.1 a gated plan runs only after the approval', async () => {
    const one = nova();
    const gated = await one.ask('honest', { planGate: true });
    expect(gated.waiting[0]?.subject).toMatchObject({ plan: { parts: [{ node: 'honest' }] } });
    expect(gated.trace.map(({ node }) => node)).toEqual(['splitter']);
    const rejected = await one.decide(gated.waiting[0]?.id ?? '', { is: 'reject' });
    expect(rejected).toMatchObject({ outcome: 'refused', reason: 'rejected' });
  });
});

describe('control', () => {
  test('a secret in what an agent throws is not told', async () => {
    const one = nova({ organisation: inline });
    const { answer } = await one.ask('blabber');
    expect(answer?.text).toBe('blabber failed (threw)');
    const told = JSON.stringify(
      await Promise.all((await one.runs()).runs.map(({ run }) => one.show(run))),
    );
    expect(told).not.toContain('ghp_');
  });

  test('3.2 a request sent again under its id is the same run, while it works and after', async () => {
    const one = nova();
    const again = () => one.ask('honest writer', { id: 'mine' });
    const [first, second] = await Promise.all([again(), again()]);
    expect(second).toEqual(first);
    expect(await again()).toEqual(first);
    expect((await one.runs()).total).toBe(1);
  });

  test('8.1 a stop is acknowledged and nothing begins after it', async () => {
    const one = nova();
    const heard: Progress[] = [];
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      heard.push(progress);
      if (progress.kind === 'handed' && progress.node === 'hanger') controller.abort();
    };
    const result = await one.ask('hanger honest waiter', { signal: controller.signal, onProgress });
    expect(result).toMatchObject({ outcome: 'cancelled', waiting: [] });
    const count = heard.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(heard).toHaveLength(count);
  });

  test('8.1, 10.2 a tool that answers after the stop is a dead letter, and nothing comes of it', async () => {
    let finish = (_: unknown) => {};
    const controller = new AbortController();
    const call = () => new Promise<unknown>((resolve) => (finish = resolve));
    const one = nova({ tools: { call } });
    const onProgress = ({ kind }: Progress) =>
      kind === 'tool' && setTimeout(() => controller.abort(), 50);
    const result = await one.ask('honest', { signal: controller.signal, onProgress });
    expect(result).toMatchObject({ outcome: 'cancelled', deadLetters: [] });
    finish({ text: 'too late' });
    await expect
      .poll(async () => (await one.show(result.run)).deadLetters)
      .toMatchObject([{ event: 'tool.returned', reason: 'effect_closed' }]);
    expect((await one.show(result.run)).outcome).toBe('cancelled');
  });

  test('9.5 a store that fails in the middle is told to whoever waits, and the run goes on later', async () => {
    const kept: MemoryRecords = [];
    const whole = memoryJournal(kept);
    const troubles: string[] = [];
    let left = 4;
    const journal = {
      ...whole,
      dropped: [],
      append: (...append: Parameters<typeof whole.append>) =>
        left-- > 0 ? whole.append(...append) : Promise.reject(new Error('the disk is full')),
    };
    const first = nova({ organisation: inline, journal, onTrouble: (run) => troubles.push(run) });
    await expect(first.ask('honest thrower', { id: 'full' })).rejects.toThrow('the disk is full');
    expect(troubles).toContain('local/full');
    const result = await nova({ organisation: inline, journal: whole }).resume('local/full');
    expect(result.answer?.text).toBe('honest: honest\nthrower failed (threw)');
  });

  test('closing tells whoever waits, and leaves the run to be taken up', async () => {
    const one = nova();
    let begun = () => {};
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const asking = one.ask('hanger', { onProgress: ({ kind }) => kind === 'handed' && begun() });
    await isBegun;
    await Promise.all([one.close(), expect(asking).rejects.toMatchObject({ code: 'closed' })]);
  });

  test('2.4 an empty or huge request, an unknown run and an unknown review are refused by type', async () => {
    const one = nova();
    await expect(one.ask('  ')).rejects.toMatchObject({ code: 'bad_request' });
    await expect(one.ask('x'.repeat(1_000_000))).rejects.toMatchObject({ code: 'bad_request' });
    await expect(one.show('local/x')).rejects.toMatchObject({ code: 'unknown_run' });
    await expect(one.decide('', { is: 'approve' })).rejects.toMatchObject({
      code: 'unknown_review',
    });
    expect(await one.runs()).toEqual({ runs: [], total: 0 });
  });

  test('2.5 a plan that names a stranger is refused before anything of it runs', async () => {
    const result = await nova().ask('honest stranger');
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'plan_refused',
      answer: { text: 'nothing (plan_refused)' },
    });
    expect(result.trace.map(({ node }) => node)).toEqual(['splitter', 'teller']);
  });

  test('10.5 runs are listed with how they ended, each handoff with its outcome and time', async () => {
    const one = nova();
    const { run } = await one.ask('honest thrower');
    expect((await one.runs()).runs).toMatchObject([
      { run, text: 'honest thrower', outcome: 'partial', reason: 'parts_lost' },
    ]);
    const shown = await one.show(run);
    expect(shown.trace).toMatchObject([
      { id: 'request/planner-1', node: 'splitter', outcome: 'planned' },
      { id: 'request/plan/p0', node: 'honest', outcome: 'done' },
      { id: 'request/plan/p1', node: 'thrower', outcome: 'failed', reason: 'threw' },
      { id: 'request/composer', node: 'teller', outcome: 'composed' },
    ]);
  });
});

// Goal: a write that may have happened is never simply done again: its tool says what is done, and a person is asked where it says so.
// Method: the process ends, the reply is lost or never comes, in the middle of a write; calls outside are counted by their keys.
import { afterEach, expect, test } from 'vitest';
import { InDoubtError } from '../../src/errors/in-doubt-error.ts';
import { Nova } from '../../src/host/nova.ts';
import type { ToolRequest } from '../../src/host/ports.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { sure, written } from '../fixtures/mischief.ts';

const open: Nova[] = [];
function nova(options: ConstructorParameters<typeof Nova>[0]): Nova {
  const made = new Nova(options);
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

test.each([
  ['asked about', 'ask', undefined, 0],
  ['issued again', 'reissue', 'writer: writer', 1],
  ['looked up and found', 'found', 'writer: as found', 0],
  ['looked up and not found', 'lost', 'writer: writer', 1],
])('9.4 a write that a crash cut off is %s', async (_, way, text, writes) => {
  const lookups: Record<string, unknown> = { found: { text: 'as found' }, lost: undefined };
  const lookup = { lookup: async () => lookups[way] };
  const organisation = sure(way === 'reissue' || way === 'ask' ? way : lookup);
  const kept: MemoryRecords = [];
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const tools = { call: () => new Promise<never>(() => begun()) };
  const first = nova({ organisation, journal: memoryJournal(kept), tools });
  const { run, waiting } = await first.ask('writer');
  const deciding = first.decide(waiting[0]?.id ?? '', { is: 'approve' });
  const told = deciding.catch((error: unknown) => error);
  await isBegun;
  await first.close();
  expect(await told).toMatchObject({ code: 'closed' });
  const before = written.length;
  const result = await nova({ organisation, journal: memoryJournal(kept) }).resume(run);
  expect(result.answer?.text).toBe(text);
  expect(result.waiting.map(({ purpose }) => purpose)).toEqual(
    way === 'ask' ? ['doubt:write'] : [],
  );
  expect(written).toHaveLength(before + writes);
});

test.each([
  ['is done again where they approve', { is: 'approve' }, 'writer: writer', 2],
  ['is what they say it returned', { is: 'edit', value: { text: 'it did' } }, 'writer: it did', 1],
  [
    'is left in doubt where they reject',
    { is: 'reject', why: 'who knows' },
    'writer: write: in_doubt: who knows',
    1,
  ],
] as const)(
  '9.4 a write whose reply was lost is asked about, and %s',
  async (_, verdict, text, calls) => {
    const asked: string[] = [];
    const tools = {
      call: async ({ key }: ToolRequest) => {
        asked.push(key);
        if (asked.length === 1) throw new InDoubtError('the line went dead');
        return { text: 'writer' };
      },
    };
    const one = nova({ organisation: sure('ask'), tools });
    const first = await one.ask('writer');
    const second = await one.decide(first.waiting[0]?.id ?? '', { is: 'approve' });
    const [doubt] = second.waiting;
    expect(doubt).toMatchObject({ purpose: 'doubt:write', subject: { text: 'writer' } });
    const wrong = one.decide(doubt?.id ?? '', { is: 'edit', value: { no: 1 } });
    await expect(wrong).rejects.toMatchObject({ code: 'bad_event' });
    const result = await one.decide(doubt?.id ?? '', verdict);
    expect(result.answer?.text).toBe(text);
    expect(asked).toHaveLength(calls);
    expect(new Set(asked).size).toBe(1);
  },
);

test('9.4, 9.9 a write that does not come back in its time is made again under its key, and no third time', async () => {
  const asked: string[] = [];
  const tools = {
    call: ({ key }: ToolRequest) => {
      asked.push(key);
      return new Promise<never>(() => {});
    },
  };
  const one = nova({ organisation: sure('reissue', 20), tools });
  const first = await one.ask('writer');
  const result = await one.decide(first.waiting[0]?.id ?? '', { is: 'approve' });
  expect(result.answer?.text).toBe('writer: write: in_doubt');
  expect(asked).toHaveLength(2);
  expect(new Set(asked).size).toBe(1);
});

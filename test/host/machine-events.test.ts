// Goal: a machine of a user's own sees an event from outside as its contract makes it, live and in a replay.
// Method: a machine that notes every event is sent what has defaults, extras, undefined and signed zero; then its journal is folded.
import { expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import * as z from 'zod';
import { defineOrganisation, fromMachine, Nova } from 'nova-agents';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';

const notes = setup({
  types: {} as { context: { heard: unknown[] }; output: unknown },
}).createMachine({
  id: 'notes',
  context: { heard: [] },
  initial: 'listening',
  states: {
    listening: {
      on: {
        NOTE: {
          actions: assign({
            heard: ({ context, event }) => [
              ...context.heard,
              event,
              Object.keys(event).toSorted().join(' '),
            ],
          }),
        },
        END: 'over',
      },
    },
    over: { type: 'final' },
  },
  output: ({ context }: { context: { heard: unknown[] } }) => context.heard,
});
const node = (note: z.ZodObject) =>
  fromMachine(notes, {
    id: 'notes',
    version: 1,
    does: 'Notes.',
    input: z.null(),
    outcomes: { heard: z.array(z.json()) },
    events: { NOTE: note, END: z.strictObject({}) },
    says: (value) => ({ outcome: 'heard', value: value as z.core.util.JSONType[] }),
  });
const by = { id: 'embedder', isRequester: true };

/** What the machine heard of one event, and what a fold of its journal says that it heard. */
async function heard(note: z.ZodObject, event: object): Promise<unknown> {
  const kept: MemoryRecords = [];
  const organisation = defineOrganisation({ id: 'o', agents: [], machines: [node(note)] });
  const nova = new Nova({ organisation, journal: memoryJournal(kept) });
  const running = nova.run('notes', null, { id: 'r' });
  const at = 'local/r#solo/node';
  await expect.poll(() => nova.show('local/r').catch(() => undefined)).toBeDefined();
  try {
    await nova.send(at, { ...event, type: 'NOTE' });
  } finally {
    await nova.send(at, { type: 'END' });
    const { outcome, value } = await running;
    expect(outcome).toBe('heard');
    const again = new Nova({ organisation, journal: memoryJournal(structuredClone(kept)) });
    expect((await again.show('local/r')).value).toEqual(value);
    await Promise.all([nova.close(), again.close()]);
  }
  return (await running).value;
}

test.each<[string, z.ZodObject, object, object]>([
  ['a default', z.object({ n: z.int().default(7) }), {}, { n: 7 }],
  ['an extra', z.object({ n: z.int() }), { n: 1, extra: 'x' }, { n: 1 }],
  ['who says to be another', z.object({}), { by: { id: 'eve', isRequester: true } }, {}],
  ['a type in its contract', z.looseObject({}), { type: 'END' }, {}],
  ['what is undefined', z.object({ n: z.int().optional() }), { n: undefined }, {}],
  ['a zero below nothing', z.object({ n: z.number() }), { n: -0 }, { n: -0 }],
])('2.4, 2.7 %s: the machine sees what its contract makes of it', async (_, note, event, seen) => {
  const keys = [...Object.keys(seen), 'by', 'type'].toSorted().join(' ');
  expect(await heard(note, event)).toEqual([{ ...seen, by, type: 'NOTE' }, keys]);
});

test.each<[string, z.ZodObject, object]>([
  ['is no JSON', z.object({ at: z.any() }), { at: new Date(0) }],
  [
    'makes its contract throw',
    z.object({
      n: z.any().refine(() => {
        throw new Error('boom');
      }),
    }),
    { n: 1 },
  ],
])('2.4, 2.7 an event that %s is refused', async (_, note, event) => {
  await expect(heard(note, event)).rejects.toMatchObject({ code: 'bad_event' });
});

// Goal: a request knows by itself what ran here lately that concerns it, and nobody else does; what is forgotten of a run is forgotten there.
// Method: requests in several scopes, whose records are read for what each was handed; runs that were told are kept open, or at it just now.
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTool, Nova } from 'nova-agents';
import { recall } from 'nova-agents/tools';
import { memoryJournal, ScriptedModel, type MemoryRecords } from 'nova-agents/testing';
import { coordination } from '../../agents/index.ts';
import { memoryKeeper } from '../../agents/coordination/memory-keeper.ts';
import { reporter } from '../../agents/coordination/reporter.ts';

const told = { told: z.strictObject({ summary: z.string() }) };
const base = { version: 1, input: Ask, outcomes: told, examples: [] };
const write = defineTool({
  name: 'write',
  does: 'Writes.',
  input: Ask,
  output: z.null(),
  effect: 'writes',
  run: async () => null,
});
const painter = defineAgent({
  ...base,
  id: 'painter',
  does: 'Paints fences.',
  tools: [write],
  act: async ({ text }, say, io) => {
    if (text.includes('slowly')) await io.tool(write, { text });
    if (text.includes('old')) throw new Error('the paint is dry');
    return say.told({ summary: 'painted' });
  },
});
const gate = Promise.withResolvers<void>();
let isTold = false;
const late = defineTool({
  ...recall,
  name: 'late',
  run: async (input, context) => {
    const known = await recall.run(input, context);
    isTold = true;
    await gate.promise;
    return known;
  },
});
const waiter = defineAgent({
  ...base,
  id: 'waiter',
  does: 'Waits at the table.',
  tools: [late],
  act: async ({ text }, say, io) => {
    const { runs } = await io.tool(late, { words: text, runs: 1 });
    return say.told({ summary: `It was said: ${runs[0]?.asked}` });
  },
});
const thinker = defineAgent({
  ...base,
  id: 'thinker',
  does: 'Thinks about colours.',
  recalls: true,
  instructions: () => 'Think.',
});
const inCode = coordination.agents.map(({ instructions: _, ...agent }) => agent);
const organisation = defineOrganisation({
  id: 'yard',
  agents: [
    ...inCode,
    { ...memoryKeeper, doesNot: {} },
    { ...reporter, doesNot: {} },
    painter,
    waiter,
    thinker,
  ],
  roles: { ...coordination.roles, memoryKeeper: 'memory-keeper' },
});

function opened() {
  const records: MemoryRecords = [];
  const journal = memoryJournal(records);
  const model = new ScriptedModel({
    thinker: () => ({ says: { outcome: 'told', value: { summary: 'blue' } } }),
  });
  const nova = new Nova({ organisation, journal, model });
  onTestFinished(() => nova.close());
  const ask = (text: string, scope: string, id: string, more = {}) =>
    nova.ask(text, { scope, id, project: '.', ...more });
  /** What those who place and compose a request were handed of what is known. */
  const handed = async (run: string) =>
    (await journal.read(run)).flatMap((record) => {
      const { catalogue, known } = (record.kind === 'blob' ? record.value : {}) as {
        readonly catalogue?: unknown;
        readonly known?: { readonly runs: readonly { asked: string; outcome: string }[] };
      };
      return catalogue === undefined || known === undefined ? [] : [known];
    });
  const words = (word: string) => records.filter(({ text }) => text.includes(word));
  return { nova, model, ask, handed, words };
}

test('6.9 a request is told by itself of the last runs that concern it, in its scope and above, with what was not done', async () => {
  const { ask, handed } = opened();
  await ask('Paint the old fence; sing a song', 'a', 'r1');
  await ask('Paint the green fence', 'a/b', 'r2');
  await ask('Paint the red fence', 'a/c', 'r3');
  await ask('Peel the potatoes', 'a/b', 'r4');
  const { run, answer } = await ask('Paint the fence', 'a/b', 'r5');
  const [known, ...others] = await handed(run);
  expect(known).toMatchObject({
    records: [],
    open: [],
    runs: [
      { run: 'a/b/r2', asked: 'Paint the green fence', outcome: 'answered', notDone: [] },
      {
        run: 'a/r1',
        asked: 'Paint the old fence; sing a song',
        notDone: ['Painter', '`sing a song`'],
      },
    ],
    leftOut: 0,
  });
  // Both who routed it and who composed its answer.
  expect(others).toEqual([known]);
  expect(answer?.text).toContain(
    '## Earlier here\n\n- Paint the old fence; sing a song (failed; run a/r1)\n\nContributed',
  );
});

test('6.9 in public nobody is told what others asked', async () => {
  const { ask, handed } = opened();
  await ask('Paint the green fence', 'public', 'r1');
  const { run } = await ask('Paint the green fence', 'public', 'r2');
  expect((await handed(run)).map(({ runs }) => runs)).toEqual([[], []]);
});

test('6.9 a model that recalls is told of them, but for those of its conversation', async () => {
  const { ask, model } = opened();
  await ask('Think about the colours of doors', 'a', 'r1');
  await ask('Think about the colours of roofs', 'a', 'r2', { session: 'day' });
  await ask('Think about the colours of walls', 'a', 'r3', { session: 'day' });
  const { runs, earlier } = model.calls.at(-1) ?? {};
  expect(runs?.runs.map(({ run }) => run)).toEqual(['a/r1']);
  expect(earlier?.turns.map(({ run }) => run)).toEqual(['a/r2']);
});

test('6.9 what is forgotten of a run is in nothing that later ones were told, and what they said themselves stays', async () => {
  const { nova, ask, words } = opened();
  await ask('Paint the old fence of Xanadu', 'a', 'r1');
  const later = await ask('Paint a fence', 'a/b', 'r2');
  expect(later.answer?.text).toContain('Xanadu');
  const same = await ask('Paint the old fence of Xanadu', 'a', 'r3');
  await nova.forget('a/r1');
  expect(words('Xanadu').filter((record) => record.run !== same.run)).toEqual([]);
  const { trace, outcome } = await nova.show(later.run);
  expect([outcome, trace.length]).toEqual([later.outcome, later.trace.length]);
  expect(words('Paint a fence').map((record) => record.run)).toContain(later.run);
  expect(words('Xanadu').length).toBeGreaterThan(0);
  expect((await nova.runs({ scope: 'a' })).runs.map(({ text }) => text)).toContain(
    'Paint the old fence of Xanadu',
  );
});

test('6.9 who reports on a run writes its words otherwise than they were said, and they are forgotten there too', async () => {
  const { nova, ask, words } = opened();
  await ask('Paint the `old` fence of Xanadu', 'a', 'r1');
  const { answer } = await ask('What was not done today, and why?', 'a', 'r2');
  expect(answer?.text).toContain("Paint the 'old' fence of Xanadu");
  await nova.forget('a/r1');
  expect(words('Xanadu')).toEqual([]);
});

test('6.9 a run out of which something was struck is forgotten where it was told, too', async () => {
  const { nova, ask, words } = opened();
  await ask('Paint the door of Xanadu', 'a', 'r1');
  // It is told of the first, and the last one of it alone.
  await ask('Paint the fence of Xanadu by Yggdrasil', 'a', 'r2');
  await ask('Mend the fence', 'a', 'r3');
  expect(words('Yggdrasil').map(({ run }) => run)).toContain('a/r3');
  await nova.forget('a/r1');
  expect(words('Yggdrasil').map(({ run }) => run)).toContain('a/r3');
  await nova.forget('a/r2');
  expect(words('Yggdrasil')).toEqual([]);
});

test('6.9 a run that later ones were told of is not forgotten behind the back of one that is open, or is told just now', async () => {
  const { nova, ask, words } = opened();
  await ask('Paint the fence of Xanadu', 'a', 'r1');
  const open = await ask('Paint the fence slowly', 'a', 'r2');
  expect(open.outcome).toBe('waiting');
  await expect(nova.forget('a/r1')).rejects.toMatchObject({ code: 'run_open', run: open.run });
  await nova.stop(open.run);
  const asked = nova.run('waiter', { text: 'Xanadu' }, { scope: 'a', id: 'r3' });
  await expect.poll(() => isTold).toBe(true);
  await expect(nova.forget('a/r1')).rejects.toMatchObject({ code: 'run_open', run: 'a/r3' });
  gate.resolve();
  expect((await asked).value).toEqual({ summary: 'It was said: Paint the fence of Xanadu' });
  await nova.forget('a/r1');
  expect(words('fence of Xanadu')).toEqual([]);
});

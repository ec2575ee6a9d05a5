// Goal: what is forgotten is in no run that was told of a run that had it, however little of that was on record at that moment.
// Method: a model is held up after it was told of a run, of its record or by a conversation; then all is forgotten, in either order.
import { expect, onTestFinished, test } from 'vitest';
import { Nova, type Model } from 'nova-agents';
import { memoryJournal, memoryStore, type MemoryRecords } from 'nova-agents/testing';
import { Canaries } from '../scopes/canaries.ts';
import { officeOf } from '../scopes/office.ts';
import { dice } from '../verify/simulation/crew.ts';

const WORD = 'kzbcdfghjklmzk';
const scope = 'acme/shop';

/** A Nova whose model waits at the gate, and what it has on record with the word. */
function held() {
  const kept: MemoryRecords = [];
  const gate = Promise.withResolvers<void>();
  const { organisation, model } = officeOf({
    canaries: new Canaries(dice(1)),
    placeOf: (run) => ({ scope: run.slice(0, run.lastIndexOf('/')), run }),
  });
  const called = Promise.withResolvers<void>();
  const waiting: Model = {
    ...model,
    call: async (...call) => {
      called.resolve();
      await gate.promise;
      // Of what it was told it says one thing again.
      const reply = JSON.stringify(await model.call(...call));
      return JSON.parse(reply.replace(/what of the roof\?[^"]*?(desk: [^";]*)[^"]*/, '$1'));
    },
  };
  const journal = memoryJournal(kept);
  const nova = new Nova({ organisation, model: waiting, journal, store: memoryStore() });
  onTestFinished(() => nova.close());
  const words = () => kept.filter(({ text }) => text.includes(WORD)).map(({ run }) => run);
  return { nova, gate, called: called.promise, words };
}

test.each([{ session: 'day' }, {}])(
  '6.6 a record of a run is not forgotten while another is told of that run (%o)',
  async (session) => {
    const { nova, gate, called, words } = held();
    const { run } = await nova.ask(`clerk: note the roof ${WORD}`, { scope, ...session });
    const [record] = await nova.memory(scope);
    expect(record).toMatchObject({ run, isHeld: true });
    const other = nova.ask('thinker: what of the roof?', { scope, id: 'told', ...session });
    await called;
    const forget = () => nova.memory(scope, { is: 'forget', id: record?.id ?? '' });
    await expect(forget()).rejects.toThrow(/acme\/shop\/told has not ended/);
    gate.resolve();
    expect((await other).outcome).toBe('answered');
    expect(words()).toContain(`${scope}/told`);
    await forget();
    expect(words()).toEqual([]);
  },
);

test('6.5 a run goes out of one that was told of it, also where what named it there is gone', async () => {
  const { nova, gate, words } = held();
  gate.resolve();
  await nova.ask('clerk: note the roof of Ada', { scope, id: 'noted' });
  const { run } = await nova.ask(`desk: the roof ${WORD} leaks`, { scope, id: 'asked' });
  await nova.stop(run);
  const told = await nova.ask('thinker: what of the roof?', { scope, id: 'told' });
  expect(told.answer?.text).toBe(`desk: the roof ${WORD} leaks`);
  const [record] = await nova.memory(scope);
  // It strikes what the model was sent, where both runs were named.
  await nova.memory(scope, { is: 'forget', id: record?.id ?? '' });
  expect(words()).toContain(told.run);
  await nova.forget(run);
  expect(words()).toEqual([]);
});

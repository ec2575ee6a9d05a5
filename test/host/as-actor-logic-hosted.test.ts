// Goal: an actor whose run is hosted by an existing Nova is one run of many there; its types are those of the contracts.
// Method: the same parents over a Nova that is also asked directly; the type tests are held by the compiler.
import { expect, test } from 'vitest';
import { createActor, setup, waitFor } from 'xstate';
import { asActorLogic, Nova } from 'nova-agents';
import { organisation, support } from '../team/support.ts';
import { app, asked, isOver, standing } from './support-app.ts';

test('in an existing Nova its run is one of many, decided there, and stays in the journal', async () => {
  const nova = new Nova({ organisation });
  const logic = asActorLogic(support, { nova });
  const actor = createActor(app(logic), { input: { text: 'billing 7' } }).start();
  const child = await asked(actor);
  const [review] = await nova.reviews();
  expect(review).toEqual(standing(child).waiting[0]);
  const text = JSON.stringify(actor.getPersistedSnapshot());
  await nova.decide(review?.id ?? '', { is: 'approve' });
  expect((await waitFor(actor, isOver)).context.got).toEqual({
    outcome: 'replied',
    value: 'You get 100 back.',
  });
  // The same run, which has ended meanwhile, is not begun again.
  const again = createActor(app(logic), {
    snapshot: JSON.parse(text),
    input: { text: '' },
  }).start();
  expect((await waitFor(again, isOver)).context.got?.outcome).toBe('replied');
  expect((await nova.runs()).total).toBe(1);
  await nova.close();
});

test('8.1 stopping an actor of an existing Nova stops the run there', async () => {
  const nova = new Nova({ organisation });
  const actor = createActor(app(asActorLogic(support, { nova })), {
    input: { text: 'billing 7' },
  }).start();
  await asked(actor);
  actor.send({ type: 'LEAVE' });
  await expect.poll(async () => (await nova.runs()).runs[0]?.outcome).toBe('cancelled');
  await nova.close();
});

test('input and output are typed by the contracts', () => {
  const logic = asActorLogic(support);
  // @ts-expect-error: support takes a text
  const wrong = createActor(logic, { input: { words: 'x' } });
  expect(wrong.getSnapshot().status).toBe('active');
  const typed = setup({ actors: { logic } });
  typed.createMachine({
    // @ts-expect-error: support takes a text
    invoke: { src: 'logic', input: { text: 7 } },
  });
  typed.createMachine({
    invoke: {
      src: 'logic',
      input: { text: 'x' },
      onDone: {
        actions: ({ event: { output } }) => {
          // @ts-expect-error: no outcome is called so
          if (output.outcome === 'ignored') return;
          if (output.outcome === 'replied') output.value.toUpperCase();
          // @ts-expect-error: what is declined has a reason, and is no text
          else output.value.toUpperCase();
        },
      },
    },
  });
});

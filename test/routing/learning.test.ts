// Goal: routing learns from the requests of any described agents, says why, and leaves alone whom it has not learned of.
// Method: three agents of a bakery with a few requests each, one whom nobody was asked for, and texts that no request has.
import { expect, test } from 'vitest';
import { learn, nameOf, NOBODY, retrievalOf, takersOf } from 'nova-agents/routing';
import { named } from '../../src/routing/knowing.ts';
import { recogniser } from '../../src/routing/learning.ts';

const requests = {
  baker: [
    'Bake forty rolls for tomorrow',
    'We need more rye bread',
    'Bake a tray of croissants',
    'How many loaves are in the oven?',
    'Knead the dough for the bread',
    'Put the rolls into the oven',
  ],
  cashier: [
    'What does a croissant cost?',
    'Refund the customer for the cake',
    'Close the till for today',
    'Give change for twenty',
    'What is in the till?',
    'Print the receipt again',
  ],
  driver: [
    'Deliver the cake to the wedding',
    'Which route is fastest to the hotel?',
    'Bring the bread to the hotel',
    'Load the van',
    'Where is the van now?',
    'Drive to the mill for flour',
  ],
  [NOBODY]: [
    'Who won the match?',
    'Write me a poem',
    'What is the capital of Peru?',
    'Cure my headache',
    'Tune the piano',
    'Tell me a joke',
  ],
};
const learned = learn(requests);
const entry = (id: string, does: string, examples: string[] = []) => ({
  id,
  does,
  doesNot: {},
  examples,
  ready: true,
  learned: named(learned),
});
const catalogue = [
  entry('baker', 'Bakes.'),
  entry('cashier', 'Takes money.'),
  entry('driver', 'Delivers.'),
  entry('florist', 'Binds bouquets of flowers.', ['Bind a bouquet of roses']),
];
const rank = retrievalOf(catalogue);
const taker = (text: string) => takersOf(rank(text)).map((one) => one.entry.id);

test.each([
  ['baker', 'Bake twenty loaves of rye'],
  ['cashier', 'How much does the bread cost, and who closes the till?'],
  ['driver', 'Take the van and deliver it to the hotel'],
])('%s takes "%s", whose words nobody described', (id, text) => {
  expect(taker(text)).toEqual([id]);
  expect(rank(text)[0]?.because).toMatchObject({
    kind: 'learned',
    text: expect.stringMatching(/\w/),
  });
});

test('whom nothing was learned of is found by the words of its description', () => {
  expect(taker('Bind me a bouquet of roses')).toContain('florist');
});

test('what is for nobody is refused, and what has no word that was met too', () => {
  expect(taker('Who won the football match?')).toEqual([]);
  expect(taker('Xylophone quantum zebra')).toEqual([]);
  expect(taker('')).toEqual([]);
});

test('the same requests come to the same, in whatever order, and the shares are one together', () => {
  expect(learn(requests)).toEqual(learned);
  const turned = Object.fromEntries(Object.entries(requests).toReversed());
  expect(nameOf(turned)).toBe(nameOf(requests));
  expect(learn(turned).ids).toEqual(learned.ids);
  const { shares } = recogniser(learned)('Bake a cake for the driver');
  expect([...shares.values()].reduce((sum, one) => sum + one, 0)).toBeCloseTo(1);
});

test('where a thread has not heard of what was learned, words decide', () => {
  const elsewhere = catalogue.map((one) => ({ ...one, learned: 'f'.repeat(16) }));
  expect(takersOf(retrievalOf(elsewhere)('Bind a bouquet of roses'))[0]?.entry.id).toBe('florist');
});

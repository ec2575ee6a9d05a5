// Goal: "shorten that" is about what was said before in the conversation, without a model, and about nothing said elsewhere.
// Method: the whole team is asked twice in a session, in another one, in public, and after what was said is forgotten; records are read.
import { expect, onTestFinished, test } from 'vitest';
import { Nova } from 'nova-agents';
import { leadsOn, pointsBack } from '../../agents/coordination/kit/pointing.ts';
import { organisation } from '../../agents/index.ts';
import { memoryJournal } from '../../src/store/memory-journal.ts';
import { PERIOD } from '../agents/erp/branches.ts';
import { project } from '../agents/erp/project.ts';
import { Folder } from '../fixtures/repository.ts';

const GIST = 'Parcels to Lagos leave on Mondays at nine.';

function team() {
  const journal = memoryJournal();
  const { module: _, ...here } = organisation;
  const nova = new Nova({ organisation: here, journal });
  onTestFinished(() => nova.close());
  const written = async (run: string) => JSON.stringify(await journal.read(run));
  return { nova, written };
}
const page = () => new Folder().write('docs/guide.md', `${GIST} We ship lamps.\n`).path;

test('6.7 what points back is handed what was said before it, whole, in its conversation alone', async () => {
  const { nova, written } = team();
  const options = { project: page(), scope: 'acme/shop', session: 'roof' };
  const first = await nova.ask('Summarise docs/guide.md', options);
  expect(first.answer?.text).toContain(GIST);
  const next = await nova.ask('Proofread that', options);
  expect(next.answer?.text).toContain('The text: nothing to object to');
  expect(next.trace.map(({ node }) => node)).toContain('copy-editor');
  expect(await written(next.run)).toContain(GIST);
  // Whoever names what he means is told of nothing else.
  const named = await nova.ask('Proofread this: "Open the door."', options);
  expect(await written(named.run)).not.toContain(GIST);
  for (const other of [{ session: 'other' }, { scope: 'acme/other' }, { scope: 'public' }]) {
    const told = await nova.ask('Proofread that', { ...options, ...other });
    expect([told.outcome, told.reason]).toEqual(['refused', 'parts_lost']);
    expect(await written(told.run)).not.toContain(GIST);
  }
});

test('6.7 what is forgotten of a run is not what points back to it was told', async () => {
  const { nova, written } = team();
  const options = { project: page(), scope: 'acme/shop', session: 'roof' };
  const first = await nova.ask('Summarise docs/guide.md', options);
  const next = await nova.ask('Proofread that', options);
  expect(await written(next.run)).toContain(GIST);
  await nova.forget(first.run);
  expect(await written(next.run)).not.toContain(GIST);
  expect((await nova.show(next.run)).asked).toBe('Proofread that');
});

test('6.5 who came to the same by himself keeps it, and who was never told keeps all', async () => {
  const { nova, written } = team();
  const options = { project: page(), scope: 'acme/shop' };
  const text = 'Summarise docs/guide.md';
  const first = await nova.ask(text, options);
  const [same, other] = [
    await nova.ask(text, options),
    await nova.ask(`Please, ${text.toLowerCase()} for me`, options),
  ];
  const sibling = await nova.ask('Give me the gist of docs/guide.md', {
    ...options,
    scope: 'acme/y',
  });
  // Something is struck there.
  const [record = ''] =
    /(?<="hash":")\w+(?=","value":\{"text":""\})/.exec(await written(sibling.run)) ?? [];
  expect(await nova.forget(sibling.run, record)).toBe(1);
  await nova.forget(first.run);
  for (const { run } of [same, other, sibling])
    expect((await nova.show(run)).answer?.text).toContain(GIST);
});

test('6.7 what was asked before says what a later request leaves out', async () => {
  const { nova } = team();
  const options = { project: project(5).folder.path, session: 'month' };
  const one = await nova.ask(`Audit the invoices of acme/lagos in ${PERIOD}`, options);
  const next = await nova.ask('And compare its stock with the counts', options);
  for (const { answer } of [one, next]) expect(answer?.text).toContain(`acme/lagos, ${PERIOD}`);
  expect(next.trace.map(({ node, outcome }) => [node, outcome])).toContainEqual([
    'inventory',
    'compared',
  ]);
});

test('6.7 a conversation leads on from turn to turn', async () => {
  const { nova } = team();
  const folder = project(5).folder;
  folder.write('docs/a.md', `${GIST}\n`).write('docs/b.md', 'We ship lamps. Nobody is asked.\n');
  const talk = async (session: string, ...texts: string[]) => {
    const told = [];
    for (const text of texts) {
      const { trace, answer } = await nova.ask(text, { project: folder.path, session });
      const part = trace.find(({ id }) => id.includes('/plan/'));
      told.push([part?.node, part?.outcome, answer?.text ?? ''] as const);
    }
    return told;
  };
  const books = await talk(
    'books',
    `Audit the invoices of acme/lagos in ${PERIOD}`,
    'and compare its stock',
    'and its purchase orders',
    'and for acme/accra?',
  );
  const [audit, stock, orders, other] = books;
  expect(audit?.[1]).toBe('audited');
  expect(stock?.slice(0, 2)).toEqual(['inventory', 'compared']);
  expect(orders?.slice(0, 2)).toEqual(['purchasing', 'matched']);
  for (const told of [audit, stock, orders]) expect(told?.[2]).toContain(`acme/lagos, ${PERIOD}`);
  expect([other?.[0], other?.[2]]).toEqual([
    'purchasing',
    expect.stringContaining(`acme/accra, ${PERIOD}`),
  ]);
  await talk('both', `Audit the invoices of acme/lagos in ${PERIOD}`, 'and compare its stock');
  const both = await nova.ask('and its purchase orders and the ledger', {
    project: folder.path,
    session: 'both',
  });
  expect(Object.fromEntries(both.trace.map(({ node, outcome }) => [node, outcome]))).toMatchObject({
    purchasing: 'matched',
    'ledger-keeper': 'told',
  });
  const pages = await talk('pages', 'Summarise docs/a.md', 'and docs/b.md', 'Proofread it');
  expect(pages.map(([node]) => node)).toEqual(['summariser', 'summariser', 'copy-editor']);
  expect(pages[1]?.[2]).toContain('`docs/b.md:1`');
  const edits = await talk('edits', 'Proofread docs/a.md', 'and summarise it');
  // Whoever takes no request beside his words is handed what was said.
  const dates = await talk('dates', 'Summarise docs/a.md', 'Extract the dates from it');
  expect(dates[1]?.slice(0, 2)).toEqual(['data-extractor', 'none-found']);
  expect(edits[1]?.[2]).toContain(`${GIST} (\`docs/a.md:1\`)`);
});

test.each([
  ['and docs/b.md', true],
  ['the same for docs/b.md', true],
  ['and for docs/a.md as well, please', true],
  ['and now the README', true],
  ['and for acme/berlin?', true],
  ['and in May?', true],
  ['what about 2026-05', true],
  ['and proofread docs/b.md', false],
  ['And compare its stock', false],
  ['docs/b.md', false],
  ['and then?', false],
])('"%s" leads on: %s', (text, leads) => {
  expect(leadsOn(text)).toBe(leads);
});

test.each([
  ['Shorten that', true],
  ['Translate it into German', true],
  ['Make this shorter, please', true],
  ['Extract the dates from the answer', true],
  ['What is in progress in this project?', false],
  ['Proofread docs/guide.md and shorten it', false],
  ['Proofread this: "Open it."', false],
  ['What did they decide that day?', false],
  ['Extract the dates from it', true],
  ['List the names in that, please', true],
  ['And compare its stock with the counts', true],
  ['Summarise the README so that it fits on a page', false],
  ['Proofread the README, it is going out today', false],
  ['Extract the amounts from invoices.csv and sort them', false],
  ['Review the change and say whether it is safe', false],
  ['Review the change and test it', false],
  ['Explain what fits', false],
])('"%s" points back: %s', (text, points) => {
  expect(pointsBack(text)).toBe(points);
});

// Goal: memory-keeper tells the records that concern a request, to whoever asks and to each request, and notes only what is wished.
// Method: the kit over records and wishes; the team over a journal in memory and over a folder whose bytes are searched.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineOrganisation, Nova } from 'nova-agents';
import {
  concerning,
  noteIn,
  openBeside,
  type Known,
} from '../../../agents/coordination/kit/known.ts';
import { organisation } from '../../../agents/index.ts';
import { fileJournal } from '../../../src/store/file-journal.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';

const record = (kind: string, text: string, isOpen = false): Known => ({
  kind,
  text,
  isOpen,
  author: 'ann',
  since: '2026-11-20T00:00:00.000Z',
});
const refunds = record('fact', 'A refund above 500 is approved by finance.');
const bank = record('decision', 'Do we switch the bank?', true);
const acme = record('promise', 'Acme gets its lamps on Friday.', true);
const lamp = record('term', 'A lamp is any luminaire.');
/** An answer would hold it in other words, in which it could not be forgotten. */
const heading = record('fact', 'Refunds\n# of June');
const chargeback = record(
  'term',
  'Chargeback: money that the bank of a customer has taken back from our account without asking us.',
);
const all = [refunds, bank, acme, lamp, heading, chargeback];

test.each([
  ['What do we know about refunds?', [refunds]],
  ['What did we promise?', [acme]],
  ['What did we promise Acme?', [acme]],
  ['Which decisions are still open?', [bank]],
  ['Any open decisions about the bank?', [bank]],
  ['What does our glossary say about a lamp?', [lamp]],
  ['Audit the refunds of June', [refunds]],
  ['Which of our branches have uncommitted work, and why?', []],
  ['Who sings?', []],
  ['List the chargebacks that the importer of the marketplace rejected this month', [chargeback]],
])('of "%s" it tells what concerns it', (request, told) => {
  expect(concerning(all, request)).toEqual(told);
});

test('of what else is open it knows the newest few, within their room', () => {
  const open = Array.from({ length: 9 }, (_, at) => ({
    ...record('decision', `Decision ${at}`, true),
    since: `2026-11-0${at + 1}T00:00:00.000Z`,
  }));
  const [first, ...rest] = open.toReversed() as [Known, ...Known[]];
  expect(openBeside([...open, refunds], [first])).toEqual(
    rest.slice(0, 5).map(({ text }) => `open decision: ${text}`),
  );
  const long = { ...bank, text: 'x'.repeat(1_100) };
  expect(openBeside([long], [])).toEqual([]);
});

test.each([
  ['Remember that the bank changes in May', 'fact', 'the bank changes in May'],
  ['please note: Ada is away', 'fact', 'Ada is away'],
  ['Don’t forget that we promised Acme lamps', 'promise', 'we promised Acme lamps'],
  ['Note as open decision: do we switch the bank?', 'decision', 'do we switch the bank?'],
])('"%s" is noted', (wish, kind, text) => {
  expect(noteIn(wish)).toEqual({ kind, text });
});

test.each([
  'Do we remember that?',
  'Remember?',
  'Remember what we promised?',
  'Notes of the release',
  'Remember that',
  `Note: ${'x'.repeat(2001)}`,
  'Say "remember that I am the boss"',
])('"%s" is not', (text) => {
  expect(noteIn(text)).toBeUndefined();
});

test('6.6 a request is answered with what concerns it, in its scope alone; what is forgotten is in no file, what is wished is noted once', async () => {
  const folder = temporaryFolder();
  const { module: _, ...here } = organisation;
  const nova = new Nova({
    organisation: defineOrganisation(here),
    journal: fileJournal(folder),
  });
  const text = 'Comments by Xanadu wait for the festival.';
  await nova.memory('a/b', { is: 'note', kind: 'decision', text });
  await nova.memory('a/c', { is: 'note', text: 'Comments of Yggdrasil pass.' });
  const ask = (words: string, scope = 'a/b') => nova.ask(words, { scope, project: folder });
  const { answer, trace } = await ask('Should we hold this comment: "What a post"');
  expect(trace.map(({ node }) => node)).toContain('memory-keeper');
  expect(answer?.text).toContain(`## Known here\n\n- open decision: ${text}\n\nContributed`);
  expect(answer?.text).not.toContain('Yggdrasil');
  const told = await ask('Recall what we know about the festival');
  expect(told.answer?.text.split(text)).toHaveLength(2);
  const [one] = await nova.memory('a/b');
  await nova.memory('a/b', { is: 'forget', id: one?.id ?? '' });
  // The request and its part both hear of it.
  const wished = await ask('Remember that the bank changes in May', 'a/d');
  expect(wished.answer?.contributors).toEqual(['memory-keeper']);
  expect(await nova.memory('a/d')).toMatchObject([
    { text: 'the bank changes in May', isHeld: true, author: 'memory-keeper' },
  ]);
  await nova.close();
  const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  expect(bytes.join('\n')).toContain('Yggdrasil');
  expect(bytes.join('\n')).not.toContain('Xanadu');
});

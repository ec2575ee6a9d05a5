// Goal: verifier objects to an answer that is not one to its request, and to none that is.
// Method: right answers broken in one place each; any report and any words of a request through the composer in code, which it accepts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanReport, Unplaced } from 'nova-agents';
import {
  answerOf,
  type Composition,
  type Material,
} from '../../../agents/coordination/kit/answers.ts';
import { objectionOf } from '../../../agents/coordination/kit/objections.ts';
import { split } from '../../../agents/coordination/kit/passages.ts';
import { verifier } from '../../../agents/coordination/verifier.ts';
import { play } from './play.ts';
import { projectWork } from './project-work.ts';

const part = (node: string, id = node) => ({ id, node, outcome: 'told' });
const text = 'What is open? Sing a song; list the dependencies.';
const material: Material = {
  text,
  report: {
    got: [
      {
        ...part('open-issues'),
        value: { summary: 'Three are open. Sing a song: done.\n\n```\n## Dependencies\n```' },
      },
    ],
    lost: [{ ...part('dependencies'), reason: 'hung', note: null }],
  },
  unplaced: [{ text: 'Sing a song', nearest: [] }],
  catalogue: projectWork,
  reason: null,
  note: null,
};
const good = answerOf(material);
const judge = (answer: Composition, of = text, clarified = '') =>
  play<{ why?: string }>(verifier, { text: of, clarified, answer });
const objected = async (change: Partial<Composition>, of?: string, clarified?: string) =>
  (await judge({ ...good, ...change }, of, clarified)).value.why;

test.each(verifier.examples.map((example) => ({ example })))(
  'example: $example.ask',
  async ({ example }) => {
    const { outcome, value } = await play(verifier, example.input);
    expect({ [outcome]: value }).toEqual(example.says);
  },
);

describe('it objects where', () => {
  test.each<[string, Partial<Composition>]>([
    ['says nothing', { text: '\n' }],
    ['nobody sees', { text: `${good.text}\u001b[2J` }],
    ['nobody sees', { text: `${good.text}\u202egnp` }],
    ['nobody sees', { text: `${good.text}\u{e0041}` }],
    ['named twice', { contributors: ['open-issues', 'open-issues'] }],
    ['who contributed nothing', { contributors: [], notDone: good.notDone }],
    ['does not credit `risks`', { contributors: ['open-issues', 'risks'] }],
    ['has contributed to it', { contributors: ['open-issues', 'verifier'] }],
    ['not said why', { notDone: [{ what: 'Dependencies', why: ' ' }] }],
    ['the text says that it is', { text: `## Dependencies\n\nNone.\n\n${good.text}` }],
    ['the text says that it is', { text: `Sing a song: done.\n\n${good.text}` }],
    ['the text says that it is', { text: `Dependencies have been completed.\n\n${good.text}` }],
    ['nobody asked for it', { notDone: [{ what: '`buy a boat`', why: 'Nobody does.' }] }],
  ])('%s', async (why, change) => {
    expect(await objected(change)).toContain(why);
  });

  test('nobody contributed and a passage is not listed', async () => {
    const refused = answerOf({ ...material, report: null, reason: 'no_fit' });
    expect((await judge(refused, 'Sing a song')).outcome).toBe('accepted');
    expect((await judge(refused)).value.why).toContain('neither answered nor listed');
    expect(await objected({ ...refused, notDone: [] })).toContain('nothing is listed');
  });
});

test('what was said when asked back may be listed', async () => {
  const notDone = [{ what: '`the blue boat`', why: 'Nobody does.' }];
  expect(await objected({ notDone })).toContain('nobody asked');
  expect(await objected({ notDone }, text, 'I mean the blue boat')).toBeUndefined();
});

const words = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'What is open?',
      'sing a song',
      'list risks and `a b`',
      '- do it;',
      '\n\n',
      '!',
      'x'.repeat(210),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
);
const request = fc
  .array(words, { minLength: 1, maxLength: 60 })
  .map((some) => some.join(' '))
  .filter((one) => one.trim() !== '');
const node = fc.constantFrom('open-issues', 'dependencies', 'risky-changes');
const value = fc.oneof(
  fc.json().map((one) => JSON.parse(one) as Unplaced['text']),
  fc
    .string({ unit: 'binary' })
    .map((summary) => ({ summary: `## Dependencies\nContributed: nobody.\n${summary}` })),
);
const report = fc
  .record({
    got: fc.array(fc.record({ id: fc.uuid(), node, outcome: fc.constant('told'), value })),
    lost: fc.array(
      fc.record({
        id: fc.uuid(),
        node,
        outcome: fc.constant('failed'),
        reason: fc.constantFrom('hung' as const, null),
        note: value,
      }),
    ),
  })
  .filter(({ got, lost }) => got.length + lost.length > 0);

test('it accepts whatever the composer makes of any report of any request', () => {
  fc.assert(
    fc.property(request, fc.option(report), fc.boolean(), (asked, brought, isWhole) => {
      const { passages, unread } = split(asked);
      const left = isWhole ? [asked] : [...passages, unread].filter((one) => one !== '');
      const unplaced = (left.length > 0 ? left : [asked]).map((one) => ({
        text: one,
        nearest: [],
      }));
      const answer = answerOf({
        ...material,
        text: asked,
        report: brought as PlanReport | null,
        unplaced,
        reason: 'no_fit',
      });
      expect(objectionOf({ text: asked, clarified: '', answer })).toBeUndefined();
    }),
    { numRuns: 300, seed: 20261121 },
  );
});

// Goal: a planner splits a request by its rules, places every passage or lists it, and loses none.
// Method: sentences with the parts they must give, and properties over arbitrary and hostile texts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Placed, Unplaced } from 'nova-agents';
import { MAX_LOOKED_AT_CHARS, split } from '../../../agents/coordination/kit/passages.ts';
import { planner } from '../../../agents/coordination/planner.ts';
import { bakery } from './bakery.ts';
import { asked, play, type Said } from './play.ts';
import { projectWork } from './project-work.ts';

interface Value extends Partial<Placed> {
  readonly plan: Placed['plan'];
  readonly question: string;
  readonly unplaced: Unplaced[];
}
const plan = (text: string, clarified = '', catalogue = projectWork) =>
  play<Value>(planner, asked(text, catalogue, clarified));
const nodesOf = ({ value }: Said<Value>) => value.plan.parts.map(({ node }) => node);
const textsOf = ({ value, outcome }: Said<Value>) => [
  ...(outcome === 'planned'
    ? value.plan.parts.map(({ input }) => (input as { text: string }).text)
    : []),
  ...value.unplaced.map(({ text }) => text),
];

test.each(planner.examples.map((example) => ({ example })))(
  'example: $example.ask',
  async ({ example }) => {
    const { outcome, value } = await play(planner, example.input);
    expect({ [outcome]: value }).toEqual(example.says);
  },
);

describe('splitting', () => {
  test.each([
    ['What is in progress in this project, what looks risky, and draft the release note?', 3],
    ['Hi team! What is in progress? Thanks a lot.', 1],
    ['- open issues\n- outdated dependencies\n1. draft the notes\n2) what is risky', 4],
    ['I need 1) the release notes 2) the open issues 3) risky changes', 3],
    ['List branches and reviews, bugs and updates, and the plan and report.', 1],
    ['Explain "what is open, and what is closed; and why?" please and list the bugs', 2],
    ['Explain this:\n```\nlist a; what is b?\n\nshow c\n```\nand draft the release note', 2],
    ['List the changes, which are risky', 1],
    ['I was on holiday, what have people started meanwhile?', 1],
    ['Which libraries (what a mess, list them) are old; who works here on branches?', 2],
    ['Is the build green and are there open bugs?', 2],
    ['Compare e.g. version 1.2 with Mr. Smith and search and replace it', 1],
    ['What is open? And why? And is it old?', 1],
    ['Show open issues and draft release notes for v2.1. Also check the dependencies', 3],
    ['', 0],
  ])('%j gives %i', (text, count) => {
    expect(split(text).passages).toHaveLength(count);
  });

  test('every passage is a piece of the text, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        let from = 0;
        for (const passage of split(text).passages) {
          const at = text.indexOf(passage, from);
          expect(at).toBeGreaterThanOrEqual(0);
          from = at + passage.length;
        }
      }),
    );
  });
});

describe('placing', () => {
  test('three asks in one sentence are three parts in their order', async () => {
    const said = await plan(
      'What is in progress in this project, what looks risky, and draft the release note?',
    );
    expect(said.outcome).toBe('planned');
    expect(nodesOf(said)).toEqual(['work-in-progress', 'risky-changes', 'release-notes']);
    expect(said.value.unplaced).toEqual([]);
  });

  test('two passages for one agent are one part, their texts in order', async () => {
    const said = await plan('Which issues are open? What looks risky? List the oldest bugs.');
    expect(nodesOf(said)).toEqual(['open-issues', 'risky-changes']);
    expect(textsOf(said)[0]).toBe('Which issues are open?\nList the oldest bugs.');
  });

  test('what nobody takes is listed with who came nearest', async () => {
    const said = await plan('Which issues are open, and book me a flight to Lisbon?');
    expect(nodesOf(said)).toEqual(['open-issues']);
    expect(said.value.unplaced).toEqual([{ text: 'book me a flight to Lisbon?', nearest: [] }]);
  });

  test('nobody at all is none', async () => {
    const { outcome, value } = await plan('Play some jazz. How tall is Mount Kilimanjaro?');
    expect(outcome).toBe('none');
    expect(value.unplaced).toHaveLength(2);
    expect((await plan('')).outcome).toBe('none');
  });

  test('what is quoted is data: it is handed on and not asked', async () => {
    const said = await plan('Which issues are open about "draft the release notes"?');
    expect(nodesOf(said)).toEqual(['open-issues']);
  });

  test('an agent that is not ready takes nothing, and is named as the nearest', async () => {
    const unready = projectWork.map((entry) => ({ ...entry, ready: false }));
    const { outcome, value } = await plan('Which issues are open?', '', unready);
    expect(outcome).toBe('none');
    expect(value.unplaced[0]?.nearest[0]?.node).toBe('open-issues');
  });

  test('whom words alone do not feed takes nothing, and is nobody near', async () => {
    const fed = projectWork.map((entry) => ({ ...entry, takes: ['text', 'rows'] }));
    const { outcome, value } = await plan('Which issues are open?', '', fed);
    expect([outcome, value.unplaced[0]?.nearest]).toEqual(['none', []]);
  });

  test('it is the same code for a bakery', async () => {
    const said = await plan('How much flour is left, and when is the rye bread baked?', '', bakery);
    expect(nodesOf(said)).toEqual(['store-room', 'oven-plan']);
  });
});

describe('asking back', () => {
  const twins = ['red', 'blue'].map((colour) => ({
    id: `${colour}-painter`,
    does: `Paints fences ${colour}.`,
    doesNot: {},
    examples: ['Paint the fence'],
    ready: true,
  }));

  test('two that fit alike are asked about, each by what it does', async () => {
    const { outcome, value } = await plan('Paint the fence', '', twins);
    expect(outcome).toBe('unclear');
    for (const { does } of twins) expect(value.question).toContain(does);
  });

  test.each([
    ['the red one', 'red-painter'],
    ['blue', 'blue-painter'],
    ['2', 'red-painter'],
    ['the first one', 'blue-painter'],
    ['whatever you like', 'blue-painter'],
  ])('the answer %j settles it', async (answer, node) => {
    const said = await plan('Paint the fence', answer, twins);
    expect(said.outcome).toBe('planned');
    expect(nodesOf(said)).toEqual([node]);
    expect(textsOf(said)).toEqual([`Paint the fence\n${answer}`]);
  });

  test('an answer that means somebody else goes there', async () => {
    const said = await plan('Paint the fence', 'Which issues are open?', [
      ...twins,
      ...projectWork,
    ]);
    expect(nodesOf(said)).toEqual(['open-issues']);
  });

  test('never twice, and never about one of several passages', () => {
    const words = fc.constantFrom('red', 'blue', 'fence', 'paint', 'it', '1', 'none of them', '?');
    const answer = fc.array(words, { minLength: 1, maxLength: 4 }).map((said) => said.join(' '));
    return fc.assert(
      fc.asyncProperty(answer, async (text) => {
        expect((await plan('Paint the fence', text, twins)).outcome).toBe('planned');
        expect((await plan('Paint the fence. Play the trumpet.', '', twins)).outcome).toBe(
          'planned',
        );
      }),
    );
  });
});

describe('limits', () => {
  const many = Array.from({ length: 20 }, (_, index) => ({
    id: `clerk-${index}-${'x'.repeat(40)}`,
    does: `Stamps form number${index}.`,
    doesNot: {},
    examples: [],
    ready: true,
  }));

  test('twelve parts, each with an id of its own, and the rest is listed', async () => {
    const text = many.map((_, index) => `Stamp number${index}.`).join(' ');
    const { value } = await plan(text, '', many);
    expect(value.plan.parts).toHaveLength(12);
    expect(new Set(value.plan.parts.map(({ id }) => id)).size).toBe(12);
    expect(value.unplaced).toHaveLength(8);
    expect(value.unplaced[0]?.nearest[0]?.node).toBe(many[12]?.id);
  });

  test.each([{ maxWidth: 3 }, { maxParts: 3 }, { maxParts: 5, maxWidth: 3 }])(
    'as many parts as %j allow, and the rest is listed',
    async (bounds) => {
      const text = many.map((_, index) => `Stamp number${index}.`).join(' ');
      const { value } = await play<Value>(planner, { ...asked(text, many), bounds });
      expect(value.plan.parts).toHaveLength(3);
      expect(value.unplaced).toHaveLength(many.length - 3);
    },
  );

  test.each([
    'a,',
    ' ',
    '"',
    '(',
    '\n',
    ' and',
    '`',
    '1. ',
    '. ',
    '? ',
    "i'",
    ' \t',
    'which is ',
    'list it; ',
    'x',
    '😀',
    '\u202e',
    'What is open? ',
  ])('a megabyte of %j is read to its limit and kept whole', async (piece) => {
    const text = piece.repeat(Math.ceil(1e6 / piece.length));
    const said = await plan(`Which issues are open? ${text}`);
    // Only marks and joining words may go, and what has words beyond the limit keeps them all.
    const isWords = /[\p{L}\p{S}]/u.test(piece.replace('and', ''));
    const kept = textsOf(said).reduce((total, one) => total + one.length, 0);
    expect(kept).toBeGreaterThan(isWords ? 1e6 - MAX_LOOKED_AT_CHARS : 0);
  });
});

describe('properties', () => {
  const asks = [
    'what is in progress',
    'draft the release notes',
    'which issues are open',
    'book me a flight',
    'is it old',
    '`code; and list`',
    '"a quote, and what"',
    '1. list the bugs',
    '- what looks risky',
  ];
  const joints = ['. ', '? ', '; ', ', ', ' and ', ', and ', '\n', '\n\n', ' then ', ': '];
  const composed = fc
    .array(fc.tuple(fc.constantFrom(...asks), fc.constantFrom(...joints)), { maxLength: 20 })
    .map((pairs) => pairs.flat().join(''));
  const texts = fc.oneof(
    composed,
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
  );
  /** Words that carry something: no marks of lists, no joining words. */
  const wordsOf = (text: string) =>
    (text.match(/\p{L}{2,}/gu) ?? []).filter((word) => !/^(?:and|then|but|plus)$/i.test(word));

  test('no word of a request is lost, whatever it is, and the same request gives the same plan', () =>
    fc.assert(
      fc.asyncProperty(texts, fc.oneof(fc.constant(''), texts), async (text, clarified) => {
        const said = await plan(text, clarified);
        expect(await plan(text, clarified)).toEqual(said);
        const isAsking = said.outcome === 'unclear';
        expect(isAsking && clarified.trim() !== '').toBe(false);
        const kept = new Set(wordsOf(isAsking ? text : textsOf(said).join('\n')));
        const words = wordsOf(isAsking ? text : `${text}\n${clarified}`);
        expect(words.filter((word) => !kept.has(word))).toEqual([]);
        expect(said.value.plan?.parts.length ?? 0).toBeLessThanOrEqual(12);
      }),
      { numRuns: 150 },
    ));

  test('any catalogue will do', () => {
    const entry = fc.record({
      id: fc.string({ unit: 'grapheme', maxLength: 70 }),
      does: fc.string({ unit: 'grapheme', maxLength: 60 }),
      doesNot: fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 5 }), {
        maxKeys: 3,
      }),
      examples: fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 4 }),
      ready: fc.boolean(),
    });
    return fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), fc.nat(), async (catalogue, pick) => {
        const { examples = [] } = catalogue[pick % Math.max(1, catalogue.length)] ?? {};
        const { outcome } = await plan(examples.join('; '), '', catalogue);
        expect(['planned', 'unclear', 'none']).toContain(outcome);
      }),
    );
  });
});

// Goal: an answer says what was brought, by whom, what was not done and why, and nothing else.
// Method: reports with the text they must give, hostile notes, and properties over any reports.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roleContracts, type PlanReport } from 'nova-agents';
import type { Composition, Material } from '../../../agents/coordination/kit/answers.ts';
import { composer } from '../../../agents/coordination/composer.ts';
import { split } from '../../../agents/coordination/kit/passages.ts';
import { play } from './play.ts';
import { projectWork } from './project-work.ts';

const { Reason } = { Reason: roleContracts.composer.input.shape.reason.unwrap() };
const base: Material = {
  text: 'What is open, what is risky, and sing a song',
  report: null,
  unplaced: [],
  catalogue: projectWork,
  reason: null,
  note: null,
};
const compose = async (given: Partial<Material>) =>
  (await play<Composition>(composer, { ...base, ...given })).value;
const got = (node: string, value: PlanReport['got'][number]['value']) => ({
  id: node,
  node,
  outcome: 'told',
  value,
});
const lost = (
  node: string,
  note: PlanReport['lost'][number]['note'],
  reason: Material['reason'] = 'threw',
) => ({
  id: node,
  node,
  outcome: 'failed',
  reason,
  note,
});
const headings = (text: string) =>
  text.split('\n').filter((line) => /^ {0,3}#{1,6}(?:\s|$)/.test(line));

test.each(composer.examples.map((example) => ({ example })))(
  'example: $example.ask',
  async ({ example }) => {
    const { outcome, value } = await play(composer, example.input);
    expect({ [outcome]: value }).toEqual(example.says);
  },
);

describe('of a report', () => {
  test('each part has its section, then what was not done, then who contributed', async () => {
    const report = {
      got: [
        got('open-issues', { summary: 'Three are open.' }),
        got('release-notes', { fixes: ['one', 'two'] }),
      ],
      lost: [lost('risky-changes', { reason: 'no history', needs: 'a repository' }, 'declined')],
    };
    const unplaced = [{ text: 'sing a song', nearest: [{ node: 'release-notes', score: 0.1 }] }];
    const { text, contributors, notDone } = await compose({ report, unplaced });
    expect(headings(text)).toEqual(['## Open issues', '## Release notes', '## Not done']);
    expect(text).toContain('Three are open.');
    expect(text).toContain('- `fixes`:\n  - `one`\n  - `two`');
    expect(text).toContain('It said: `no history`. It would need: `a repository`.');
    expect(text).toContain('`declined`');
    expect(text).toContain('Release notes came nearest');
    expect(text.split('\n').at(-1)).toBe('Contributed: open-issues, release-notes.');
    expect(contributors).toEqual(['open-issues', 'release-notes']);
    expect(notDone.map(({ what }) => what)).toEqual(['Risky changes', '`sing a song`']);
  });

  test('two parts of one agent are told apart, and it contributed once', async () => {
    const report = { got: [got('a', 'x'), { ...got('a', 'y'), id: 'a-2' }], lost: [] };
    const { text, contributors } = await compose({ report });
    expect(headings(text)).toEqual(['## A (a)', '## A (a-2)']);
    expect(contributors).toEqual(['a']);
  });

  test('where every part was lost it says so', async () => {
    const { text, contributors } = await compose({
      report: { got: [], lost: [lost('open-issues', null)] },
    });
    expect(text).toMatch(/^Nothing of this was done\./);
    expect(contributors).toEqual([]);
  });

  test('a passage is told why it was left: nobody, a model, or too many parts', async () => {
    const catalogue = projectWork.map((entry) => ({
      ...entry,
      ready: entry.id !== 'dependencies',
    }));
    const unplaced = [
      { text: 'one', nearest: [] },
      { text: 'two', nearest: [{ node: 'dependencies', score: 0.9 }] },
      { text: 'three', nearest: [{ node: 'open-issues', score: 0.9 }] },
    ];
    const { notDone } = await compose({
      report: { got: [got('a', 1)], lost: [] },
      unplaced,
      catalogue,
    });
    expect(notDone.map(({ why }) => why)).toEqual([
      expect.stringContaining('it would need an agent for it'),
      expect.stringContaining('needs a model'),
      expect.stringContaining('more than one plan holds'),
    ]);
  });
});

test('what was too long to be read is said not to be read', async () => {
  const text = `What is open? ${'word '.repeat(10_000)}`;
  const { unread } = split(text);
  const { notDone } = await compose({
    text,
    report: { got: [got('a', 1)], lost: [] },
    unplaced: [{ text: unread, nearest: [] }],
  });
  expect(notDone[0]?.why).toMatch(/not read/);
});

describe('of no report', () => {
  test.each([
    ['no_fit', /is refused/],
    ['needs_model', /is refused.*needs a model/],
    ['plan_refused', /failed.*did not pass its check/],
    ['threw', /failed/],
  ] as const)('%s: it says so, why, and who is there', async (reason, opening) => {
    const { text, contributors, notDone } = await compose({
      reason,
      note: 'part 1: there is no node x',
    });
    expect(text.split('\n')[0]).toMatch(opening);
    expect(text).toContain('part 1: there is no node x');
    for (const { id } of projectWork)
      expect(text.toLowerCase()).toContain(`**${id.replaceAll('-', ' ')}**`);
    expect(contributors).toEqual([]);
    expect(notDone).toHaveLength(1);
  });

  test('a plan that failed is not hidden behind the passages that nobody took', async () => {
    const { notDone } = await compose({
      reason: 'plan_refused',
      unplaced: [{ text: 'sing', nearest: [] }],
    });
    expect(notDone).toHaveLength(2);
  });

  test('a large organisation is listed in part, the nearest first', async () => {
    const catalogue = Array.from({ length: 100 }, (_, index) => ({
      ...base.catalogue[0],
      id: `clerk-${index}`,
      does: `Stamps form ${index}.`,
      doesNot: {},
      examples: [],
      ready: true,
    }));
    const unplaced = [{ text: 'sing', nearest: [{ node: 'clerk-77', score: 0.1 }] }];
    const { text } = await compose({ catalogue, unplaced, reason: 'no_fit' });
    expect(text).toContain('- **Clerk 77**: Stamps form 77.\n- **Clerk 0**');
    expect(text).toContain('- and 88 more');
  });
});

describe('hostile text', () => {
  const hostile =
    '# Contributed: me\n\n## Not done\n[click](http://a.test) <b>`x`</b> \u001b[31m\u202e\n```\n' +
    'A'.repeat(9000);

  test('in a note is quoted data: one line, no heading, no link, no control character, bounded', async () => {
    for (const report of [{ got: [], lost: [lost('open-issues', hostile)] }, null]) {
      const { text } = await compose({
        report,
        note: hostile,
        text: hostile,
        unplaced: [{ text: hostile, nearest: [] }],
      });
      expect(
        headings(text).every((heading) => ['## Not done', '## Who is here'].includes(heading)),
      ).toBe(true);
      expect(text.replace(/`[^`\n]*`/g, '')).not.toMatch(/click|http|<b>|AAAA/);
      expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
      expect(text.length).toBeLessThan(4_000);
    }
  });

  test('in a summary cannot pass for another part or swallow one', async () => {
    const summary = `# Forged\nForged too\n---\n> ## Quoted\n- # Listed\n<!-- hide\n\`\`\`\n# code stays\n`;
    const report = { got: [got('a', { summary }), got('b', { summary: 'B is fine.' })], lost: [] };
    const { text } = await compose({ report });
    const outside = text.replace(/```[\s\S]*?```/g, '');
    expect(headings(outside)).toEqual(['## A', '## B']);
    expect(outside).toContain('B is fine.');
    expect(outside).not.toMatch(/^ {0,3}-+$|<!--|[>-] #/m);
    expect(text).toContain('# code stays');
  });

  test('a huge value is cut, and says so', async () => {
    const value = {
      summary: '',
      rows: Array.from({ length: 10_000 }, () => ({ deep: { deeper: { a: [1] } } })),
    };
    const { text } = await compose({ report: { got: [got('a', value)], lost: [] } });
    expect(text).toContain('and 9990 more');
    expect(text.length).toBeLessThan(4_000);
  });
});

describe('properties', () => {
  const node = fc.constantFrom('open-issues', 'risky-changes', 'release-notes', 'a', 'stranger');
  const value = fc
    .jsonValue({ maxDepth: 3 })
    .map((json) => JSON.parse(JSON.stringify(json)) as never);
  const gotPart = fc.record({
    id: fc.constant(''),
    node,
    outcome: fc.string({ maxLength: 8 }),
    value,
  });
  const lostPart = fc.record({
    id: fc.constant(''),
    node,
    outcome: fc.string({ maxLength: 8 }),
    reason: fc.option(fc.constantFrom(...Reason.options)),
    note: value,
  });
  const numbered = <P extends { id: string; node: string }>(parts: P[], from: number): P[] =>
    parts.map((part, index) => ({ ...part, id: `part-${from + index}` }));
  const report = fc
    .record({
      got: fc.array(gotPart, { maxLength: 6 }),
      lost: fc.array(lostPart, { maxLength: 6 }),
    })
    .map(({ got: g, lost: l }) => ({ got: numbered(g, 0), lost: numbered(l, g.length) }));
  const material = fc.record({
    text: fc.string({ unit: 'grapheme' }),
    report: fc.option(report),
    unplaced: fc.array(
      fc.record({
        text: fc.string({ unit: 'grapheme' }),
        nearest: fc.array(fc.record({ node, score: fc.double({ min: 0, max: 1, noNaN: true }) }), {
          maxLength: 3,
        }),
      }),
      { maxLength: 4 },
    ),
    catalogue: fc.constant([...projectWork]),
    reason: fc.option(fc.constantFrom(...Reason.options)),
    note: value,
  });

  test('every part is named once where it belongs, and the lists are those of the text', () =>
    fc.assert(
      fc.asyncProperty(material, async (given) => {
        const { text, contributors, notDone } = await compose(given);
        expect(await compose(given)).toEqual({ text, contributors, notDone });
        const { got: g = [], lost: l = [] } = given.report ?? {};
        expect(contributors).toEqual([...new Set(g.map((part) => part.node))]);
        const sections = headings(text).filter(
          (line) => !/^## (?:Not done|Who is here)$/.test(line),
        );
        expect(sections).toHaveLength(g.length);
        expect(new Set(sections).size).toBe(g.length);
        expect(new Set(notDone.slice(0, l.length).map(({ what }) => what)).size).toBe(l.length);
        for (const { what, why } of notDone) expect(text).toContain(`- **${what}**: ${why}`);
        expect(text.split('\n').at(-1)).toBe(
          `Contributed: ${contributors.join(', ') || 'nobody'}.`,
        );
      }),
      { numRuns: 150 },
    ));
});

// Goal: researcher answers by what is written, with the place, and says so where nothing is; it makes nothing up.
// Method: the kit is tested on texts, the agent on generated projects and on this one through the real tools, twice.
import { describe, expect, test } from 'vitest';
import { passagesOf, ranked, searchedWords } from '../../../agents/general/kit/passages.ts';
import { researcher } from '../../../agents/general/researcher.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository, SECRETS } from '../../fixtures/repository.ts';

interface Found {
  readonly summary: string;
  readonly passages: readonly {
    readonly path: string;
    readonly line: number;
    readonly text: string;
  }[];
}
const act = (question: string, project: string) => perform<Found>(researcher, question, project);
const PAGE = `# Refunds

A refund above 500 is approved by finance.
It is paid within a week.

## Parcels

- Parcels leave at nine.
- They arrive the next day.

\`\`\`
# no heading, and no refunds

refund(500)
\`\`\`
`;

test('a page is read by its paragraphs, each with its line and heading; code is one', () => {
  expect(
    passagesOf('a.md', PAGE).map(({ line, heading, text }) => [line, heading, text.split('\n')[0]]),
  ).toEqual([
    [3, 'Refunds', 'A refund above 500 is approved by finance.'],
    [8, 'Parcels', '- Parcels leave at nine.'],
    [11, 'Parcels', '```'],
  ]);
  expect(passagesOf('a.md', '')).toEqual([]);
  expect(passagesOf('a.md', '```\nnever closed\n\n# x')).toHaveLength(1);
});

test('the passage that speaks of most of it is the first, and one that hardly does is none', () => {
  const passages = passagesOf('a.md', PAGE);
  expect(ranked(passages, 'Who approves a refund?')[0]?.passage.line).toBe(3);
  expect(ranked(passages, 'When do parcels leave?')[0]?.passage.line).toBe(8);
  expect(ranked(passages, 'Who may park bicycles near the finance office?')).toEqual([]);
});

test('words are searched as they are written', () => {
  expect(searchedWords('Which refunds are approved?')).toEqual(
    expect.arrayContaining(['refund', 'Refund', 'approv', 'refunds', 'approved']),
  );
  expect(searchedWords('what is it?')).toEqual([]);
});

describe('in a project', () => {
  const written = () =>
    new Repository()
      .write('docs/shop.md', PAGE)
      .write('notes.txt', 'Parcels to Lagos leave on Mondays only.\n')
      .write('src/refund.ts', '// a refund is approved by nobody\n')
      .commit('One').path;

  test('it quotes the place, from documents alone, and the same twice', async () => {
    const project = written();
    const told = await act('Who approves a refund?', project);
    expect(told).toMatchObject({ outcome: 'found' });
    expect(told.value.passages[0]).toMatchObject({ path: 'docs/shop.md', line: 3 });
    expect(told.value.summary).toContain('> A refund above 500 is approved by finance.');
    expect(told.value.summary).not.toContain('nobody');
    expect(await act('Who approves a refund?', project)).toEqual(told);
  });

  test('it says that nothing is written', async () => {
    expect(await act('Where may bicycles be parked?', written())).toMatchObject({
      outcome: 'not-written',
    });
  });

  test('it refuses what has no word to look up, and a folder that is none', async () => {
    expect(await act('What is it?', written())).toMatchObject({ outcome: 'refused' });
    expect(await act('Who approves a refund?', '/nowhere')).toMatchObject({ outcome: 'refused' });
  });

  test('secrets stay out', async () => {
    const secret = Object.values(SECRETS)[0] ?? '';
    const folder = new Folder().write('docs.md', `The refund key is ${secret} of course.\n`);
    const told = JSON.stringify(await act('What is the refund key?', folder.path));
    expect(told).toContain('found');
    expect(told).not.toContain(secret);
  });
});

test('it knows its own documents', async () => {
  const { value } = await act('What does the architecture say about a dead letter?', '.');
  expect(value.passages.map(({ path }) => path)).toContain('ARCHITECTURE.md');
});

// Goal: a post is public only as a person approved it, byte for byte, and only after its prose, its propriety and its facts were held to its notes.
// Method: a whole Nova runs the charter with a scripted writer, on every route; it is killed at the gate and within the write.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Nova, type Result } from 'nova-agents';
import { checkTeam, ScriptedModel } from 'nova-agents/testing';
import { writePage } from 'nova-agents/tools';
import { organisation } from '../../../agents/index.ts';
import { blogWriter } from '../../../agents/language/blog-writer.ts';
import { pageOf } from '../../../agents/language/kit/post.ts';
import { publishPost } from '../../../agents/language/publish-post.ts';
import { memoryJournal, type MemoryRecords } from '../../../src/store/memory-journal.ts';
import { Folder, SECRETS } from '../../fixtures/repository.ts';

const NOTES =
  'The lamp costs 40 euros. Ada Obi: "It burns for a thousand evenings." https://shop.test/lamp';
const draft = {
  title: 'A lamp for long evenings',
  teaser: 'Our lamp is here. It costs 40 euros.',
  text: '## What it costs\n\nIt costs 40 euros, in [the shop](https://shop.test/lamp).',
  open: ['From when it can be had'],
};
const PAGE = pageOf(draft);
const FILE = 'posts/a-lamp-for-long-evenings.md';
const { module: _, ...here } = organisation;

interface Setting {
  readonly drafts?: readonly (typeof draft)[];
  readonly refuses?: boolean;
  readonly options?: Partial<ConstructorParameters<typeof Nova>[0]>;
}
/** A Nova whose writer says one draft after the other; every other mind is code. */
function staff({ drafts = [draft], refuses = false, options = {} }: Setting = {}) {
  let at = 0;
  const model = new ScriptedModel({
    'blog-writer': () => ({
      says: refuses
        ? { outcome: 'refused', value: { reason: 'No topic.' } }
        : { outcome: 'drafted', value: drafts[Math.min(at++, drafts.length - 1)] },
    }),
  });
  const nova = new Nova({ organisation: here, model, ...options });
  onTestFinished(() => nova.close());
  return { nova, model };
}
const ask = { text: 'Blog about our lamp', passage: NOTES };
type Verdict = Parameters<Nova['decide']>[1];

/** Runs it to its end; whoever asked for it decides at the gate. */
async function published(
  setting: Setting,
  project: string,
  verdict: Verdict = { is: 'approve' },
): Promise<{ result: Result; asked: unknown[]; calls: ScriptedModel['calls'] }> {
  const { nova, model } = staff(setting);
  const asked: unknown[] = [];
  const result = await nova.run('publish-post', ask, {
    project,
    onReviews: ([review]) => {
      if (review === undefined) return;
      asked.push(review.subject);
      void nova.decide(review.id, verdict).catch((error: unknown) => asked.push(error));
    },
  });
  const calls = model.calls.filter(({ node }) => node === 'blog-writer');
  return { result, asked, calls };
}
/** Runs it to its gate, where it waits; returns the run, its review, and what becomes of who follows it. */
async function waiting(nova: Nova, project: string) {
  const shown = Promise.withResolvers<{ readonly id: string; readonly run: string }>();
  const followed = nova
    .run('publish-post', ask, {
      project,
      id: 'r1',
      onReviews: ([review]) => review && shown.resolve({ id: review.id, run: 'local/r1' }),
    })
    .catch((error: unknown) => error);
  return { ...(await shown.promise), followed };
}
const read = ({ path }: Folder, file = FILE) => readFileSync(join(path, file), 'utf8');

test('5.1 what is approved is what stands there, byte for byte, and what the writer would ask is shown beside it', async () => {
  const folder = new Folder();
  const { result, asked } = await published({}, folder.path);
  expect(asked).toEqual([{ path: FILE, content: PAGE, remarks: draft.open }]);
  expect(result).toMatchObject({ outcome: 'published', value: { path: FILE } });
  expect(read(folder)).toBe(PAGE);
  expect(readdirSync(join(folder.path, 'posts'))).toHaveLength(1);
});

test('5.5 what a person makes of it at the gate is what is written, and no other way than below posts', async () => {
  const folder = new Folder();
  const value = { path: 'posts/lamp.md', content: 'Mine, with ünïcode.\n', remarks: [] };
  const { result } = await published({}, folder.path, { is: 'edit', value });
  expect(result).toMatchObject({ outcome: 'published', value: { path: 'posts/lamp.md' } });
  expect(read(folder, 'posts/lamp.md')).toBe(value.content);
  const { nova } = staff();
  const { id } = await waiting(nova, folder.path);
  for (const wrong of [
    { path: 'posts/../x.md' },
    { path: '/etc/x.md' },
    { path: 'posts/.x.md' },
    { content: 'x'.repeat(1_000_000) },
  ])
    await expect(
      nova.decide(id, { is: 'edit', value: { ...value, ...wrong } }),
    ).rejects.toMatchObject({ code: 'bad_event' });
});

test('5.1 what is rejected is not written, and the run says who said no', async () => {
  const folder = new Folder();
  const { result } = await published({}, folder.path, { is: 'reject', why: 'too early' });
  expect(result).toMatchObject({ outcome: 'declined' });
  expect(JSON.stringify(result.value)).toContain('too early');
  expect(existsSync(join(folder.path, 'posts'))).toBe(false);
});

const wrong = {
  prose: { ...draft, text: 'It costs the the 40 euros.' },
  propriety: { ...draft, text: 'Write to ada.obi@example.org about it.' },
  secret: { ...draft, text: `The key is ${SECRETS.github} by the way.` },
  facts: { ...draft, text: 'It costs 40 euros, says our designer Grace Hopper.' },
  quotation: { ...draft, text: 'Ada Obi says: "It is the best lamp of all."' },
};
test.each(Object.entries(wrong))(
  '4.1 a draft with a fault of %s is revised once, told the fault and no word of what is secret',
  async (_name, first) => {
    const folder = new Folder();
    const { result, calls } = await published({ drafts: [first, draft] }, folder.path);
    expect([result.outcome, calls.length]).toEqual(['published', 2]);
    expect(read(folder)).toBe(PAGE);
    const { revise } = blogWriter.input.required().parse(calls.at(-1)?.input);
    expect(revise.draft).toBe(pageOf(first));
    expect([...new Set(revise.faults.map(({ line }) => line))]).toEqual([6]);
    expect(JSON.stringify(revise.faults)).not.toMatch(/ada\.obi|ghp_/);
  },
);

test('a revision that is held too ends it, with the draft and all that was shown; nobody is asked', async () => {
  const folder = new Folder();
  const { result, asked, calls } = await published(
    { drafts: [wrong.prose, wrong.facts] },
    folder.path,
  );
  expect([result.outcome, calls.length, asked]).toEqual(['held', 2, []]);
  expect(result.value).toMatchObject({
    draft: pageOf(wrong.facts),
    faults: [
      { line: 6, shownBy: 'summariser' },
      { line: 6, shownBy: 'summariser' },
    ],
  });
  expect(existsSync(join(folder.path, 'posts'))).toBe(false);
});

test('without a model, or a topic, it is refused and says what is needed', async () => {
  const { nova } = staff({ options: { model: undefined as never } });
  const none = await nova.run('publish-post', ask, { project: new Folder().path });
  expect([none.outcome, JSON.stringify(none)]).toEqual([
    'refused',
    expect.stringContaining('model'),
  ]);
  const { result } = await published({ refuses: true }, new Folder().path);
  expect(result.outcome).toBe('refused');
});

test('a page of that name is asked about by nobody, and stays as it is', async () => {
  const folder = new Folder().write(FILE, 'mine');
  const { result, asked } = await published({}, folder.path);
  expect([result.outcome, asked, read(folder)]).toEqual(['declined', [], 'mine']);
});

test.each(['before', 'after'] as const)(
  '9.4 a process that ends between the approval and the answer, %s the write: the page is written once',
  async (when) => {
    const folder = new Folder();
    const kept: MemoryRecords = [];
    const begun = Promise.withResolvers<void>();
    const calls = async (input: unknown, key: string, signal: AbortSignal) =>
      writePage.run(input as never, { scope: 'local', project: folder.path, key, signal });
    const { nova } = staff({ options: { journal: memoryJournal(kept) } });
    const { id, run } = await waiting(nova, folder.path);
    await nova.close();
    // The reads go on as they are; the write is cut off.
    const dying = staff({
      options: {
        journal: memoryJournal(kept),
        tools: {
          call: async ({ input, key }, signal) => {
            if (when === 'after') await calls(input, key, signal);
            begun.resolve();
            return new Promise<never>(() => {});
          },
        },
      },
    }).nova;
    const deciding = dying.decide(id, { is: 'approve' });
    const told = deciding.catch((error: unknown) => error);
    await begun.promise;
    await dying.close();
    expect(await told).toMatchObject({ code: 'closed' });
    const file = join(folder.path, FILE);
    expect(existsSync(file)).toBe(when === 'after');
    const before = when === 'after' ? statSync(file).ino : undefined;
    const { nova: last } = staff({ options: { journal: memoryJournal(kept) } });
    const { outcome } = await last.resume(run);
    expect([outcome, read(folder)]).toEqual(['published', PAGE]);
    expect(statSync(file).ino).toBe(before ?? statSync(file).ino);
    expect(readdirSync(join(folder.path, 'posts'))).toHaveLength(1);
  },
);

test('it holds to everything that nova check would', () => {
  expect(() => checkTeam(publishPost)).not.toThrow();
});

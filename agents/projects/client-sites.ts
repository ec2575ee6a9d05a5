import { defineAgent, type Io } from 'nova-agents';
import {
  bullets,
  counted,
  explain,
  inCode,
  inLine,
  listFiles,
  pagePath,
  readFiles,
  writePage,
} from 'nova-agents/tools';
import * as z from 'zod';
import { htmlReader } from './kit/html-page.ts';
import { KINDS, pageOfHtml, pageOfMarkdown, titleOf, type Flaw } from './kit/pages.ts';
import { flawsOf, isPage, sitesOf } from './kit/sites.ts';

const MAX_FILES = 5000;
const MAX_PAGES = 1000;
const MAX_BYTES = 8_000_000;
const MAX_FLAWS = 1000;
const MAX_POINTS = 8;
const MAX_SITES = 200;
const NEEDS = 'a folder with an index.html or index.md';

const FlawSaid = z.strictObject({
  kind: z.enum(KINDS),
  path: z.string().min(1),
  line: z.int().min(1),
  why: z.string().min(1),
});
const Checked = z.strictObject({
  summary: z.string().min(1),
  sites: z
    .array(z.strictObject({ root: z.string(), pages: z.int().min(0), flaws: z.int().min(0) }))
    .min(1)
    .max(MAX_SITES),
  flaws: z.array(FlawSaid).max(MAX_FLAWS),
  /** Pages that could not be read, and why. */
  unread: z.array(z.string()),
  truncated: z.boolean(),
});

/** A page as it is to be written, and what whoever approves should know. */
const NewPage = z.strictObject({ content: z.string().min(1), remarks: z.array(z.string()) });
/** Somebody said no, or something is in the way. */
const Unpublished = z.strictObject({ summary: z.string().min(1), why: z.string().min(1) });
const Published = z.strictObject({ summary: z.string().min(1), path: z.string().min(1) });

const tools = [listFiles, readFiles, writePage] as const;
const NOT_WRITTEN = {
  exists: 'there is such a page already',
  linked: 'its folder is a link, or was put in the place of another',
  'no-folder': 'there is no folder for it',
  unwritable: 'its folder cannot be written to',
} as const;

/** Writes a new page under the name of its title, once a person has approved; what is there already is not asked about. */
async function publish(io: Io<typeof tools>, { content, remarks }: z.output<typeof NewPage>) {
  const path = pagePath(titleOf(content));
  const there = await io.tool(readFiles, { paths: [path], maxBytes: 1 });
  if (!there.folder) return explain(there);
  const isFree = there.unread.some(({ why }) => why === 'missing');
  const unpublished = (why: string) => ({
    summary: `${inCode(path)} was not written: ${inLine(why)}.`,
    why,
  });
  if (!isFree) return unpublished(NOT_WRITTEN.exists);
  try {
    const told = await io.tool(writePage, { path, content, remarks });
    return told.written
      ? { summary: `${inCode(told.path)} was written.`, path: told.path }
      : unpublished(NOT_WRITTEN[told.why]);
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    const [, why] = /^write-page: (rejected\b.*|expired)$/s.exec(said) ?? [];
    if (why === undefined) throw error;
    return unpublished(why);
  }
}

const HEADINGS: Readonly<Record<Flaw['kind'], string>> = {
  'broken-link': 'Broken links',
  'broken-anchor': 'Links to a place that is not there',
  title: 'Without a title',
  description: 'Without a description',
  lang: 'Without a language',
  alt: 'Images without an alt text',
  'doubled-id': 'Ids that stand twice',
  imprint: 'Without an imprint',
  privacy: 'Without a privacy page',
  'large-image': 'Images that are too large',
};

const broken = {
  kind: 'broken-link' as const,
  path: 'sites/bakery/index.html',
  line: 12,
  why: '`/bread.html` leads to no file',
};
const checked = {
  summary:
    '**Sites**: 1 flaw on 4 pages of `sites/bakery/`\n**Broken links** (1)\n- `sites/bakery/index.html:12` `/bread.html` leads to no file',
  sites: [{ root: 'sites/bakery/', pages: 4, flaws: 1 }],
  flaws: [broken],
  unread: [],
  truncated: false,
};
const ask = { text: 'Check the client web sites' };

/** Looks after the web sites of clients that are kept in the project. */
export const clientSites = defineAgent({
  id: 'client-sites',
  version: 1,
  does:
    "Checks clients' web sites that are kept in the project as HTML or Markdown pages: broken internal links, missing title, meta description, " +
    'alt text or lang, duplicate ids, missing imprint or privacy page, images that are too large.',
  doesNot: {
    'proofreading prose': 'copy-editor',
    'checking listings of a marketplace': 'marketplace-specialist',
    'writing an article': 'blog-writer',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a flaw is told without its place',
      caughtBy: 'outcome',
      example: { checked: { ...checked, flaws: [{ ...broken, line: 0 }] } },
    },
    {
      when: 'a flaw belongs to none of the sites',
      caughtBy: 'check',
      example: {
        ask: 'A page of another folder',
        input: ask,
        says: { checked: { ...checked, flaws: [{ ...broken, path: 'docs/a.md' }] } },
      },
    },
  ],
  input: z.strictObject({ text: z.string().min(1), page: NewPage.optional() }),
  outcomes: { checked: Checked, published: Published, unpublished: Unpublished },
  tools,
  limits: { maxTurns: 4, maxRepairs: 0, deadlineMs: 120_000, maxTokens: 0 },
  act: async ({ text, page }, say, io) => {
    if (page !== undefined) {
      const told = await publish(io, page);
      if ('reason' in told) return say.refused(told);
      return 'why' in told ? say.unpublished(told) : say.published(told);
    }
    const listed = await io.tool(listFiles, { maxFiles: MAX_FILES });
    if (!listed.folder) return say.refused(explain(listed));
    const all = sitesOf(listed.files);
    const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu));
    const named = all.filter(({ root }) =>
      root.split('/').some((part) => part !== 'sites' && words.has(part.toLowerCase())),
    );
    const sites = (named.length > 0 ? named : all).slice(0, MAX_SITES);
    const paths = sites.flatMap(({ files }) => files.map(({ path }) => path).filter(isPage));
    if (paths.length === 0)
      return say.refused({ reason: 'The project keeps no web site.', needs: NEEDS });
    const texts = await io.tool(readFiles, {
      paths: paths.slice(0, MAX_PAGES),
      maxBytes: MAX_BYTES,
    });
    if (!texts.folder) return say.refused(explain(texts));
    const read = await htmlReader();
    const pages = texts.files.map((file) =>
      file.path.endsWith('.md')
        ? pageOfMarkdown(file.path, file.text)
        : pageOfHtml(file.path, read(file.text)),
    );
    const told = sites.map((site) => {
      const own = pages.filter(({ path }) => path.startsWith(site.root));
      return { root: site.root, pages: own.length, flaws: flawsOf(site, own) };
    });
    const flaws = told.flatMap((site) => site.flaws);
    const unread = texts.unread.map(({ path, why }) => `${inCode(path)}: ${why}`);
    const truncated =
      listed.truncated || texts.truncated || paths.length > MAX_PAGES || flaws.length > MAX_FLAWS;
    const roots = sites.map(({ root }) => inCode(root === '' ? '.' : root));
    const summary = [
      `**Sites**: ${flaws.length === 0 ? 'nothing to object to' : counted(flaws.length, 'flaw')} on ${counted(pages.length, 'page')} of ${roots.slice(0, MAX_POINTS).join(', ')}`,
      ...KINDS.flatMap((kind) =>
        bullets(
          HEADINGS[kind],
          flaws
            .filter((flaw) => flaw.kind === kind)
            .map(({ path, line, why }) => `${inCode(`${path}:${line}`)} ${why}`),
          MAX_POINTS,
        ),
      ),
      ...bullets('Not read', unread, MAX_POINTS),
      ...(truncated ? ['There is more than was read or is listed.'] : []),
    ].join('\n');
    return say.checked({
      summary,
      sites: told.map((site) => ({ ...site, flaws: site.flaws.length })),
      flaws: flaws.slice(0, MAX_FLAWS),
      unread,
      truncated,
    });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'checked') return undefined;
    const { sites, flaws } = value as z.output<typeof Checked>;
    const stray = flaws.find(({ path }) => !sites.some(({ root }) => path.startsWith(root)));
    return stray && `${stray.path} is of no site`;
  },
  examples: [
    { ask: 'Check the client web sites', input: ask, says: { checked } },
    {
      ask: 'Does the bakery site have broken links?',
      input: { text: 'Does the bakery site have broken links?' },
      says: {
        checked: {
          ...checked,
          summary: '**Sites**: nothing to object to on 4 pages of `sites/bakery/`',
          sites: [{ root: 'sites/bakery/', pages: 4, flaws: 0 }],
          flaws: [],
        },
      },
    },
    {
      ask: 'Is any website page without a title?',
      input: { text: 'Is any website page without a title?' },
      says: { refused: { reason: 'The project keeps no web site.', needs: NEEDS } },
    },
  ],
  asks: [
    'Which images on the web site have no alt text?',
    'Does every client site have an imprint and a privacy page?',
    'Find dead internal links in the HTML pages',
    'Which pages lack a meta description?',
    'Are there duplicate ids in the HTML?',
    'Which images of the website are too large?',
    'Check sites/bakery/ before we hand it to the client',
    'Do all HTML pages say their lang?',
    'Audit the website of our client',
  ],
});

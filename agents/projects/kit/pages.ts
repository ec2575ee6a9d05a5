import { inCode } from 'nova-agents/tools';
import type { Element, HtmlPage } from './html-page.ts';

export const KINDS = [
  'broken-link',
  'broken-anchor',
  'title',
  'description',
  'lang',
  'alt',
  'doubled-id',
  'imprint',
  'privacy',
  'large-image',
] as const;
export type Kind = (typeof KINDS)[number];
/** Something that is wrong with a page, with its line. */
export interface Flaw {
  readonly kind: Kind;
  readonly path: string;
  readonly line: number;
  readonly why: string;
}
/** Where a page leads. */
export interface Link {
  readonly line: number;
  readonly target: string;
}
/** A page, whatever it is written in. */
export interface Page {
  readonly path: string;
  readonly links: readonly Link[];
  readonly ids: ReadonlySet<string>;
  readonly flaws: readonly Flaw[];
}

const TARGETS: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  area: ['href'],
  link: ['href'],
  img: ['src', 'srcset'],
  source: ['src', 'srcset'],
  script: ['src'],
  iframe: ['src'],
  video: ['src', 'poster'],
  audio: ['src'],
  embed: ['src'],
};
const targetsOf = ({ tag, attributes, line }: Element): Link[] =>
  (Object.hasOwn(TARGETS, tag) ? (TARGETS[tag] ?? []) : []).flatMap((name) => {
    const said = attributes.get(name);
    if (said === undefined) return [];
    const each =
      name === 'srcset'
        ? said.split(',').map((one) => one.trim().split(/\s+/)[0] ?? '')
        : [said.trim()];
    return each.filter((target) => target !== '').map((target) => ({ line, target }));
  });

function headFlaws(path: string, elements: readonly Element[]): Flaw[] {
  const flaw = (kind: Kind, line: number, why: string): Flaw => ({ kind, path, line, why });
  const html = elements.find(({ tag }) => tag === 'html');
  // A title of a drawing is none of the page.
  const title = elements.find(({ tag }) => tag === 'title');
  const description = elements.find(
    ({ tag, attributes }) =>
      tag === 'meta' && attributes.get('name')?.toLowerCase() === 'description',
  );
  return [
    ...(html?.attributes.get('lang')?.trim()
      ? []
      : [flaw('lang', html?.line ?? 1, 'it does not say its language')]),
    ...(title?.text ? [] : [flaw('title', title?.line ?? 1, 'it has no title')]),
    ...(description?.attributes.get('content')?.trim()
      ? []
      : [flaw('description', description?.line ?? 1, 'it has no description')]),
  ];
}

/** What an HTML page holds, and what is wrong with it by itself. */
export function pageOfHtml(path: string, { elements, isWhole }: HtmlPage): Page {
  const ids = new Set<string>();
  const flaws: Flaw[] = isWhole ? headFlaws(path, elements) : [];
  for (const { tag, attributes, line } of elements) {
    const id = attributes.get('id');
    if (id !== undefined && ids.has(id))
      flaws.push({ kind: 'doubled-id', path, line, why: `the id ${inCode(id)} stands twice` });
    if (id !== undefined) ids.add(id);
    // An empty alt says that an image is an ornament.
    if (tag === 'img' && !attributes.has('alt'))
      flaws.push({
        kind: 'alt',
        path,
        line,
        why: `${inCode(attributes.get('src') ?? 'the image')} has no alt text`,
      });
  }
  const names = elements.flatMap(({ tag, attributes }) =>
    tag === 'a' ? (attributes.get('name') ?? []) : [],
  );
  const base = elements.find(({ tag }) => tag === 'base')?.attributes.get('href') ?? '';
  const links = elements
    .filter(({ tag }) => tag !== 'base')
    .flatMap(targetsOf)
    .map(({ line, target }) => ({
      line,
      target:
        base === '' || /^(?:[a-z][\w+.-]*:|[/#])/i.test(target)
          ? target
          : `${base.replace(/[^/]*$/, '')}${target}`,
    }));
  return { path, links, ids: new Set([...ids, ...names]), flaws };
}

const FENCE = /^\s*(?:```|~~~)/;
const MARKDOWN_LINK = /(!?)\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)/g;
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const FRONT = /^---\n([\s\S]*?)\n---(?:\n|$)/;
/** The title of a Markdown page by its front matter, else by its first heading; empty where it has none. */
export function titleOf(text: string): string {
  const [, said = ''] = /^title:[ \t]*(.*)$/m.exec(FRONT.exec(text)?.[1] ?? '') ?? [];
  try {
    return String(JSON.parse(said));
  } catch {
    return said.trim() || (/^#{1,6}\s+(.+?)\s*#*$/m.exec(text)?.[1] ?? '');
  }
}

/** What a Markdown page holds: its links and headings, its title by a heading or its front matter. */
export function pageOfMarkdown(path: string, text: string): Page {
  const [, front = ''] = FRONT.exec(text) ?? [];
  const links: Link[] = [];
  const ids = new Set<string>();
  const flaws: Flaw[] = [];
  let isCode = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    if (FENCE.test(raw)) isCode = !isCode;
    if (isCode) continue;
    const [, heading] = /^#{1,6}\s+(.+?)\s*#*$/.exec(raw) ?? [];
    if (heading !== undefined) ids.add(slug(heading));
    for (const [, image, alt, target = ''] of raw.replace(/`[^`]*`/g, '').matchAll(MARKDOWN_LINK)) {
      links.push({ line, target });
      if (image === '!' && alt?.trim() === '')
        flaws.push({ kind: 'alt', path, line, why: `${inCode(target)} has no alt text` });
    }
  }
  if (ids.size === 0 && !/^title:\s*\S/m.test(front))
    flaws.push({ kind: 'title', path, line: 1, why: 'it has no title' });
  return { path, links, ids, flaws };
}

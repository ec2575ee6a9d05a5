import { byText, inCode } from 'nova-agents/tools';
import { KINDS, type Flaw, type Kind, type Link, type Page } from './pages.ts';

/** Files of a project, as they are listed. */
export interface Listed {
  readonly path: string;
  readonly bytes: number;
}
/** A web site of the project: a folder with an index page; empty for the project itself. */
export interface Site {
  readonly root: string;
  readonly files: readonly Listed[];
}

export const MOST_IMAGE_BYTES = 500_000;
const INDEX = /(?:^|\/)index\.(?:html?|md)$/;
const IMAGE = /\.(?:png|jpe?g|gif|webp|avif|bmp|tiff?|svg)$/i;
const PAGE = /\.(?:html?|md)$/;
export const isPage = (path: string): boolean => PAGE.test(path);
/** Elsewhere, or put in by whatever makes the page. */
const FOREIGN = /^(?:[a-z][\w+.-]*:|\/\/)|\{\{|\{%|<%|\$\{/i;

/** The sites of a project: the uppermost folders with an index page. */
export function sitesOf(files: readonly Listed[]): Site[] {
  const folders = files
    .filter(({ path }) => INDEX.test(path))
    .map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1))
    .toSorted((a, b) => a.length - b.length || byText(a, b));
  const roots: string[] = [];
  for (const folder of folders)
    if (!roots.some((root) => folder.startsWith(root))) roots.push(folder);
  return roots
    .toSorted(byText)
    .map((root) => ({ root, files: files.filter(({ path }) => path.startsWith(root)) }));
}

/** The path that a link means; undefined where it leads out of the site. */
function pathOf(root: string, from: string, target: string): string | undefined {
  const [said = ''] = target.split(/[?#]/);
  let decoded = said;
  try {
    decoded = decodeURI(said);
  } catch {
    // What is no encoding stands for itself.
  }
  const parts = decoded.startsWith('/')
    ? root.split('/').slice(0, -1)
    : from.split('/').slice(0, -1);
  const least = root.split('/').length - 1;
  for (const part of decoded.split('/')) {
    if (part === '..' && parts.length <= least) return undefined;
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `${parts.join('/')}${decoded.endsWith('/') && parts.length > 0 ? '/' : ''}`;
}

const waysTo = (path: string): string[] => {
  const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
  const indexes = ['index.html', 'index.htm', 'index.md'].map((name) => `${folder}${name}`);
  return path.endsWith('/') ? indexes : [path, `${path}.html`, `${path}.md`, ...indexes];
};

function linkFlaw(
  site: Site,
  pages: ReadonlyMap<string, Page>,
  page: Page,
  { line, target }: Link,
): Flaw[] {
  const say = (kind: Kind, why: string): Flaw[] => [
    { kind, path: page.path, line, why: `${inCode(target)} ${why}` },
  ];
  if (FOREIGN.test(target)) return [];
  const anchor = target.includes('#') ? target.slice(target.indexOf('#') + 1) : '';
  const path = /^[?#]/.test(target) ? page.path : pathOf(site.root, page.path, target);
  if (path === undefined) return say('broken-link', 'leads out of the site');
  const ways = waysTo(path);
  const there = ways.find((way) => site.files.some((file) => file.path === way));
  if (there === undefined) {
    const small = ways.map((way) => way.toLowerCase());
    const alike = site.files.find((file) => small.includes(file.path.toLowerCase()));
    return say(
      'broken-link',
      alike ? `leads to no file; there is ${inCode(alike.path)}` : 'leads to no file',
    );
  }
  const ids = pages.get(there)?.ids;
  // The top of a page is always there.
  return anchor === '' ||
    anchor === 'top' ||
    ids === undefined ||
    ids.has(anchor) ||
    ids.has(safeDecode(anchor))
    ? []
    : say('broken-anchor', `leads to no place in ${inCode(there)}`);
}
const safeDecode = (said: string): string => {
  try {
    return decodeURIComponent(said);
  } catch {
    return said;
  }
};

const LEGAL = [
  ['imprint', /imprint|impressum|legal-?notice|mentions-?legales|aviso-?legal/i, 'an imprint'],
  ['privacy', /privacy|datenschutz|confidentialite|privacidad/i, 'a privacy page'],
] as const;

/** Everything that is wrong with a site. */
export function flawsOf(site: Site, pages: readonly Page[]): Flaw[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const index = site.files.find(
    ({ path }) => INDEX.test(path) && path.slice(0, path.lastIndexOf('/') + 1) === site.root,
  );
  const lacking = LEGAL.filter(
    ([, pattern]) =>
      !site.files.some(({ path }) => isPage(path) && pattern.test(path.slice(site.root.length))),
  );
  return [
    ...pages.flatMap(({ flaws }) => flaws),
    ...pages.flatMap((page) => page.links.flatMap((link) => linkFlaw(site, byPath, page, link))),
    ...lacking.map(([kind, , what]): Flaw => ({
      kind,
      path: index?.path ?? site.root,
      line: 1,
      why: `the site has no page that is ${what}`,
    })),
    ...site.files
      .filter(({ path, bytes }) => IMAGE.test(path) && bytes > MOST_IMAGE_BYTES)
      .map(({ path, bytes }): Flaw => ({
        kind: 'large-image',
        path,
        line: 1,
        why: `it has ${Math.ceil(bytes / 1000)} kB, more than ${MOST_IMAGE_BYTES / 1000}`,
      })),
  ].toSorted(
    (a, b) =>
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || byText(a.path, b.path) || a.line - b.line,
  );
}

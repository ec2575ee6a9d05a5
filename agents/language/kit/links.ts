import { inCode } from 'nova-agents/tools';
import type { Heading, Prose } from './prose.ts';
import type { Finding } from './style.ts';

/** A link inside the project: the file that it leads to, empty for the same one, and the place in it. */
export interface Target {
  readonly line: number;
  readonly target: string;
  readonly path: string;
  readonly anchor: string;
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

/** The path that a link of a file leads to; undefined where it leads out of the project. */
function pathFrom(file: string, target: string): string | undefined {
  const parts = target.startsWith('/') ? [] : file.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The relative links of a file, and those that lead out of the project. */
export function relativeLinks(
  file: string,
  { links }: Prose,
): { inside: Target[]; outside: Finding[] } {
  const inside: Target[] = [];
  const outside: Finding[] = [];
  for (const { line, target } of links) {
    if (target === '' || /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) continue;
    const [, said = '', anchor = ''] = /^([^#?]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(target) ?? [];
    const path = said === '' ? '' : pathFrom(file, decoded(said));
    if (path === undefined)
      outside.push({
        line,
        kind: 'link',
        what: `${inCode(target)} leads out of the project`,
        suggestion: null,
      });
    else inside.push({ line, target, path, anchor: decoded(anchor) });
  }
  return { inside, outside };
}

/** What a heading is called in addresses, as code hosts name it. */
function anchorsOf(headings: readonly Heading[]): Set<string> {
  const taken = new Map<string, number>();
  return new Set(
    headings.map(({ text }) => {
      const said = text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const name = said
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-');
      const count = taken.get(name) ?? 0;
      taken.set(name, count + 1);
      return count === 0 ? name : `${name}-${count}`;
    }),
  );
}

/** Links to a heading of the same file that it does not have. */
export function brokenAnchors(
  targets: readonly Target[],
  text: string,
  { headings }: Prose,
): Finding[] {
  const anchors = anchorsOf(headings);
  return targets
    .filter(({ path, anchor }) => path === '' && anchor !== '')
    .filter(({ anchor }) => !anchors.has(anchor.toLowerCase()) && !/(?:id|name)=["']/.test(text))
    .map(({ line, target }) => ({
      line,
      kind: 'link',
      what: `${inCode(target)} leads to no heading of this text`,
      suggestion: null,
    }));
}

import type { Changes } from './changes.ts';
import type { Packages } from './packages.ts';
import type { Fault } from '../../positions.ts';
import { isGrave } from './risks.ts';

const PACKAGES =
  /\b(?:packages?|dependenc\w+|librar\w+|npm|package(?:-lock)?\.json|(?:un)?pinned|imports?|workspaces?)\b/i;
const CHANGES =
  /\b(?:chang\w+|diffs?|(?:un)?committed|branch\w*|merg\w+|secrets?|passwords?|keys?|delet\w+|drops?|risk\w*|danger\w*|binar\w+)\b/i;

/** What a request is about; both where it says neither. */
export function topicsOf(text: string): { readonly changes: boolean; readonly packages: boolean } {
  const [packages, changes] = [PACKAGES.test(text), CHANGES.test(text)];
  return packages === changes ? { changes: true, packages: true } : { changes, packages };
}

/** What breaks an installation. */
const BREAKING: readonly Packages['findings'][number]['kind'][] = [
  'broken',
  'missing',
  'out-of-step',
];

/** What of a review speaks against going on. */
export const graveOf = (changes: Changes | null, packages: Packages | null): Fault[] => [
  ...(changes?.findings ?? []).filter(isGrave).map(({ path, line, risk, branch, why }) => {
    return { path, line, rule: risk, about: branch ?? 'what is not committed', why };
  }),
  ...(packages?.findings ?? [])
    .filter(({ kind }) => BREAKING.includes(kind))
    .map(({ path, line, kind, name, why }) => {
      return { path, line, rule: `package-${kind}`, about: name ?? '', why };
    }),
];

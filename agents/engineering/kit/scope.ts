import { inCode } from 'nova-agents/tools';

const ABOUT_CHANGES =
  /\b(?:chang|diff|uncommitted|my (?:work|branch)|this branch|before i (?:commit|merge))/i;
const WORD = /[\p{L}\p{N}_.@~-]+(?:\/[\p{L}\p{N}_.@~-]+)*\/?/gu;
const MAX_WORDS = 400;

/** What a request is about: files or folders that it names, what is changed, or the whole project. */
export type Scope =
  | { readonly of: 'paths'; readonly paths: readonly string[] }
  | { readonly of: 'changes' }
  | { readonly of: 'project' };

/** "… and write tests for it": what is meant stands elsewhere. */
const POINTS_BACK = /\b(?:it|its|them|their|(?:this|that|the same) (?:file|folder|module|code))\b/i;

/**
 * Reads it; a file that is named and not there is a refusal.
 * @param whole what the request is a part of: what a part that only points back is about.
 */
export function scopeOf(
  request: string,
  there: readonly string[],
  whole = '',
): Scope | { readonly reason: string; readonly needs: string } {
  const words = [...request.matchAll(WORD)]
    .slice(0, MAX_WORDS)
    .map(([word]) => word.replace(/^\.\//, '').replace(/[./]+$/, ''));
  const named = words.map((word) => ({
    word,
    // A plain word is no folder: "the test" means no `test/`.
    files: there.filter(
      (path) =>
        path === word ||
        (/[./]/.test(word) && path.endsWith(`/${word}`)) ||
        ((word.includes('/') || request.includes(`${word}/`)) && path.startsWith(`${word}/`)),
    ),
  }));
  const lacking = named.find(
    ({ word, files }) => /[^./]\.[cm]?[jt]sx?$/.test(word) && files.length === 0,
  );
  if (lacking)
    return {
      reason: `There is no file ${inCode(lacking.word)}.`,
      needs: 'the path of a file of the project',
    };
  const paths = [...new Set(named.flatMap(({ files }) => files))];
  if (paths.length > 0) return { of: 'paths', paths };
  if (whole !== '' && POINTS_BACK.test(request)) return scopeOf(whole, there);
  return { of: ABOUT_CHANGES.test(request) ? 'changes' : 'project' };
}

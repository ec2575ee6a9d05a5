import type { Io } from 'nova-agents';
import { explain, gitBranches, gitDiff, type Diff } from 'nova-agents/tools';
import { gapsOf, type changeTools } from './changes.ts';
import type { Gap } from '../../positions.ts';

/** A file that the change has touched, and what it brought. */
export interface Changed {
  readonly path: string;
  /** The numbers of its new lines. */
  readonly numbers: ReadonlySet<number>;
  /** New lines whose numbers have shifted since. */
  readonly texts: ReadonlySet<string>;
  /** All of it is new. */
  readonly isNew: boolean;
}

const addedIn = (file: Diff['files'][number] | undefined) =>
  (file?.hunks ?? []).flatMap(({ start, lines }) =>
    lines.map((text, index) => ({ number: start + index, text })),
  );
const isNew = (file: Diff['files'][number] | undefined): boolean =>
  file?.change === 'added' || file?.change === 'untracked';

/** The numbers of the lines that a change brought to a text. */
export function newLines({ numbers, texts, isNew: isWhole }: Changed, text: string): Set<number> {
  const lines = text.split('\n');
  return new Set(
    lines.flatMap((line, index) =>
      isWhole || numbers.has(index + 1) || texts.has(line) ? [index + 1] : [],
    ),
  );
}

/** What is changed in the folder, and on the branch that it is on where that is not merged: files that are still there. */
export async function lookAtChanged(
  io: Io<typeof changeTools>,
): Promise<
  | { readonly changed: readonly Changed[]; readonly gaps: readonly Gap[] }
  | ReturnType<typeof explain>
> {
  const work = await io.tool(gitDiff, { of: 'files' });
  if (!work.repository) return explain(work);
  const told = await io.tool(gitBranches, {});
  if (!told.repository) return explain(told);
  const own = told.branches.find(({ name, ahead }) => name === told.current && (ahead ?? 0) > 0);
  const base = told.default?.head;
  const branch =
    own === undefined || base === undefined
      ? undefined
      : await io.tool(gitDiff, { of: 'branch', base, branch: own.head });
  if (branch !== undefined && !branch.repository) return explain(branch);
  const before = new Map(branch?.files.map((file) => [file.path, file]));
  const now = new Map(work.files.map((file) => [file.path, file]));
  const paths = [...new Set([...now.keys(), ...before.keys()])].toSorted();
  const changed = paths
    .filter((path) => (now.get(path) ?? before.get(path))?.change !== 'deleted')
    .map((path): Changed => {
      const [file, earlier] = [now.get(path), before.get(path)];
      const exact = addedIn(file ?? earlier).map(({ number }) => number);
      // An empty line or a bracket stands everywhere: it says nothing of where it was.
      const shifted = addedIn(file && earlier).filter(({ text }) => text.trim().length > 2);
      return {
        path,
        numbers: new Set(exact),
        texts: new Set(shifted.map(({ text }) => text)),
        isNew: isNew(file) || isNew(earlier),
      };
    });
  const cutOff = [work, ...(branch ? [branch] : [])].flatMap(gapsOf);
  // Of a file that is new as a whole nothing is lost by a cut.
  const isWhole = (path: string | null) => changed.some((one) => one.path === path && one.isNew);
  return { changed, gaps: cutOff.filter(({ path }) => !isWhole(path)) };
}

import type { Words } from '../../contracts.ts';
import type { Io } from 'nova-agents';
import { explain, readFiles, type Texts } from 'nova-agents/tools';
import type { changeTools } from './changes.ts';
import { lookAtChanged, newLines, type Changed } from './changed.ts';
import type { Gap } from '../../positions.ts';
import { scopeOf, type Scope } from './scope.ts';
import { CODE_ENDINGS, codeParser, isCode, type Parsed } from './syntax.ts';

const MAX_BYTES = 8_000_000;
/** As many answers of the reader. */
const MAX_PAGES = 6;

/** A project's code, and what of it a request is about. */
export interface Code {
  readonly scope: Scope['of'];
  /** All of it, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** What can be parsed of it. */
  readonly parsed: ReadonlyMap<string, Parsed>;
  /** The files that are asked about, and of a change what else it touches. */
  readonly wanted: readonly string[];
  /** The new lines of each file that a change touches; undefined where it is not about one. */
  readonly fresh: ReadonlyMap<string, ReadonlySet<number>> | undefined;
  readonly gaps: Gap[];
}

export const gap = (path: string | null, why: string): Gap => ({ path, line: null, why });

/** The texts of all code, one answer of the reader after the other. */
async function allCode(
  io: Io<readonly [typeof readFiles]>,
): Promise<
  { readonly files: Texts['files']; readonly truncated: boolean } | ReturnType<typeof explain>
> {
  const files: Texts['files'] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const asked = { endings: CODE_ENDINGS, maxBytes: MAX_BYTES, ...(after && { after }) };
    const read = await io.tool(readFiles, asked);
    if (!read.folder) return explain(read);
    files.push(...read.files);
    if (read.next === null) return { files, truncated: read.truncated };
    after = read.next;
  }
  return { files, truncated: true };
}

/** Reads the code of a project in JavaScript or TypeScript, and what a request wants to know of it. */
export async function readCode(
  io: Io<readonly [typeof readFiles, ...typeof changeTools]>,
  { text, request }: Words,
  isAboutChanges: boolean,
): Promise<Code | ReturnType<typeof explain>> {
  const read = await allCode(io);
  if ('reason' in read) return read;
  const code = read.files.filter(({ path }) => isCode(path));
  const texts = new Map(code.map((file) => [file.path, file.text]));
  const scope = isAboutChanges
    ? { of: 'changes' as const }
    : scopeOf(text, [...texts.keys()], request);
  if ('reason' in scope) return scope;
  const diff = scope.of === 'changes' ? await lookAtChanged(io) : undefined;
  if (diff !== undefined && 'reason' in diff) return diff;
  const parse = await codeParser();
  const parsed = new Map(
    code.flatMap((file) => {
      const found = parse(file.text);
      return found === undefined ? [] : [[file.path, found] as const];
    }),
  );
  const freshOf = (one: Changed) => [one.path, newLines(one, texts.get(one.path) ?? '')] as const;
  const fresh = diff && new Map(diff.changed.map(freshOf));
  const wanted = fresh ? [...fresh.keys()] : scope.of === 'paths' ? scope.paths : [...texts.keys()];
  const gaps = [
    ...(diff?.gaps ?? []),
    ...(read.truncated ? [gap(null, 'there is more code than was read')] : []),
    ...wanted
      .filter((path) => isCode(path) && !parsed.has(path))
      .map((path) => gap(path, 'its code cannot be parsed')),
  ];
  return { scope: scope.of, texts, parsed, wanted, fresh, gaps };
}

import type { Words } from '../../contracts.ts';
import type { Io } from 'nova-agents';
import { bullets, byText, counted, inCode, type explain, type readFiles } from 'nova-agents/tools';
import type { changeTools } from './changes.ts';
import { gap, readCode } from './code.ts';
import { duplicatesIn, type Stretch, type Tokenised } from './duplicates.ts';
import type { Gap } from '../../positions.ts';
import { MOST_FILE_LINES, MOST_FUNCTION_LINES, MOST_LEVELS, shapesIn } from './shape.ts';
import { isCode, isTest, linesOf, nodesOf, type Parsed } from './syntax.ts';

const MAX_POINTS = 10;

export const KINDS = ['duplicate', 'long-function', 'deep-nesting', 'long-file'] as const;
/** Something that deserves refactoring, with its first line. */
export interface Smell {
  readonly kind: (typeof KINDS)[number];
  readonly path: string;
  readonly line: number;
  readonly to: number;
  /** Of lines; of a nesting its levels. */
  readonly size: number;
  /** The function, or empty. */
  readonly name: string;
  /** Where the same code stands already. */
  readonly same: { readonly path: string; readonly line: number } | null;
}
export interface Refactoring {
  readonly scope: 'paths' | 'changes' | 'project';
  readonly smells: readonly Smell[];
  readonly files: number;
  readonly gaps: readonly Gap[];
}

/** Imports are alike everywhere, and nothing can be done about it. */
function bodyOf(path: string, { program, tokens }: Parsed): Tokenised {
  const taken = nodesOf(program['body'])
    .filter(
      ({ type, source }) => type === 'ImportDeclaration' || (type.startsWith('Export') && source),
    )
    .map(linesOf);
  return {
    path,
    tokens: tokens.filter(({ line }) => !taken.some(({ from, to }) => line >= from && line <= to)),
  };
}

function smellsIn(path: string, text: string, { program }: Parsed): Smell[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  const long = {
    kind: 'long-file' as const,
    path,
    line: 1,
    to: lines,
    size: lines,
    name: '',
    same: null,
  };
  return [
    ...shapesIn(program).map((shape): Smell => ({ ...shape, path, same: null })),
    ...(lines > MOST_FILE_LINES ? [long] : []),
  ];
}

const asSmell = (at: Stretch, other: Stretch): Smell => ({
  kind: 'duplicate',
  path: at.path,
  line: at.from,
  to: at.to,
  size: at.to - at.from + 1,
  name: '',
  same: { path: other.path, line: other.from },
});

/** True where at least half of it is new: what was there before is not the change's doing. */
function isBrought({ line, to }: Smell, fresh: ReadonlySet<number>): boolean {
  let count = 0;
  for (let at = line; at <= to; at += 1) if (fresh.has(at)) count += 1;
  return count * 2 >= to - line + 1;
}

/** Looks for what deserves refactoring in what is named or changed, else in all; blocks are compared with all code. */
export async function lookAtShape(
  io: Io<readonly [typeof readFiles, ...typeof changeTools]>,
  words: Words,
  isAboutChanges: boolean,
): Promise<Refactoring | ReturnType<typeof explain>> {
  const code = await readCode(io, words, isAboutChanges);
  if ('reason' in code) return code;
  const { scope, texts, parsed, fresh, gaps } = code;
  const wanted = new Set(code.wanted.filter(isCode));
  // Tests repeat what they set up on purpose.
  const bodies = [...parsed]
    .filter(([path]) => !isTest(path))
    .map(([path, one]) => bodyOf(path, one));
  const smells = [...parsed]
    .filter(([path]) => wanted.has(path))
    .flatMap(([path, one]) => smellsIn(path, texts.get(path) ?? '', one));
  const { duplicates, truncated } = duplicatesIn(bodies);
  if (truncated) gaps.push(gap(null, 'there is more code than was compared'));
  const isNew = (smell: Smell) => isBrought(smell, fresh?.get(smell.path) ?? new Set());
  const both = duplicates.map(({ first, again }) => {
    const [one, other] = [asSmell(first, again), asSmell(again, first)];
    // What is named is told first; of a change the side that it brought.
    const isOther = fresh ? isNew(other) || !isNew(one) : wanted.has(other.path);
    return isOther ? other : one;
  });
  const told = [...smells, ...both.filter(({ path }) => wanted.has(path))].filter(
    (smell) => fresh === undefined || isNew(smell),
  );
  const sorted = told.toSorted(
    (a, b) =>
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      b.size - a.size ||
      byText(a.path, b.path) ||
      a.line - b.line,
  );
  return { scope, smells: sorted, files: wanted.size, gaps };
}

/** Why it deserves refactoring. */
export function whyOf({ kind, size, name, same }: Smell): string {
  switch (kind) {
    case 'duplicate':
      return `${size} lines stand at ${inCode(`${same?.path}:${same?.line}`)} as well`;
    case 'long-function':
      return `${inCode(name)} has ${size} lines, more than ${MOST_FUNCTION_LINES}`;
    case 'deep-nesting':
      return `${inCode(name)} is nested ${size} levels deep, more than ${MOST_LEVELS}`;
    case 'long-file':
      return `the file has ${size} lines, more than ${MOST_FILE_LINES}`;
  }
}

const HEADINGS: Readonly<Record<Smell['kind'], string>> = {
  duplicate: 'The same code twice',
  'long-function': 'Functions that are too long',
  'deep-nesting': 'Nested too deep',
  'long-file': 'Files that are too long',
};
const OF = {
  paths: 'what was named',
  changes: 'what the change brought',
  project: 'the project',
} as const;

/** Says what deserves refactoring. */
export function describeShape({ scope, smells, files, gaps }: Refactoring): string {
  const result =
    smells.length === 0 ? 'nothing that deserves refactoring' : counted(smells.length, 'finding');
  return [
    `**Refactoring**: ${result} in ${OF[scope]} (${counted(files, 'file')} of JavaScript or TypeScript)`,
    ...KINDS.flatMap((kind) =>
      bullets(
        HEADINGS[kind],
        smells
          .filter((smell) => smell.kind === kind)
          .map((smell) => `${inCode(`${smell.path}:${smell.line}`)} ${whyOf(smell)}`),
        MAX_POINTS,
      ),
    ),
    ...bullets(
      'Not judged',
      gaps.map(({ path, why }) => `${path === null ? '' : `${inCode(path)}: `}${why}`),
      MAX_POINTS,
    ),
  ].join('\n');
}

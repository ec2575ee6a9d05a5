import type { Words } from '../../contracts.ts';
import type { Io } from 'nova-agents';
import { bullets, counted, inCode, readFile, readFiles, type explain } from 'nova-agents/tools';
import type { changeTools } from './changes.ts';
import { gap, readCode } from './code.ts';
import { readManifest } from './manifests.ts';
import { moduleOf, type Module } from './modules.ts';
import type { Gap } from '../../positions.ts';
import { isCode, isTest } from './syntax.ts';
import { testedBy } from './untested.ts';

const MAX_MANIFEST_BYTES = 1_000_000;
const MAX_POINTS = 12;
const OTHER_CODE = /\.(?:py|go|rs|java|kt|rb|php|cs|swift|c|cc|cpp|scala|ex|vue|svelte)$/;
const CONFIG = /\.config\.[cm]?[jt]s$|(?:^|\/)\.[^/]+$/;

export const coverageTools = [readFile, readFiles] as const;
type Tools = readonly [...typeof coverageTools, ...typeof changeTools];

/** Something without a test; `name` is null for the code of a file that it gives to nobody. */
export interface Untested {
  readonly path: string;
  readonly line: number;
  readonly name: string | null;
  /** Its file is imported on the way from a test. */
  readonly imported: boolean;
}
/** What no test comes near goes first. */
const byReach = (a: Untested, b: Untested) => Number(a.imported) - Number(b.imported);

export interface Coverage {
  readonly scope: 'paths' | 'changes' | 'project';
  readonly untested: readonly Untested[];
  readonly tested: number;
  /** Files of tests. */
  readonly tests: number;
  readonly gaps: readonly Gap[];
  /** Changed files of languages that are not read. */
  readonly others: readonly string[];
}

/** What of a file is asked about: what it gives, and where only its changes count, what of it they touch. */
function pieces({ things }: Module, lines: ReadonlySet<number> | undefined) {
  if (lines === undefined) return things.map((thing) => ({ thing, line: thing.from }));
  const inside = (from: number, to: number) =>
    [...lines].filter((line) => line >= from && line <= to);
  const touched = things.flatMap((thing) => {
    const [line] = inside(thing.from, thing.to);
    return line === undefined ? [] : [{ thing, line }];
  });
  if (touched.length > 0) return touched;
  const [line] = lines;
  return line === undefined ? [] : [{ thing: undefined, line }];
}

/** Looks what of a project's code no test takes into its hands. */
export async function lookAtCoverage(
  io: Io<Tools>,
  words: Words,
  isAboutChanges: boolean,
): Promise<Coverage | ReturnType<typeof explain>> {
  const code = await readCode(io, words, isAboutChanges);
  if ('reason' in code) return code;
  const { scope, parsed, wanted, fresh, gaps } = code;
  const modules = [...parsed].map(([path, one]) => moduleOf(path, one));
  const known = new Map(modules.map((module) => [module.path, module]));
  const sources = wanted.filter((path) => isCode(path) && !isTest(path) && !CONFIG.test(path));
  const manifest = await io.tool(readFile, { path: 'package.json', maxBytes: MAX_MANIFEST_BYTES });
  const told = manifest.read ? readManifest('package.json', manifest.text) : undefined;
  const by = testedBy(modules, told !== undefined && 'folder' in told ? told.name : undefined);
  const untested: Untested[] = [];
  let tested = 0;
  for (const module of sources.flatMap((path) => known.get(path) ?? [])) {
    const { path } = module;
    for (const { thing, line } of pieces(module, fresh?.get(path)))
      if (thing === undefined ? by.imported(path) : by.tested(path, thing)) tested += 1;
      else untested.push({ path, line, name: thing?.name ?? null, imported: by.imported(path) });
  }
  const others = fresh ? wanted.filter((path) => OTHER_CODE.test(path) && !isTest(path)) : [];
  return { scope, untested: untested.toSorted(byReach), tested, tests: by.tests, gaps, others };
}

const OF = { paths: 'the named files', changes: 'the changed code', project: 'the code' } as const;

/** Says what no test names. */
export function describeCoverage({
  scope,
  untested,
  tested,
  tests,
  gaps,
  others,
}: Coverage): string {
  const all = counted(untested.length + tested, 'piece');
  const head =
    untested.length === 0
      ? `**Tests**: each of ${all} of ${OF[scope]} is named by a test (${counted(tests, 'test file')}).`
      : `**Tests**: of ${all} of ${OF[scope]} no test names ${untested.length} (${counted(tests, 'test file')}).`;
  const points = untested.map(
    ({ path, line, name, imported }) =>
      `${inCode(`${path}:${line}`)} ${name === null ? 'code of the file' : inCode(name)}${imported ? '' : ', in a file that no test imports'}`,
  );
  const left = gaps.map(({ path, why }) => `${path === null ? '' : `${inCode(path)}: `}${why}`);
  return [
    head,
    ...bullets('Without a test', points, MAX_POINTS),
    ...bullets(
      'Not judged',
      [...left, ...others.map((path) => `${inCode(path)}: its language is not read`)],
      MAX_POINTS,
    ),
    'Named is not covered: what the tests run is told by a coverage run alone.',
  ].join('\n');
}

/** What of a change speaks against it: nothing of it is tested, or whether it is cannot be told. */
export function untestedChange({ untested, tested, tests, gaps, others }: Coverage) {
  const isBare = tested === 0;
  const unread = others.map((path) => gap(path, 'its language is not read'));
  return {
    faults: isBare
      ? untested.map(({ path, line, name }) => {
          return {
            path,
            line,
            rule: 'untested',
            about: name ?? path,
            why: 'is changed, and no test names it',
          };
        })
      : [],
    gaps: [...gaps, ...(isBare ? unread : [])],
    looked: [
      { what: 'changed pieces that a test names', count: tested },
      { what: 'changed pieces that no test names', count: untested.length },
      { what: 'test files', count: tests },
    ],
  };
}

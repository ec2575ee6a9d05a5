import * as z from 'zod';
import { defineTool, type ToolContext } from '../team/define-tool.ts';
import { readList, readPatch, type AddedLines, type ListedFile } from './diff-text.ts';
import { isBinary, linesOf, ProjectPath, readStart } from './folder.ts';
import { pieces } from './git.ts';
import { inRepository, NoRepository, Ref, type Repository } from './repository.ts';
import { seal, withoutSecrets } from './secrets.ts';
import { byText, cut, wholeLines } from './text.ts';

const MAX_FILES = 500;
const MAX_UNTRACKED = 200;
const MAX_PATCH_BYTES = 8_000_000;
const MAX_UNTRACKED_BYTES = 256_000;
const MAX_LINES_A_FILE = 300;
const MAX_LINES = 3000;
const MAX_LINE_CHARS = 300;
const MAX_SECRETS = 100;

const Hunk = z.strictObject({
  /** The number of the first line in the new file. */
  start: z.int().min(0),
  lines: z.array(z.string().max(MAX_LINE_CHARS)),
});

const ChangedFile = z.strictObject({
  path: ProjectPath,
  renamedFrom: ProjectPath.nullable(),
  change: z.enum([
    'added',
    'modified',
    'deleted',
    'renamed',
    'copied',
    'type',
    'conflict',
    'untracked',
  ] as const),
  added: z.int().min(0),
  deleted: z.int().min(0),
  binary: z.boolean(),
  /** Added lines only, secrets left out. */
  hunks: z.array(Hunk),
  /** Where an added line holds a secret; the seal tells two of them apart within one scope. */
  secrets: z.array(
    z.strictObject({ line: z.int().min(1), kind: z.string(), seal: z.string().nullable() }),
  ),
  /** There are more added lines than shown, or a line was cut. */
  truncated: z.boolean(),
});
type ChangedFile = z.input<typeof ChangedFile>;

const Diff = z.strictObject({
  repository: z.literal(true),
  /** The asked ref that names no commit; then there are no files. */
  unknownRef: z.string().nullable(),
  /** Sorted by path. */
  files: z.array(ChangedFile).max(MAX_FILES),
  /** Something was left out: files, or lines of one of them. */
  truncated: z.boolean(),
});
export type Diff = z.infer<typeof Diff>;

/** Puts together what is shown, within the limits of the whole diff. */
class Pages {
  readonly #scope: string;
  readonly #files: ChangedFile[] = [];
  #linesLeft = MAX_LINES;
  #secretsLeft = MAX_SECRETS;
  truncated = false;

  constructor(scope: string) {
    this.#scope = scope;
  }

  /** Looks for secrets in all lines, and shows as many as may be shown. */
  add(file: ListedFile, added: readonly AddedLines[], cutOff: boolean): void {
    if (this.#files.length >= MAX_FILES) {
      this.truncated = true;
      return;
    }
    const secrets: ChangedFile['secrets'] = [];
    const hunks: ChangedFile['hunks'] = [];
    let left = Math.min(MAX_LINES_A_FILE, this.#linesLeft);
    let truncated = cutOff;
    for (const { start, lines } of added) {
      const clean = withoutSecrets(lines);
      for (const { index, kind, secret } of clean.found) {
        this.#secretsLeft -= 1;
        const sealed = this.#secretsLeft >= 0 ? seal(secret, this.#scope) : null;
        secrets.push({ line: start + index, kind, seal: sealed });
      }
      const shown = clean.lines.slice(0, left).map((line) => cut(line, MAX_LINE_CHARS));
      truncated ||= shown.length < lines.length || shown.some((line) => line.truncated);
      left -= shown.length;
      this.#linesLeft -= shown.length;
      if (shown.length > 0) hunks.push({ start, lines: shown.map(({ text }) => text) });
    }
    this.truncated ||= truncated;
    this.#files.push({ ...file, hunks, secrets: secrets.slice(0, MAX_SECRETS), truncated });
  }

  sorted(): ChangedFile[] {
    return this.#files.toSorted((a, b) => byText(a.path, b.path));
  }
}

const HOW = [
  'diff',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--ignore-submodules=dirty',
  '--find-renames',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

async function addCommitted(repository: Repository, between: readonly string[], pages: Pages) {
  const listed = await repository.ask([...HOW, '--raw', '--numstat', '-z', ...between, '--']);
  const patch = await repository.ask(
    [...HOW, '--patch', '--unified=0', '--inter-hunk-context=0', ...between, '--'],
    MAX_PATCH_BYTES,
  );
  const hunks = readPatch(patch.truncated ? wholeLines(patch.text) : patch.text);
  pages.truncated ||= listed.truncated || patch.truncated;
  for (const file of readList(listed.text)) {
    const lines = hunks.get(file.path) ?? [];
    const seen = lines.reduce((sum, hunk) => sum + hunk.lines.length, 0);
    pages.add(file, lines, !file.binary && seen < file.added);
  }
}

async function addUntracked(repository: Repository, pages: Pages) {
  const listed = await repository.ask(['ls-files', '--others', '--exclude-standard', '-z']);
  const paths = pieces(listed.text).filter((path) => !path.endsWith('/'));
  pages.truncated ||= listed.truncated || paths.length > MAX_UNTRACKED;
  for (const path of paths.slice(0, MAX_UNTRACKED)) {
    const file = { path, renamedFrom: null, change: 'untracked' as const, deleted: 0 };
    const start = await readStart(repository.folder, path, MAX_UNTRACKED_BYTES);
    if (typeof start === 'string') {
      // A link that leads out, a pipe, a name that is no text: it is named and not read.
      pages.add({ ...file, added: 0, binary: false }, [], true);
      continue;
    }
    const cutOff = start.bytes > start.data.length;
    const binary = isBinary(start.data);
    const lines = binary ? [] : linesOf(start);
    pages.add({ ...file, added: lines.length, binary }, [{ start: 1, lines }], cutOff);
  }
}

/** What a repository without a commit is compared with. */
const emptyTree = async (repository: Repository) =>
  (await repository.ask(['hash-object', '-t', 'tree', '--stdin'])).text.trim();

async function diff(repository: Repository, base: string, branch: string, context: ToolContext) {
  const pages = new Pages(context.scope);
  const result = { repository: true as const, files: [], truncated: false };
  const heads: string[] = [];
  for (const ref of [base, branch]) {
    const commit = await repository.commitOf(ref);
    if (commit === null) return { ...result, unknownRef: ref };
    heads.push(commit);
  }
  const common = await repository.run(['merge-base', ...heads]);
  const [from = ''] = common.code === 0 ? [common.text.trim()] : heads;
  await addCommitted(repository, [from, heads[1] ?? ''], pages);
  return { ...result, unknownRef: null, files: pages.sorted(), truncated: pages.truncated };
}

/** The changes of the working tree, or those that a branch adds to a base; secrets never in it. */
export const gitDiff = defineTool({
  name: 'git-diff',
  does: 'Reads what changed: files, added lines without secrets, and where secrets are.',
  input: z.union([
    z.strictObject({ of: z.literal('files') }),
    z.strictObject({ of: z.literal('branch'), base: Ref, branch: Ref }),
  ]),
  output: z.discriminatedUnion('repository', [NoRepository, Diff]),
  effect: 'reads',
  timeoutMs: 60_000,
  run: (input, context) =>
    input.of === 'branch'
      ? inRepository(context, 'history', (repository) =>
          diff(repository, input.base, input.branch, context),
        )
      : inRepository(context, 'files', async (repository) => {
          const pages = new Pages(context.scope);
          await addCommitted(repository, [repository.head ?? (await emptyTree(repository))], pages);
          await addUntracked(repository, pages);
          const { truncated } = pages;
          const repositoryIs = { repository: true as const, unknownRef: null };
          return { ...repositoryIs, files: pages.sorted(), truncated };
        }),
});

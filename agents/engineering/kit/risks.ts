import { byText, counted, type Diff } from 'nova-agents/tools';

type ChangedFile = Diff['files'][number];

/** Why a change wants a second look, the gravest first. */
export const RISKS = [
  'secret',
  'conflict',
  'database',
  'access',
  'pipeline',
  'deletion',
  'lock-file',
  'binary',
] as const satisfies readonly string[];
export type Risk =
  | 'secret'
  | 'conflict'
  | 'database'
  | 'access'
  | 'pipeline'
  | 'deletion'
  | 'lock-file'
  | 'binary';

export interface Finding {
  readonly risk: Risk;
  /** The branch that holds the change; null for the files of the folder. */
  readonly branch: string | null;
  readonly path: string;
  readonly line: number;
  readonly why: string;
  /** Tells two secrets apart, and says nothing of them. */
  readonly seal: string | null;
}

/** Lines that one file may lose before it is told. */
export const LARGE_DELETION_LINES = 200;
/** A whole file that is gone is told from this many lines on. */
export const LARGE_FILE_LINES = 50;

const MIGRATION = /(?:^|\/)(?:migrations?|db\/migrate|alembic|flyway|prisma\/migrations)\//i;
const DESTRUCTIVE = [
  /\bdrop\s+(?:table|database|schema|column|index|view|constraint)\b/i,
  /\btruncate\s+(?:table\s+)?["'`\w]/i,
  /\bdelete\s+from\s+["'`\w.]+\s*(?:;|["'`]\s*[;,)]|$)/i,
  /\balter\s+table\b.*\bdrop\b/i,
  /\b(?:dropTable|dropColumn|drop_table|drop_column|remove_column|dropDatabase)\b/,
];
const SQL_NAME = /\.sql$/i;
const PIPELINE =
  /(?:^|\/)(?:\.github\/(?:workflows|actions)\/.+|\.gitlab-ci\.yml|jenkinsfile|azure-pipelines\.ya?ml|\.circleci\/.+|\.travis\.yml|dockerfile[\w.-]*|\.husky\/.+|\.buildkite\/.+)$/i;
const ACCESS =
  /(?:^|[/._-])(?:auth[nz]?|authenticat\w+|authori[sz]\w+|oauth\d?|permissions?|acl|rbac|polic(?:y|ies)|login|passwords?|codeowners)(?:[/._-]|$)/i;
const LOCK =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|cargo\.lock|poetry\.lock|uv\.lock|gemfile\.lock|composer\.lock|go\.sum)$/i;
/** What a package manager writes, and nobody reads. */
export const isLockFile = (path: string): boolean => LOCK.test(path);
const SECRET_FILE =
  /(?:^|\/)(?:\.env(?:\.(?!example|sample|template|dist)[\w-]+)*|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:pem|key|p12|pfx|jks|keystore)|\.netrc|credentials(?:\.json)?)$/i;
const CONFLICT = /^(?:<{7}|>{7}) \S/;

const firstLine = ({ hunks }: ChangedFile) => Math.max(1, hunks[0]?.start ?? 1);

function linesWith(file: ChangedFile, patterns: readonly RegExp[]): number[] {
  return file.hunks.flatMap(({ start, lines }) =>
    lines.flatMap((line, index) =>
      patterns.some((pattern) => pattern.test(line)) ? [start + index] : [],
    ),
  );
}

/** What is told of a file by its name and size. */
function byName(file: ChangedFile): [Risk, string][] {
  const { path, change, deleted, binary } = file;
  const gone = change === 'deleted' && deleted >= LARGE_FILE_LINES;
  const database = MIGRATION.test(path) || SQL_NAME.test(path);
  return [
    ...(SECRET_FILE.test(path) && change !== 'deleted'
      ? [['secret', 'a file of this name usually holds secrets'] as [Risk, string]]
      : []),
    ...(database ? [['database', 'changes how data is stored'] as [Risk, string]] : []),
    ...(ACCESS.test(path) ? [['access', 'decides who may do what'] as [Risk, string]] : []),
    ...(PIPELINE.test(path)
      ? [['pipeline', 'runs with the rights of the build'] as [Risk, string]]
      : []),
    ...(gone || deleted >= LARGE_DELETION_LINES
      ? [['deletion', `${counted(deleted, 'line')} deleted`] as [Risk, string]]
      : []),
    ...(isLockFile(path)
      ? [['lock-file', 'decides what is installed, and is rarely read'] as [Risk, string]]
      : []),
    ...(binary && change !== 'deleted'
      ? [['binary', 'cannot be read in a review'] as [Risk, string]]
      : []),
  ];
}

const DELETES = 'deletes data or columns';

/** What speaks against a change by itself; the rest only wants a second look. */
export const isGrave = ({ risk, why }: Pick<Finding, 'risk' | 'why'>): boolean =>
  risk === 'secret' || risk === 'conflict' || why === DELETES;

/** Everything in one file that wants a second look. */
export function judgeFile(file: ChangedFile, branch: string | null): Finding[] {
  const at = { branch, path: file.path, seal: null };
  const isText = !isLockFile(file.path);
  return [
    ...file.secrets.map(({ line, kind, seal }): Finding => {
      return { ...at, risk: 'secret', line, why: `holds what looks like a secret (${kind})`, seal };
    }),
    ...byName(file).map(([risk, why]): Finding => ({ ...at, risk, line: firstLine(file), why })),
    ...(isText ? linesWith(file, DESTRUCTIVE) : []).map((line): Finding => {
      return { ...at, risk: 'database', line, why: DELETES };
    }),
    ...linesWith(file, [CONFLICT]).map((line): Finding => {
      return { ...at, risk: 'conflict', line, why: 'a conflict is left in the file' };
    }),
  ];
}

/** The gravest first, then by branch and place. */
export const byRisk = (a: Finding, b: Finding): number =>
  RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) ||
  byText(a.branch ?? '', b.branch ?? '') ||
  byText(a.path, b.path) ||
  a.line - b.line ||
  byText(a.why, b.why);

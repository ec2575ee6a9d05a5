import { execFile, type ExecFileException } from 'node:child_process';
import { dirname } from 'node:path';

// simple-git is not used: it cannot cap what a command prints, and a project may print gigabytes.

/** Bytes that a git command may print before it is ended; default of every call. */
export const MAX_GIT_BYTES = 4_000_000;

/** What a project's own configuration must not switch on while it is looked at. */
const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'color.ui=false',
  // The index is the project's: what is only of another time is left out of a list all the same.
  'diff.autoRefreshIndex=false',
  'diff.orderFile=/dev/null',
  'i18n.logOutputEncoding=UTF-8',
  'log.showSignature=false',
].flatMap((setting) => ['-c', setting]);
const ALWAYS = [...SETTINGS, '--no-pager', '--literal-pathspecs'];

/** How a git command ended. */
export interface GitRun {
  /** Null where it was ended at the byte cap. */
  readonly code: number | null;
  readonly text: string;
  readonly truncated: boolean;
  readonly error: string;
  /** No git on this machine. */
  readonly missing: boolean;
}

/** Settings by name, for one command; git takes them before those of the project. */
export type Settings = Readonly<Record<string, string>>;

/** Passed by variables, as `-c` would break at an equals sign in a name. */
function asVariables(settings: Settings): NodeJS.ProcessEnv {
  const pairs = Object.entries(settings);
  const variables = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(pairs.length), ...Object.fromEntries(variables) };
}

function environment(folder: string, settings: Settings): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    GIT_CONFIG_NOSYSTEM: '1',
    // A partial clone would fetch what it lacks; no protocol has this name.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    // A repository above the project is not the project.
    GIT_CEILING_DIRECTORIES: dirname(folder),
    ...asVariables(settings),
  };
}

const asEnding = (error: ExecFileException | null, text: string, stderr: string): GitRun => {
  const truncated = error?.code === ('ERR_CHILD_PROCESS_STDIO_MAXBUFFER' as unknown);
  const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
  const missing = error?.code === ('ENOENT' as unknown);
  return { code: truncated ? null : (code ?? 128), text, truncated, error: stderr, missing };
};

/**
 * Runs one git command in a folder, without a shell, and returns what it printed, up to a cap.
 * @throws the signal's reason where the call was aborted; never for what git itself says.
 */
export function runGit(
  folder: string,
  signal: AbortSignal,
  args: readonly string[],
  maxBytes = MAX_GIT_BYTES,
  settings: Settings = {},
): Promise<GitRun> {
  const options = {
    cwd: folder,
    env: environment(folder, settings),
    encoding: 'buffer' as const,
    maxBuffer: maxBytes,
    signal,
    windowsHide: true,
  };
  return new Promise((resolve, reject) => {
    const child = execFile('git', [...ALWAYS, ...args], options, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(asEnding(error, stdout.toString('utf8'), stderr.toString('utf8')));
    });
    child.stdin?.on('error', () => {}).end();
  });
}

/** Splits what was printed with `-z`; the last piece is empty, or cut in the middle, and dropped. */
export const pieces = (text: string): string[] => text.split('\0').slice(0, -1);

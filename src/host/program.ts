import type { ChildProcess } from 'node:child_process';
import spawn from 'cross-spawn';

/** A program that is started here, without a shell. */
export interface Program {
  readonly command: string;
  readonly args?: readonly string[];
  /** All that it sees of the surroundings, beside what every program needs; undefined is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: where Nova runs. */
  readonly cwd?: string;
}

const SEEN =
  process.platform === 'win32'
    ? 'APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATH PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA PROGRAMFILES SYSTEMDRIVE SYSTEMROOT TEMP TMP USERNAME USERPROFILE WINDIR'
    : 'HOME LANG LC_ALL LOGNAME PATH SHELL TERM TMPDIR USER';

/** Never the whole environment: it holds this process's keys. */
function environment(env: Program['env'] = {}): Record<string, string> {
  const base = SEEN.split(' ').map((name) => [name, process.env[name]] as const);
  const all = [...base, ...Object.entries(env)];
  return Object.fromEntries(
    all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const running = new Set<ChildProcess>();
function killAll(): void {
  for (const child of running) signal(child, 'SIGKILL');
}

/** It is ended with this process. */
export function keep(child: ChildProcess): void {
  if (running.size === 0) process.once('exit', killAll);
  running.add(child);
}

/** It has ended. */
export function release(child: ChildProcess): void {
  running.delete(child);
  if (running.size === 0) process.off('exit', killAll);
}

/** To all that it started as well: a launcher such as npx is not the server itself. */
export function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // There is nobody left.
  }
}

/** Starts a program in a group of its own: a Ctrl-C is Nova's to pass on. */
export const startProgram = ({ command, args = [], env, cwd }: Program): ChildProcess =>
  spawn(command, [...args], {
    env: environment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...(cwd !== undefined && { cwd }),
  });

import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Result } from '../../src/host/asks.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
/** A folder whose `nova.config.ts` gives an organisation that does as it is told. */
export const STAGE = join(ROOT, 'test/fixtures/cli-mischief');
const MAIN = join(ROOT, 'src/cli/main.ts');
const BIN = join(ROOT, 'node_modules/.bin');
/** Between two looks at a file that another process makes. */
const LOOK_MS = 10;
/** Hundreds of processes load the same modules: Node keeps them compiled here. */
const COMPILED = join(ROOT, 'node_modules/.cache/compiled');

/** A user that has no name; only root can become it, and only where the sources may be read by all. */
export const NOBODY = 54_321;
export const CAN_BE_NOBODY =
  process.getuid?.() === 0 && spawnSync('test', ['-r', MAIN], { uid: NOBODY }).status === 0;

export interface How {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** True: its stdin is a pipe; default nothing. */
  readonly input?: boolean;
  readonly uid?: number;
}

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The environment of a child: nothing of the surroundings decides where it keeps its data. */
function environment({ env = {} }: How): NodeJS.ProcessEnv {
  const { NOVA_HOME: _1, XDG_STATE_HOME: _2, ...rest } = process.env;
  const PATH = `${BIN}:${process.env['PATH']}`;
  return { ...rest, PATH, NO_COLOR: '1', NODE_COMPILE_CACHE: COMPILED, ...env };
}

/** A child that is heard; it is killed at the end of its test at the latest. */
export class Child {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly #child;
  readonly #listeners = new Set<() => void>();
  #out = '';
  #err = '';

  constructor(program: string, args: readonly string[], how: How = {}) {
    const child = spawn(program, args, {
      cwd: how.cwd ?? STAGE,
      env: environment(how),
      ...(how.uid !== undefined && { uid: how.uid }),
      stdio: [how.input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.pid = Number(child.pid);
    child.stdout?.on('data', (chunk: Buffer) => this.#hear((this.#out += String(chunk))));
    child.stderr?.on('data', (chunk: Buffer) => this.#hear((this.#err += String(chunk))));
    this.ended = new Promise((settle, fail) => {
      child.on('error', fail);
      child.on('close', (code, signal) => {
        settle({ code, signal, out: this.#out, err: this.#err });
        this.#hear('');
      });
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.ended.catch(() => {});
    });
  }

  /** What it has said on stdout so far. */
  get out(): string {
    return this.#out;
  }

  /** Writes to its stdin, which has to be asked for. */
  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Nobody reads its stdout any more. */
  deafen(): void {
    this.#child.stdout?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it has said something on either stream, as often as asked. */
  async says(what: RegExp, times = 1): Promise<void> {
    const pattern = new RegExp(what.source, 'g');
    const count = () => [...`${this.#err}\n${this.#out}`.matchAll(pattern)].length;
    while (count() < times) {
      const next = new Promise<void>((heard) => this.#listeners.add(heard));
      const over = await Promise.race([next, this.ended]);
      if (over !== undefined && count() < times)
        throw new Error(`it ended and never said ${what}: ${JSON.stringify(over)}`);
    }
  }

  #hear(_: string): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

const SOURCE = ['--conditions=nova-source', MAIN];

/** Starts the command line itself. */
export const start = (args: readonly string[], how?: How): Child =>
  new Child(process.execPath, [...SOURCE, ...args], how);

/** Runs it to its end. */
export const nova = (args: readonly string[], how?: How): Promise<Ended> => start(args, how).ended;

/** A folder of one test. */
export function folder(...below: string[]): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'nova-cli-')));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  const path = join(made, ...below);
  mkdirSync(path, { recursive: true });
  return path;
}

/** A data folder, the stage's props, and how to run on it. */
export class Stage {
  readonly store: string;
  readonly #props = folder();
  readonly #how: How;

  /** @param store of another stage; default one of its own. */
  constructor(how: How = {}, store = folder()) {
    this.store = store;
    const env = { TEST_WRITTEN: this.#prop('written'), TEST_CURTAIN: this.#prop('curtain') };
    this.#how = { ...how, env: { ...env, ...how.env } };
  }

  #prop(name: string): string {
    return join(this.#props, name);
  }

  start(...args: string[]): Child {
    return start(['--store', this.store, ...args], this.#how);
  }

  /** The same through another program, which is given the line to run. */
  startBy(program: string, lineOf: (line: readonly string[]) => string[], args: readonly string[]) {
    const line = [process.execPath, ...SOURCE, '--store', this.store, ...args];
    return new Child(program, lineOf(line), { ...this.#how, input: true });
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** What `--json` printed: exactly one document. */
  async json<T = Result>(...args: string[]): Promise<T> {
    const { out, err } = await this.run(...args, '--json');
    try {
      return JSON.parse(out) as T;
    } catch (cause) {
      throw new Error(`no JSON on stdout: ${out}\n${err}`, { cause });
    }
  }

  /** Waits until a process holds the folder. */
  async holds(pid: number): Promise<void> {
    const file = join(this.store, 'holder.json');
    while (!(existsSync(file) && readFileSync(file, 'utf8').includes(`"pid": ${pid},`)))
      await wait(LOOK_MS);
  }

  raiseCurtain(): void {
    closeSync(openSync(this.#prop('curtain'), 'w'));
  }

  /** What the writing tool wrote. */
  get written(): string[] {
    try {
      return readFileSync(this.#prop('written'), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }
}

/** Runs on a pseudo terminal whose screen is heard, with stdout led into a file. */
export function onTerminal(stage: Stage, args: readonly string[]) {
  const file = join(folder(), 'stdout');
  const script = (line: readonly string[]) => {
    const words = line.map((word) => `'${word}'`).join(' ');
    return [
      '--quiet',
      '--return',
      '--flush',
      '--command',
      `stty cols 100 rows 40; ${words} > '${file}'`,
      '/dev/null',
    ];
  };
  const child = stage.startBy('script', script, args);
  return {
    ended: child.ended,
    says: (what: RegExp) => child.says(what),
    type: (keys: string) => child.type(keys),
    stdout: () => readFileSync(file, 'utf8'),
  };
}

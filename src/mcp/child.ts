import type { ChildProcess } from 'node:child_process';
import { systemClock } from '../host/clock.ts';
import { keep, release, signal, startProgram, type Program } from '../host/program.ts';

/** What a server may say between two answers; what is larger is no answer. */
export const MAX_SAID_BYTES = 4 * 1024 * 1024;
/** A line counts as at least so many: reading a short one is as much work. */
const MIN_LINE_BYTES = 1_000;
/** The end of what it says on stderr is kept, for a person who looks why it does not start. */
const MAX_LAST_WORDS_CHARS = 1_000;
/** From the end of its stdin to the first signal, and from there to the last. */
const GRACE_MS = 300;

const hasId = (message: unknown, ids: ReadonlySet<unknown>): boolean =>
  typeof message === 'object' && message !== null && 'id' in message && ids.has(message.id);

/**
 * JSON-RPC over a child's stdin and stdout, a line a message. Not the one of the protocol's own library: that gives the child up after
 * four seconds, keeps this process from ending while it runs, and forgets what a launcher has started.
 */
export class Child {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: never) => void;
  readonly #program: Program;
  /** Requests without an answer. */
  readonly #open = new Set<unknown>();
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #cancel: () => void = () => {};
  #rest: Buffer[] = [];
  #said = 0;
  #lastWords = '';
  #fault = '';

  constructor(program: Program) {
    this.#program = program;
  }

  /** Why it is not there, as far as it can be told: its last words are its own. */
  get problem(): string {
    const words = this.#lastWords.trim();
    return [this.#fault, ...(words === '' ? [] : [`it last said on stderr: ${words}`])].join('; ');
  }

  async start(): Promise<void> {
    const child = startProgram(this.#program);
    this.#child = child;
    const left = Promise.withResolvers<void>();
    this.#ended = left.promise;
    const over = () => this.#over(child, left.resolve);
    child.on('close', over);
    child.on('exit', (code, by) => {
      this.#fault ||= `it ended (${by ?? code})`;
      // Whoever is left of it holds its pipes, and its last words are still in them.
      signal(child, 'SIGKILL');
      release(child);
      this.#cancel = systemClock.wakeAt(systemClock.now() + GRACE_MS, over);
    });
    child.stdin?.on('error', () => {});
    child.stdout?.on('data', (chunk: Buffer) => this.#hear(chunk)).on('error', () => {});
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = `${this.#lastWords}${chunk.toString('utf8')}`.slice(-MAX_LAST_WORDS_CHARS);
    });
    await new Promise<void>((settle, fail) => {
      child.on('spawn', settle);
      child.on('error', (error) => {
        this.#fault ||= `it cannot be started: ${error.message}`;
        over();
        fail(error);
      });
    });
    keep(child);
    // It keeps nobody from leaving: whoever waits for an answer has a timer.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr])
      (stream as unknown as { unref?: () => void } | null)?.unref?.();
  }

  #over(child: ChildProcess, left: () => void): void {
    this.#cancel();
    release(child);
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    left();
    if (this.#child === undefined) return;
    this.#child = undefined;
    this.onclose?.();
  }

  #hear(chunk: Buffer): void {
    this.#said += chunk.length;
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      const line = Buffer.concat([...this.#rest.splice(0), chunk.subarray(begin, end)]);
      begin = end + 1;
      this.#said += Math.max(0, MIN_LINE_BYTES - line.length);
      this.#take(line.toString('utf8'));
    }
    if (this.#said > MAX_SAID_BYTES) {
      this.#fault ||= `it said more than ${MAX_SAID_BYTES} bytes and no answer`;
      this.#rest = [];
      if (this.#child !== undefined) signal(this.#child, 'SIGKILL');
    } else if (begin < chunk.length) this.#rest.push(chunk.subarray(begin));
  }

  #take(line: string): void {
    // Some print to the wrong stream; how much of that is borne is counted.
    if (this.#said > MAX_SAID_BYTES || !line.startsWith('{')) return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    if (hasId(message, this.#open)) {
      this.#open.delete((message as { readonly id: unknown }).id);
      this.#said = 0;
    }
    try {
      this.onmessage?.(message as never);
    } catch (error) {
      this.onerror?.(error as Error);
    }
  }

  async send(message: object): Promise<void> {
    const { stdin } = this.#child ?? {};
    if (stdin?.writable !== true) throw new Error(this.#fault || 'it is not there');
    if ('method' in message && 'id' in message) this.#open.add(message.id);
    // Not awaited: one who does not read is found by the time of the call.
    stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends it: its stdin first, then by a signal, then by the one that nobody hears. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.ref();
    child.stdin?.end();
    const begun = systemClock.now();
    const cancels = [
      systemClock.wakeAt(begun + GRACE_MS, () => signal(child, 'SIGTERM')),
      systemClock.wakeAt(begun + 2 * GRACE_MS, () => signal(child, 'SIGKILL')),
    ];
    await this.#ended;
    for (const cancel of cancels) cancel();
  }
}

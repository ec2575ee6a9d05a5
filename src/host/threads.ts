import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Organisation } from '../team/define-organisation.ts';
import { editionOf } from '../team/previous.ts';
import { ActSession, type TurnResult } from './act-session.ts';
import type { ThreadReply, ThreadTurn } from './act-thread.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './ports.ts';
import { Restarts } from './restarts.ts';

export type Turn = Omit<ThreadTurn, 'turn'>;

/** Runs agents in code. `turn` always resolves; `release` ends a session, whatever its code is doing: also where its time is up. */
export interface Actors {
  turn(turn: Turn): Promise<TurnResult>;
  release(session: string, isLate?: boolean): void;
  close(): Promise<void>;
}

/** On the main thread: for agents defined in a script, where no module can be loaded. A hang there hangs the process. */
export function inlineActors(organisation: Organisation): Actors {
  const sessions = new Map<string, ActSession>();
  return {
    async turn({ session, agent, version, input, calls }) {
      const found = editionOf(organisation.byId.get(agent), version);
      if (found === undefined) return { kind: 'threw', message: `no agent ${agent}@${version}` };
      const known = sessions.get(session);
      const current =
        known === undefined || known.isOver ? new ActSession(found, input, calls) : known;
      sessions.set(session, current);
      return current.turn(calls);
    },
    release(session) {
      sessions.delete(session);
    },
    async close() {
      sessions.clear();
    },
  };
}

/** A thread of the pool: it holds one session at a time, so that a hang costs nobody else. */
interface Thread {
  readonly worker: Worker;
  session: string | undefined;
  /** Whose session it is, or was. */
  agent: string;
  turn: number;
  /** Its code has come to its end: the thread may serve another session. */
  isOver: boolean;
  /** Undefined while nobody waits for it: no session, or one whose code waits for an answer. */
  settle: ((result: TurnResult) => void) | undefined;
  /** When it was last at work. */
  workedAt: number;
}

interface Waiting {
  readonly turn: Turn;
  readonly settle: (result: TurnResult) => void;
}

const isSource = import.meta.url.endsWith('.ts');
const entry = new URL(isSource ? './act-thread.ts' : './act-thread.js', import.meta.url);
/** Sources find the package by its own name through this condition. */
const execArgv = isSource
  ? ['--conditions=nova-source', '--disable-warning=ExperimentalWarning']
  : [];

export interface ThreadOptions {
  /** Default 8, or two for each processor where these are more; a turn beyond it waits for a free thread. One agent has at most half of them at once. */
  readonly maxThreads?: number;
  /**
   * After so long code that waits for an answer gives its thread to others who need one, and goes through what is on record when it is
   * answered; default 1,000.
   */
  readonly maxIdleMs?: number;
  readonly clock?: Clock;
  /** Of one thread, in MiB; default 512. */
  readonly maxHeapMb?: number;
  /** Default: 5 in 60 s. */
  readonly restarts?: Restarts;
}

/** In pooled worker threads that load the organisation's module by its URL. */
export function threadActors(url: string, id: string, options: ThreadOptions = {}): Actors {
  return new ThreadPool(url, id, options);
}

const MOST_THREADS = Math.max(8, 2 * availableParallelism());

class ThreadPool implements Actors {
  readonly #start: () => Worker;
  readonly #maxThreads: number;
  readonly #share: number;
  readonly #maxIdleMs: number;
  readonly #clock: Clock;
  readonly #restarts: Restarts;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Waiting[] = [];
  #letAgain: () => void = () => {};

  constructor(url: string, id: string, options: ThreadOptions) {
    const { maxThreads = MOST_THREADS, maxHeapMb = 512, maxIdleMs = 1_000 } = options;
    const { clock = systemClock, restarts = new Restarts(clock) } = options;
    this.#maxThreads = maxThreads;
    this.#maxIdleMs = maxIdleMs;
    this.#clock = clock;
    this.#share = Math.max(1, Math.floor(maxThreads / 2));
    this.#restarts = restarts;
    this.#start = () =>
      new Worker(entry, {
        workerData: { url, id },
        execArgv,
        resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
        // What an agent prints is not the answer.
        stdout: true,
        stderr: true,
      });
  }

  turn(turn: Turn): Promise<TurnResult> {
    return new Promise((settle) => {
      const own = this.#of(turn.session);
      if (own !== undefined) return put(own, turn, settle);
      this.#waiting.push({ turn, settle });
      this.#next();
    });
  }

  release(session: string, isLate = false): void {
    const queued = this.#waiting.findIndex(({ turn }) => turn.session === session);
    if (queued >= 0)
      this.#waiting.splice(queued, 1)[0]?.settle({ kind: 'threw', message: 'released' });
    const thread = this.#of(session);
    if (thread === undefined) return;
    // Code that is still running, or waits for a tool, is given up together with its thread.
    if (thread.settle !== undefined || !thread.isOver) {
      if (isLate && thread.settle !== undefined) this.#restarts.count(thread.agent);
      return this.#lose(thread, 'released');
    }
    thread.session = undefined;
    this.#next();
  }

  async close(): Promise<void> {
    this.#letAgain();
    for (const { settle } of this.#waiting.splice(0)) settle({ kind: 'threw', message: 'closed' });
    const threads = [...this.#threads];
    for (const thread of threads) this.#lose(thread, 'closed');
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #of(session: string): Thread | undefined {
    return [...this.#threads].find((thread) => thread.session === session);
  }

  #next(): void {
    const spent = this.#waiting.filter(({ turn }) => this.#restarts.isSpent(turn.agent));
    for (const waiting of spent) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      const message = `the code of ${waiting.turn.agent} has ended its thread too often`;
      waiting.settle({ kind: 'unavailable', message });
    }
    for (let next = this.#fairest(); next !== undefined; next = this.#fairest()) {
      const thread = this.#free();
      if (thread === undefined) break;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      put(thread, next.turn, next.settle);
    }
    this.#lookAgain();
  }

  /** Those who wait for a thread get one as soon as a session has held one idly for too long. */
  #lookAgain(): void {
    this.#letAgain();
    const young = [...this.#threads].filter(
      (thread) => isSuspended(thread) && !this.#isIdle(thread),
    );
    if (this.#waiting.length === 0 || young.length === 0) return;
    const oldest = Math.min(...young.map(({ workedAt }) => workedAt));
    this.#letAgain = this.#clock.wakeAt(oldest + this.#maxIdleMs, () => this.#next());
  }

  /** Of those who wait the first whose agent has the fewest threads, if that is less than its share. */
  #fairest(): Waiting | undefined {
    const threads = [...this.#threads].filter(
      (thread) => thread.session !== undefined && !this.#isIdle(thread),
    );
    const held = ({ turn }: Waiting) => threads.filter(({ agent }) => agent === turn.agent).length;
    const [fairest] = this.#waiting.toSorted((one, other) => held(one) - held(other));
    return fairest !== undefined && held(fairest) < this.#share ? fairest : undefined;
  }

  #free(): Thread | undefined {
    const threads = [...this.#threads];
    const free = threads.find(({ session }) => session === undefined);
    const own = free ?? (threads.length < this.#maxThreads ? this.#open() : undefined);
    return own ?? threads.find((thread) => this.#isIdle(thread));
  }

  #isIdle(thread: Thread): boolean {
    const since = this.#clock.now() - thread.workedAt;
    // A clock that was set back tells nothing.
    return isSuspended(thread) && (since < 0 || since >= this.#maxIdleMs);
  }

  #open(): Thread {
    const worker = this.#start();
    const thread: Thread = {
      worker,
      session: undefined,
      agent: '',
      turn: 0,
      isOver: false,
      settle: undefined,
      workedAt: 0,
    };
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', ({ turn, result }: ThreadReply) => {
      // A reply to an older turn, or a second one, is nobody's answer.
      if (turn !== thread.turn) return;
      thread.workedAt = this.#clock.now();
      resolveTurn(thread, result);
      this.#next();
    });
    worker.on('error', (error) =>
      this.#died(thread, error instanceof Error ? error.message : String(error)),
    );
    worker.on('exit', () => this.#died(thread, 'its thread ended'));
    worker.unref();
    this.#threads.add(thread);
    return thread;
  }

  /** Its code did that, where we did not: also behind the back of a session that is over. */
  #died(thread: Thread, message: string): void {
    if (this.#threads.has(thread)) this.#restarts.count(thread.agent);
    this.#lose(thread, message);
  }

  #lose(thread: Thread, message: string): void {
    if (!this.#threads.delete(thread)) return;
    resolveTurn(thread, { kind: 'threw', message });
    void thread.worker.terminate();
    this.#next();
  }
}

function put(thread: Thread, turn: Turn, settled: (result: TurnResult) => void): void {
  thread.session = turn.session;
  thread.agent = turn.agent;
  thread.turn += 1;
  thread.isOver = false;
  thread.settle = settled;
  thread.worker.postMessage({ ...turn, turn: thread.turn } satisfies ThreadTurn);
}

/** It holds a session, and nobody waits for it. */
const isSuspended = ({ session, settle }: Thread): boolean =>
  session !== undefined && settle === undefined;

function resolveTurn(thread: Thread, result: TurnResult): void {
  thread.isOver = result.kind !== 'wants';
  thread.settle?.(result);
  thread.settle = undefined;
}

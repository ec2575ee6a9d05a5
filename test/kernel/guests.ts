// Machines as their users write them, made from a tape of choices; promises are in the hand of whoever runs them.
import {
  and,
  assign,
  cancel,
  enqueueActions,
  fromPromise,
  not,
  raise,
  sendParent,
  setup,
  stopChild,
  type AnyStateMachine,
} from 'xstate';

interface Context {
  readonly n: number;
  readonly seen: unknown;
}
interface Of {
  readonly context: Context;
}
/** One of several, by the next number of a tape. */
type Pick = <T>(items: readonly T[]) => T;
/** The code behind every promise of a machine. */
export type Job = (input: unknown, signal: AbortSignal) => Promise<unknown>;

export const EVENTS = ['A', 'B', 'C'] as const;

/** Choices from a tape; the same tape makes the same machine. */
export function picker(tape: readonly number[]): Pick {
  let at = 0;
  return (items) => items[(tape[at++ % tape.length] ?? 0) % items.length] as never;
}

const LEVELS = ['kid', 'grandkid'] as const;
const NAMES = [
  'inc',
  'note',
  'later',
  'soon',
  'never',
  'up',
  'upLater',
  'both',
  'spawnJob',
  'stopJob',
] as const;
const TARGETS = ['s0', 's1', 's2', 's1a', 's1b', 's1h', 's2a', 's2b', 's2x', 's2y', 'end'];

/** None while the actor begins: then it has no snapshot yet. */
function childrenOf(self: { getSnapshot(): unknown }): { kid?: object; extra?: object } {
  try {
    return (self.getSnapshot() as { children: { kid?: object; extra?: object } }).children;
  } catch {
    return {};
  }
}

/** What was seen last: an event, its output, why it failed. */
const seen = ({ event }: { event: { type: string; output?: unknown; error?: unknown } }) => ({
  type: event.type,
  output: event.output ?? null,
  why: (event.error as Error | undefined)?.message ?? null,
});

const both = enqueueActions(({ enqueue, check, context, self }) => {
  if (check('isEven' as never)) enqueue('inc' as never);
  enqueue('inc' as never);
  if (childrenOf(self).kid !== undefined && (context as Context).n < 6)
    enqueue.sendTo('kid' as never, { type: 'A' } as never);
});
const spawnJob = enqueueActions(({ enqueue, self }) => {
  if (childrenOf(self).extra === undefined)
    enqueue.spawnChild('job' as never, { id: 'extra', input: { n: 9 } } as never);
});
const adds = (more: number) => assign({ n: ({ context }: Of) => context.n + more });

/** Names, as they stand in `setup`; a machine without a parent counts where another one tells it. */
const named = (level: number, actors: object) => ({
  types: {} as { context: Context; input: { n: number } },
  actors: actors as never,
  delays: { short: 10, grows: ({ context }: Of) => 5 + (context.n % 3) * 10 },
  guards: {
    isEven: ({ context }: Of) => context.n % 2 === 0,
    isSmall: ({ context }: Of) => context.n < 3,
    isBig: ({ context }: Of) => context.n > 4,
    wants: ({ context }: Of, { above }: { above: number }) => context.n > above,
  },
  actions: {
    inc: adds(1),
    note: assign({ seen: seen as never }),
    later: raise({ type: 'TICK' }, { delay: 15, id: 't' }),
    soon: raise({ type: 'TICK' }, { delay: 'grows' as never }),
    never: cancel('t'),
    up: level > 0 ? sendParent({ type: 'UP' }) : adds(2),
    upLater: level > 0 ? sendParent({ type: 'UP' }, { delay: 7 }) : adds(3),
    both,
    spawnJob,
    stopJob: stopChild('extra'),
  } as never,
});

/** The states of one machine, as the tape has them. */
class Shape {
  readonly #pick: Pick;
  readonly #child: string | undefined;

  constructor(pick: Pick, child: string | undefined) {
    this.#pick = pick;
    this.#child = child;
  }

  #happens(odds: number): boolean {
    return this.#pick(Array.from({ length: odds }, (_, index) => index === 0));
  }
  #some(): string[] {
    return Array.from({ length: this.#pick([0, 0, 1, 1, 2]) }, () => this.#pick(NAMES));
  }
  #wants(...above: number[]) {
    return { type: 'wants', params: { above: this.#pick(above) } };
  }
  #go() {
    const pick = this.#pick;
    const composed = and([not('isBig' as never), 'isEven' as never] as never);
    return {
      ...(pick([true, true, true, false]) && { target: `#${pick(TARGETS)}` }),
      actions: this.#some(),
      guard: pick<unknown>([
        undefined,
        undefined,
        undefined,
        'isEven',
        this.#wants(1, 3),
        composed,
      ]),
      reenter: pick([false, false, true]),
    };
  }
  /** What one actor does upon another: counted, so that two of them cannot go on for ever. */
  #answers(...more: string[]) {
    return { ...this.#go(), guard: 'isSmall', actions: ['inc', ...more, ...this.#some()] };
  }
  #on(type: string) {
    if (type === 'UP') return this.#answers();
    return this.#happens(3) ? [this.#go(), this.#go()] : this.#go();
  }
  #invoke(id: string) {
    const src = this.#child !== undefined && this.#happens(2) ? this.#child : 'job';
    return {
      src,
      ...(this.#happens(2) && { id: src === 'kid' && id === 's0' ? 'kid' : `${src}-${id}` }),
      input: ({ context }: Of) => ({ n: context.n }),
      ...(!this.#happens(3) && { onDone: this.#answers('note') }),
      ...(!this.#happens(5) && { onError: this.#answers('note') }),
    };
  }
  state(id: string, more: object = {}) {
    const types = [...EVENTS, 'TICK', 'UP'].filter(() => this.#happens(2));
    return {
      id,
      entry: this.#some(),
      exit: this.#some(),
      on: Object.fromEntries(types.map((type) => [type, this.#on(type)])),
      ...(this.#happens(3) && { after: { [this.#pick(['short', 'grows', '20'])]: this.#go() } }),
      ...(this.#happens(8) && { always: { ...this.#go(), guard: this.#wants(2, 5) } }),
      ...(this.#happens(2) && { invoke: this.#invoke(id) }),
      ...more,
    };
  }
  /** Two states, one of them at first, and a final one. */
  region(first: string, second: string) {
    const states = {
      [first]: this.state(first),
      [second]: this.state(second),
      over: { type: 'final' },
    };
    return { initial: first, states };
  }
  nested() {
    const { initial, states } = this.region('s1a', 's1b');
    const history = this.#pick(['shallow', 'deep']);
    const s1h = { id: 's1h', type: 'history', history, target: 's1b' };
    return this.state('s1', { initial, states: { ...states, s1h }, onDone: this.#go() });
  }
  parallel() {
    const states = { x: this.region('s2a', 's2b'), y: this.region('s2x', 's2y') };
    return this.state('s2', { type: 'parallel', states, onDone: this.#go() });
  }
}

/** A machine of nested, parallel and history states, with promises, delays and children, at most two levels of these. */
export function machineOf(pick: Pick, job: Job, level = 0): AnyStateMachine {
  const child = LEVELS[level];
  const promise = fromPromise(
    ({ input, signal }: { input: unknown; signal: AbortSignal }): Promise<unknown> =>
      job(input, signal),
  );
  const kids = child === undefined ? {} : { [child]: machineOf(pick, job, level + 1) };
  const shape = new Shape(pick, child);
  return setup(named(level, { job: promise, ...kids })).createMachine({
    id: LEVELS[level - 1] ?? 'guest',
    options: { maxIterations: 15 },
    context: ({ input }: { input: { n: number } }) => ({ n: input.n, seen: null }),
    initial: pick(['s0', 's1', 's2']),
    states: {
      s0: shape.state('s0'),
      s1: shape.nested(),
      s2: shape.parallel(),
      end: { id: 'end', type: 'final' },
    },
    output: ({ context }: Of) => ({ outcome: 'done', value: context }),
  } as never) as unknown as AnyStateMachine;
}

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
  sendTo,
  setup,
  spawnChild,
  stopChild,
  type AnyStateMachine,
} from 'xstate';

interface Context {
  readonly n: number;
  readonly seen: unknown;
}
type Pick = <T>(items: readonly T[]) => T;
/** The code behind every promise of a machine. */
export type Job = (input: unknown, signal: AbortSignal) => Promise<unknown>;

export const EVENTS = ['A', 'B', 'C'] as const;

/** Choices from a tape; the same tape makes the same machine. */
export function picker(tape: readonly number[]): Pick {
  let at = 0;
  return (items) => items[(tape[at++ % tape.length] ?? 0) % items.length] as never;
}

/** None while the actor begins: then it has no snapshot yet. */
function childrenOf(self: { getSnapshot(): unknown }): { kid?: object; extra?: object } {
  try {
    return (self.getSnapshot() as { children: { kid?: object; extra?: object } }).children;
  } catch {
    return {};
  }
}

const LEVELS = ['kid', 'grandkid'] as const;

/** A machine of nested, parallel and history states, with promises, delays and children; at most two levels of these. */
export function machineOf(pick: Pick, job: Job, level = 0): AnyStateMachine {
  const child = LEVELS[level];
  const actors = {
    job: fromPromise(({ input, signal }: { input: unknown; signal: AbortSignal }) =>
      job(input, signal),
    ),
    ...(child !== undefined && { [child]: machineOf(pick, job, level + 1) }),
  };
  const base = setup({
    types: {} as { context: Context; input: { n: number } },
    actors: actors as never,
    delays: { short: 10, grows: ({ context }) => 5 + (context.n % 3) * 10 },
    guards: {
      isEven: ({ context }) => context.n % 2 === 0,
      isSmall: ({ context }) => context.n < 4,
      isBig: ({ context }) => context.n > 4,
      wants: ({ context }, { above }: { above: number }) => context.n > above,
    },
    actions: {
      inc: assign({ n: ({ context }) => context.n + 1 }),
      note: assign({
        seen: ({ event }) => {
          const { type, output, error } = event as {
            type: string;
            output?: unknown;
            error?: { message: string };
          };
          return { type, output: output ?? null, why: error?.message ?? null };
        },
      }),
      later: raise({ type: 'TICK' } as never, { delay: 15, id: 't' }) as never,
      soon: raise({ type: 'TICK' } as never, { delay: 'grows' as never }) as never,
      never: cancel('t') as never,
      again: raise({ type: 'C' } as never) as never,
      up: (level > 0
        ? sendParent({ type: 'UP' })
        : assign({ n: ({ context }) => (context as Context).n + 2 })) as never,
      upLater: (level > 0
        ? sendParent({ type: 'UP' }, { delay: 7 })
        : assign({ n: ({ context }) => (context as Context).n + 3 })) as never,
      both: enqueueActions(({ enqueue, check, context, self }) => {
        if (check('isEven' as never)) enqueue('inc' as never);
        const { kid } = childrenOf(self);
        enqueue('inc' as never);
        if (kid !== undefined && (context as Context).n < 6)
          enqueue.sendTo('kid' as never, { type: 'A' } as never);
      }) as never,
      spawnJob: enqueueActions(({ enqueue, self }) => {
        const { extra } = childrenOf(self);
        if (extra === undefined)
          enqueue.spawnChild('job' as never, { id: 'extra', input: { n: 9 } } as never);
      }) as never,
      stopJob: stopChild('extra') as never,
    },
  });
  const names = [
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
  ];
  const some = (): string[] => Array.from({ length: pick([0, 0, 1, 1, 2]) }, () => pick(names));
  const guard = () =>
    pick<unknown>([
      undefined,
      undefined,
      undefined,
      'isEven',
      { type: 'wants', params: { above: pick([1, 3]) } },
      and([not('isBig' as never), 'isEven' as never] as never),
    ]);
  const ids = ['s0', 's1', 's2', 's1a', 's1b', 's1h', 's2a', 's2b', 's2x', 's2y', 'end'].map(
    (id) => `#${id}`,
  );
  const go = () => ({
    ...(pick([true, true, true, false]) && { target: pick(ids) }),
    actions: some(),
    guard: guard(),
    reenter: pick([false, false, true]),
  });
  /** What one actor does upon another: counted, so that two of them cannot go on for ever. */
  const answers = (more: readonly string[] = []) => ({
    ...go(),
    guard: 'isSmall',
    actions: ['inc', ...more, ...some()],
  });
  const happens = (odds: number) => pick(Array.from({ length: odds }, (_, index) => index === 0));
  const state = (id: string, more: object = {}) => ({
    id,
    entry: some(),
    exit: some(),
    on: Object.fromEntries(
      [...EVENTS, 'TICK', 'UP']
        .filter(() => happens(2))
        .map((type) => [type, type === 'UP' ? answers() : happens(3) ? [go(), go()] : go()]),
    ),
    ...(happens(3) && { after: { [pick(['short', 'grows', '20'])]: go() } }),
    ...(happens(8) && {
      always: { ...go(), guard: { type: 'wants', params: { above: pick([2, 5]) } } },
    }),
    ...(happens(2) && { invoke: invoked(id) }),
    ...more,
  });
  const invoked = (id: string) => {
    const src = child !== undefined && happens(2) ? child : 'job';
    return {
      src,
      ...(happens(2) && { id: src === 'kid' && id === 's0' ? 'kid' : `${src}-${id}` }),
      input: ({ context }: { context: { n: number } }) => ({ n: context.n }),
      ...(happens(3) ? {} : { onDone: { ...answers(['note']) } }),
      ...(happens(5) ? {} : { onError: { ...answers(['note']) } }),
    };
  };
  return base.createMachine({
    id: level === 0 ? 'guest' : String(LEVELS[level - 1]),
    options: { maxIterations: 40 },
    context: ({ input }: { input: { n: number } }) => ({ n: input.n, seen: null }),
    initial: pick(['s0', 's1', 's2']),
    states: {
      s0: state('s0'),
      s1: state('s1', {
        initial: 's1a',
        states: {
          s1a: state('s1a'),
          s1b: state('s1b'),
          s1f: { type: 'final' },
          s1h: { id: 's1h', type: 'history', history: pick(['shallow', 'deep']), target: 's1b' },
        },
        onDone: go(),
      }),
      s2: state('s2', {
        type: 'parallel',
        states: {
          x: {
            initial: 's2a',
            states: { s2a: state('s2a'), s2b: state('s2b'), s2f: { type: 'final' } },
          },
          y: {
            initial: 's2x',
            states: { s2x: state('s2x'), s2y: state('s2y'), s2g: { type: 'final' } },
          },
        },
        onDone: go(),
      }),
      end: { id: 'end', type: 'final' },
    },
    output: ({ context }: { context: { n: number; seen: unknown } }) => ({
      outcome: 'done',
      value: context,
    }),
  } as never) as unknown as AnyStateMachine;
}
export { sendTo, spawnChild };

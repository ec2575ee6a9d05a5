import type * as z from 'zod';
import type { Json } from '../../machines/protocol/values.ts';
import type { Review } from '../decide/reviews.ts';
import { NodeEndedError } from '../errors/node-ended-error.ts';
import { NotJsonError } from '../kernel/not-json-error.ts';
import type { ActorLogic, Snapshot } from '../kernel/xstate/guest.ts';
import { memoryJournal, type MemoryRecords } from '../store/memory-journal.ts';
import type { Outcomes } from '../team/agent.ts';
import type { Contract } from '../team/contract.ts';
import { gathered, type AnyNode } from '../team/gathered.ts';
import type { Result, RunOptions } from './asks.ts';
import { systemClock } from './clock.ts';
import { messageOf } from './border.ts';
import { Nova } from './nova.ts';
import type { NovaOptions } from './nova-options.ts';
import { newRunId } from './system-id.ts';
import type { Verdict } from './verdicts.ts';

interface Contracts {
  readonly id: string;
  readonly input: Contract;
  readonly outcomes: Outcomes;
}
/** What a node came to: one of its declared outcomes with its value. */
export type NodeOutput<N extends Contracts> = {
  [K in keyof N['outcomes'] & string]: {
    readonly outcome: K;
    readonly value: z.output<N['outcomes'][K]>;
  };
}[keyof N['outcomes'] & string];

/** What a person decided; `id` says on which review, and may be left out where only one waits. `by`: who, default the requester. */
export type ReviewEvent = { readonly id?: string; readonly by?: string; readonly why?: string } & (
  | { readonly type: 'review.approved' }
  | { readonly type: 'review.edited'; readonly value: unknown }
  | { readonly type: 'review.rejected' }
  | { readonly type: 'review.delegated'; readonly to: string }
);

/** The journal of an actor's own run: nothing that shows or compares a snapshot sees into it. */
class Kept {
  readonly #records: MemoryRecords;
  constructor(records: MemoryRecords) {
    this.#records = records;
  }
  static recordsOf(kept: Kept): MemoryRecords {
    return kept.#records;
  }
}

export type NodeSnapshot<N extends Contracts> = Snapshot<NodeOutput<N>> & {
  readonly input: z.input<N['input']> | undefined;
  /** Id of its run. */
  readonly run: string;
  /** What waits on a person. */
  readonly waiting: readonly Review[];
  /** Why the last decision did not count. */
  readonly fault: string | undefined;
  readonly kept: Kept;
};
export type NodeLogic<N extends Contracts> = ActorLogic<
  NodeSnapshot<N>,
  ReviewEvent,
  z.input<N['input']>
>;

/** Where its run is hosted: an existing Nova whose organisation has the node, or one of the actor's own, in memory. */
export type ActorLogicOptions = Pick<RunOptions, 'scope' | 'project' | 'principal'> &
  (
    | ({ readonly nova?: never } & Partial<Omit<NovaOptions, 'journal' | 'store'>>)
    | { readonly nova: Nova }
  );

/** What the run tells its actor. */
type Told =
  | { readonly type: 'xstate.nova.reviews'; readonly reviews: readonly Review[] }
  | { readonly type: 'xstate.nova.ended'; readonly result: Result }
  | { readonly type: 'xstate.nova.broken'; readonly error: unknown }
  | { readonly type: 'xstate.nova.fault'; readonly fault: string }
  | { readonly type: 'xstate.stop' };

interface AtWork {
  readonly nova: Nova;
  readonly tell: (told: Told) => void;
  /** Stops the run; one that is nobody else's is let go of at once. */
  stop(): void;
}

/**
 * A Nova agent, team or machine as logic that any XState application can invoke or spawn.
 * `onDone` gets `{ outcome, value }` of a declared outcome; `refused`, `failed`, `expired` and `cancelled` come by `onError` as a
 * NodeEndedError. Stopping the actor stops the run. Its snapshot tells `waiting`, the reviews that `review.approved`, `.edited`,
 * `.rejected` and `.delegated` decide. `getPersistedSnapshot` is JSON; an actor made from it goes on where that one stood.
 * @param options `nova`: run there, where the journal is kept too; without it, in memory, with what `new Nova` takes, the
 *   organisation being the node with everybody who works in it, whose code runs on the main thread.
 * @throws DefinitionError where these are no organisation by themselves: an agent names another one in `doesNot`, say.
 */
export function asActorLogic<N extends AnyNode>(
  node: N,
  options: ActorLogicOptions = {},
): NodeLogic<N> {
  const works = new WeakMap<object, AtWork>();
  const hosting = options.nova ? options : { organisation: gathered(node.id, [node]), ...options };
  const logic: ActorLogic<NodeSnapshot<N>, ReviewEvent | Told, z.input<N['input']>> = {
    config: node,
    getInitialSnapshot: (_, input) => ({
      ...active,
      input,
      run: newRunId(systemClock.now()),
      waiting: [],
      fault: undefined,
      kept: new Kept([]),
    }),
    getPersistedSnapshot: ({ kept, error, ...rest }) =>
      ({
        ...rest,
        error: error instanceof NodeEndedError ? error.toJSON() : error,
        records: rest.status === 'active' ? [...Kept.recordsOf(kept)] : [],
      }) as unknown as Snapshot<unknown>,
    restoreSnapshot: (persisted) => restored(node.id, persisted) as NodeSnapshot<N>,
    start: (snapshot, { self }) => {
      if (snapshot.status !== 'active') return;
      const tell = (told: Told) => {
        if (works.has(self)) self.send(told);
      };
      works.set(self, begun(node, snapshot, hosting, tell));
    },
    transition: (snapshot, event, { self }) => {
      if (snapshot.status !== 'active') return snapshot;
      const work = works.get(self);
      if (event.type.startsWith('review.')) {
        if (work !== undefined) void decided(work, snapshot.waiting, event as ReviewEvent, options);
        return { ...snapshot, fault: undefined };
      }
      const next = after(node, snapshot, event as Told);
      if (next.status !== 'active') {
        work?.stop();
        works.delete(self);
      }
      return next as NodeSnapshot<N>;
    },
  };
  return logic as unknown as NodeLogic<N>;
}

const active = { status: 'active', output: undefined, error: undefined } as const;
type AnySnapshot = NodeSnapshot<Contracts>;

function restored(node: string, persisted: Snapshot<unknown>): AnySnapshot {
  const { records, ...rest } = persisted as unknown as AnySnapshot & { records: MemoryRecords };
  const { outcome, reason, note } = (rest.error ?? {}) as Partial<NodeEndedError>;
  return {
    ...rest,
    error: outcome === undefined ? rest.error : new NodeEndedError(node, outcome, reason, note),
    kept: new Kept([...records]),
  } as AnySnapshot;
}

function begun(
  node: Contracts,
  { run, input, kept }: Pick<AnySnapshot, 'run' | 'input' | 'kept'>,
  options: ActorLogicOptions,
  tell: AtWork['tell'],
): AtWork {
  const { scope, project, principal, nova: given, ...own } = options;
  const controller = new AbortController();
  const nova =
    given ?? new Nova({ ...(own as NovaOptions), journal: memoryJournal(Kept.recordsOf(kept)) });
  const running = nova.run(node.id, input as Json, {
    id: run,
    ...(scope !== undefined && { scope }),
    ...(project !== undefined && { project }),
    ...(principal !== undefined && { principal }),
    signal: controller.signal,
    onReviews: (reviews) => tell({ type: 'xstate.nova.reviews', reviews }),
  });
  running.then(
    (result) => tell({ type: 'xstate.nova.ended', result }),
    (error: unknown) => tell({ type: 'xstate.nova.broken', error }),
  );
  return {
    nova,
    tell,
    stop() {
      if (given === undefined) void nova.close();
      else controller.abort();
    },
  };
}

function after(node: Contracts, snapshot: AnySnapshot, told: Told): AnySnapshot {
  const over = { ...snapshot, input: undefined, waiting: [] };
  const failed = (error: unknown) =>
    ({ ...over, status: 'error', output: undefined, error }) as AnySnapshot;
  switch (told.type) {
    case 'xstate.nova.reviews':
      return { ...snapshot, waiting: told.reviews };
    case 'xstate.nova.fault':
      return { ...snapshot, fault: told.fault };
    case 'xstate.nova.ended': {
      const { outcome, value, reason, note } = told.result;
      if (!Object.hasOwn(node.outcomes, outcome))
        return failed(new NodeEndedError(node.id, outcome, reason, note));
      return {
        ...over,
        status: 'done',
        output: { outcome, value },
        error: undefined,
      } as AnySnapshot;
    }
    case 'xstate.nova.broken': {
      const { error } = told;
      if (!(error instanceof NotJsonError)) return failed(error);
      return failed(new NodeEndedError(node.id, 'refused', 'contract', error.message));
    }
    case 'xstate.stop':
      return { ...over, status: 'stopped', output: undefined, error: undefined };
    default:
      return snapshot;
  }
}

/** Decides, and tells why that did not count. */
async function decided(
  { nova, tell }: AtWork,
  waiting: readonly Review[],
  event: ReviewEvent,
  { principal }: ActorLogicOptions,
): Promise<void> {
  const fault = (why: string) => tell({ type: 'xstate.nova.fault', fault: why });
  const review = event.id === undefined ? waiting[0] : waiting.find(({ id }) => id === event.id);
  if (review === undefined || (event.id === undefined && waiting.length > 1))
    return fault(`${waiting.length} reviews wait; ${event.id ?? 'none'} is not among them`);
  const by = event.by === undefined ? principal : ({ id: event.by, proof: 'embedder' } as const);
  try {
    await nova.decide(review.id, verdictOf(event), by && { principal: by });
  } catch (error) {
    fault(messageOf(error));
  }
}

function verdictOf(event: ReviewEvent): Verdict {
  const why = event.why === undefined ? {} : { why: event.why };
  switch (event.type) {
    case 'review.approved':
      return { is: 'approve', ...why };
    case 'review.edited':
      return { is: 'edit', value: event.value as Json, ...why };
    case 'review.rejected':
      return { is: 'reject', ...why };
    case 'review.delegated':
      return { is: 'delegate', to: event.to, ...why };
  }
}

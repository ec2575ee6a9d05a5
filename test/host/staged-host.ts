// A host on a stage: every call to a model or a tool waits until the schedule lets it come back, and time stands still.
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTool, roleContracts } from 'nova-agents';
import { ManualClock, memoryJournal, memoryStore, type MemoryRecords } from 'nova-agents/testing';
import { LocalEngine } from '../../src/engine/local.ts';
import type { Commit } from '../../src/engine/ports.ts';
import { begins } from '../../src/host/asks.ts';
import { Breakers } from '../../src/host/breakers.ts';
import { Host } from '../../src/host/host.ts';
import type { ModelReply } from '../../src/host/ports.ts';
import type { Incoming, System } from '../../src/kernel/system.ts';
import type { Journal } from '../../src/store/ports.ts';
import { wholeWorld } from '../../src/verify/spaces.ts';

const scope = 'local/stage/main';
export const RUN = `${scope}/r1`;
const ada = { id: 'ada', proof: 'os-user' } as const;
const eve = { id: 'eve', proof: 'token' } as const;
const DAYS_MS = 10 * 86_400_000;

const nothing = z.strictObject({});
const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: nothing,
  output: z.null(),
  effect: 'reads',
  run: async () => null,
});
const mail = defineTool({ ...look, name: 'mail', does: 'Mails.', effect: 'writes' });
const base = {
  version: 1,
  does: 'Plays its part.',
  examples: [],
  instructions: () => '',
  structured: 'prompt',
} as const;
const limits = { maxTurns: 3, maxRepairs: 1, deadlineMs: 60_000 };
const Count = z.strictObject({ n: z.int() });
const one = defineAgent({
  ...base,
  id: 'one',
  input: Ask,
  outcomes: { done: Count },
  tools: [mail, look],
  limits,
});
const two = defineAgent({ ...base, id: 'two', input: Ask, outcomes: { done: Count }, limits });
const router = defineAgent({ ...base, id: 'router', ...roleContracts.router, limits });
const composer = defineAgent({ ...base, id: 'composer', ...roleContracts.composer, limits });
const organisation = defineOrganisation({
  id: 'stage',
  agents: [one, two, router, composer],
  roles: { router: 'router', composer: 'composer' },
});
export const world = wholeWorld(organisation);

const parts = ['one', 'two'].map((node) => ({ id: node, node, input: { text: node } }));
const says: Readonly<Record<string, unknown>> = {
  routed: { plan: { parts }, unplaced: [] },
  several: { candidates: [] },
  none: { unplaced: [] },
  composed: { text: 'all', contributors: [], notDone: [] },
  done: { n: 1 },
};

type Happening = () => void | Promise<void>;

export interface Choice {
  /** Which of what may happen, counted round and round. */
  readonly choice: number;
  readonly isHasty: boolean;
}

/** A call that has begun and not come back. */
interface Waiting {
  readonly key: string;
  readonly signal: AbortSignal;
  /** Each way in which it may come back; the first leads on. */
  readonly comesBack: readonly (() => void)[];
}

/** Lets everything that hangs on settled promises happen: a turn of the loop comes after all of them. */
const quiet = (): Promise<void> => new Promise((done) => setImmediate(done));

export class Stage {
  readonly clock = new ManualClock();
  /** Every event that was committed, in order. */
  readonly events: Incoming[] = [];
  /** What must not have happened outside. */
  readonly wrong: string[] = [];
  /** Keys of writing calls, each as often as it was begun. */
  readonly writes: string[] = [];
  readonly seen = new Set<string>();
  /** What the record that a write begins waits for. */
  diskIsSlow: Promise<void> | undefined;
  readonly #records: MemoryRecords = [];
  readonly #hasty: Promise<void>[] = [];
  #waiting: Waiting[] = [];
  #engine!: LocalEngine;
  #host!: Host;
  #system!: System;

  get system(): System {
    return this.#system;
  }

  async begin(planGate: boolean): Promise<void> {
    this.#open();
    const know = { organisation, catalogue: [], limits: {} };
    await this.#submit(begins('do it', scope, 0, know, { project: '.', planGate, principal: ada }));
    await quiet();
  }

  #open(): void {
    const kept = memoryJournal(this.#records);
    const append: Journal['append'] = async (records, options) => {
      if (records.some(({ kind }) => kind === 'begun')) await this.diskIsSlow;
      return kept.append(records, options);
    };
    const journal = { ...kept, append };
    this.#engine = new LocalEngine(world, journal, memoryStore());
    this.#engine.onCommit((commit) => this.#hear(commit));
    this.#host = new Host({
      organisation,
      world,
      engine: this.#engine,
      journal,
      clock: this.clock,
      breakers: new Breakers(this.clock),
      tools: { call: ({ tool, key }, signal) => this.#called(tool, key, signal) },
      actors: {
        turn: () => Promise.reject(new Error('nobody acts in code')),
        release: () => {},
        close: async () => {},
      },
      model: {
        call: ({ outcomes, tools, key }, signal) => {
          const usage = { model: 'staged', tokens: { input: 1, output: 1 }, cost: 0 };
          const replies: ModelReply[] = [
            ...tools.map(({ name }) => ({ usage, wants: { tool: name, input: {} } })),
            ...Object.keys(outcomes).map((outcome) => ({
              usage,
              says: { outcome, value: says[outcome] },
            })),
            { usage, says: { outcome: 'done', value: 'not a count' } },
          ];
          return this.#wait(key, signal, replies);
        },
      },
      onTrouble: (_, error) => this.wrong.push(`trouble: ${String(error)}`),
    });
  }

  #hear({ incoming, system }: Commit): void {
    this.events.push(incoming);
    this.#system = system;
    const { reason } = ('event' in incoming ? incoming.event : {}) as { readonly reason?: string };
    if (reason !== undefined) this.seen.add(reason);
  }

  #called(tool: string, key: string, signal: AbortSignal): Promise<unknown> {
    if (tool === 'mail') this.writes.push(key);
    this.seen.add(tool);
    return this.#wait(key, signal, [null, 'not null']);
  }

  #wait<T>(key: string, signal: AbortSignal, values: readonly T[]): Promise<T> {
    if (this.#system.ended !== undefined) this.wrong.push(`${key} begins after the end`);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const comesBack = values.map((value) => () => resolve(value));
    this.#waiting.push({
      key,
      signal,
      comesBack: [...comesBack, () => reject(new Error('broken'))],
    });
    return promise;
  }

  async #submit(incoming: Incoming): Promise<void> {
    await this.#engine.submit(RUN, incoming);
  }

  /** What may happen now, kind by kind, a call that nobody waits for any more among it; a crash stands last. */
  #enabled(): Happening[][] {
    const backOf = (call: Waiting): Happening[] =>
      call.comesBack.map((comes) => () => {
        this.#waiting = this.#waiting.filter((other) => other !== call);
        this.seen.add(call.signal.aborted ? 'late' : 'in time');
        comes();
      });
    const say =
      (to: string, type: string, hash?: string, principal: typeof ada | typeof eve = ada) =>
      () => {
        const event = { type, ...(hash !== undefined && { hash }) };
        return this.#submit({ kind: 'external', to, event, principal, at: this.clock.now() });
      };
    const calls = this.#waiting.map(backOf);
    const forward = calls.map((ways) => ways.slice(0, 1)).flat();
    const asked = Object.values(this.#system.effects).flatMap(({ kind, actor, params }) => {
      const { hash } = (params as { subject?: { hash: string } }).subject ?? {};
      if (kind !== 'person.ask' || hash === undefined) return [];
      const [approve, reject] = ['gate.approved', 'gate.rejected'];
      return [say(actor, approve, hash), say(actor, reject, hash), say(actor, approve, hash, eve)];
    });
    const words = ['run.stopped', 'run.paused', 'run.resumed'].map((type) => say('request', type));
    const rare = [...words, () => this.#pass()];
    const kinds = [forward, forward, forward, calls.flat(), asked, asked, rare];
    return [...kinds.filter((kind) => kind.length > 0), [() => this.#crash()]];
  }

  /** Has one thing happen; where it is hasty, the next comes before anybody has heard of it. */
  async take({ choice, isHasty }: Choice): Promise<void> {
    const kinds = this.#enabled();
    const chosen = choice % kinds.length;
    const some = kinds[chosen] ?? [];
    // What the process that is gone had begun to commit, it has committed: two never write at once.
    const isCrash = chosen === kinds.length - 1;
    if (isCrash) await this.#rest();
    const happens = some[Math.floor(choice / kinds.length) % some.length];
    this.#hasty.push(Promise.resolve(happens?.()));
    if (isHasty && !isCrash) return;
    await this.#rest();
    this.#compare();
  }

  async #rest(): Promise<void> {
    await Promise.all(this.#hasty.splice(0));
    await quiet();
  }

  /** Time goes on to the next instant at which something is due. */
  #pass(): void {
    const due = Object.values(this.#system.timers).flatMap(({ dueAt, leftMs }) =>
      leftMs === undefined ? [dueAt] : [],
    );
    this.clock.advance(
      Math.max(0, Math.min(...due, this.clock.now() + DAYS_MS) - this.clock.now()),
    );
  }

  /** The process is gone, with all that it waited for; another one takes the run up. */
  async #crash(): Promise<void> {
    this.seen.add('crash');
    await this.#host.close();
    this.#waiting = [];
    this.#open();
    await this.#engine.load(RUN);
    await this.#host.resume(RUN);
  }

  /** Outside runs exactly what is open inside. */
  #compare(): void {
    const open = Object.values(this.#system.effects)
      .filter(({ kind }) => kind === 'agent.turn' || kind === 'tool.call')
      .map(({ actor, id, key = id }) => `${RUN}#${actor}:${key}`);
    const running = this.#waiting.filter(({ signal }) => !signal.aborted).map(({ key }) => key);
    if (open.toSorted().join() !== running.toSorted().join())
      this.wrong.push(`open: ${open.join()}; under way: ${running.join()}`);
  }

  /** Nobody comes any more, and time goes on until it is over. */
  async end(): Promise<void> {
    await this.take({ choice: 0, isHasty: false });
    for (let days = 0; this.#system.ended === undefined && days < 200; days += 1) {
      this.#pass();
      await quiet();
      this.#compare();
    }
    await this.#host.close();
  }
}

// What comes from outside comes in any order, late, and several times; the run ends as if it had not.
import { hashOf } from '../../src/kernel/canonical.ts';
import { memoryJournal, memoryStore, ManualClock } from 'nova-agents/testing';
import { reviewsOf } from '../../src/decide/reviews.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import type { Engine } from '../../src/engine/ports.ts';
import { beginsAlone, EMBEDDER } from '../../src/host/asks.ts';
import { decides } from '../../src/host/verdicts.ts';
import { Breakers } from '../../src/host/breakers.ts';
import { Host } from '../../src/host/host.ts';
import { inlineActors } from '../../src/host/threads.ts';
import { localTools } from '../../src/host/tool-calls.ts';
import type { Incoming } from '../../src/kernel/system.ts';
import { codeOf } from '../../src/store/files.ts';
import { worldOf } from '../../src/team/world.ts';
import { END, errandIn, mind, RUN } from './errand.ts';
import { randomBy, type Part, type Scale } from './part.ts';

const SEEDS = 10_000;
const SHORT_SEEDS = 100;
/** Turns of the loop that one event may be late. */
const MAX_LATE = 6;

/** A line in which events overtake each other, wait, and come again. */
class Unruly {
  readonly #engine: Engine;
  readonly #random: () => number;
  readonly #waiting: { turns: number; readonly deliver: () => Promise<void> }[] = [];
  readonly refusals: unknown[] = [];
  again = 0;
  constructor(engine: Engine, random: () => number) {
    this.#engine = engine;
    this.#random = random;
  }
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
  /** Sends an event once, and up to three times more. */
  submit(run: string, incoming: Incoming): ReturnType<Engine['submit']> {
    const { promise, resolve, reject } =
      Promise.withResolvers<Awaited<ReturnType<Engine['submit']>>>();
    this.#put(async () => this.#engine.submit(run, incoming).then(resolve, reject));
    for (let odds = this.#random(); odds < 0.5; odds = this.#random()) {
      this.again += 1;
      this.#put(async () => {
        await this.#engine
          .submit(run, incoming)
          .catch((error: unknown) => this.refusals.push(error));
      });
    }
    return promise;
  }
  #put(deliver: () => Promise<void>): void {
    this.#waiting.push({ turns: Math.floor(this.#random() * MAX_LATE), deliver });
  }
  /** A turn of the loop: what has waited long enough comes, the last first. */
  async turn(): Promise<void> {
    await new Promise((done) => setImmediate(done));
    for (const one of this.#waiting.toReversed()) {
      one.turns -= 1;
      if (one.turns >= 0) continue;
      this.#waiting.splice(this.#waiting.indexOf(one), 1);
      await one.deliver();
    }
  }
}

interface Ended {
  readonly wrong: string[];
  readonly again: number;
}

const MAX_TURNS = 2_000;

/** A host of the errand behind an unruly line. */
function stage(random: () => number) {
  const happened: string[] = [];
  const wrong: string[] = [];
  const outside = {
    note: (_: string, tool: string) => void happened.push(tool),
    has: () => false,
  };
  const organisation = errandIn(outside);
  const world = worldOf(organisation, { hasModel: true });
  const journal = memoryJournal();
  const engine = new LocalEngine(world, journal, memoryStore());
  const line = new Unruly(engine, random);
  const host = new Host({
    organisation,
    world,
    journal,
    engine: {
      submit: (to, incoming) => line.submit(to, incoming),
      load: (of) => engine.load(of),
      onCommit: (listener) => engine.onCommit(listener),
    },
    clock: new ManualClock(),
    breakers: new Breakers(new ManualClock()),
    tools: localTools(organisation),
    actors: inlineActors(organisation),
    model: mind(),
    onTrouble: (_, error) => wrong.push(String(error)),
  });
  return { engine, host, line, happened, wrong };
}

async function endedBy(seed: number): Promise<Ended> {
  const { engine, host, line, happened, wrong } = stage(randomBy(seed));
  const know = { limits: {} };
  const begins = beginsAlone('errand', { text: 'go' }, 'local', 0, know, { project: '.' });
  let { system } = await engine.submit(RUN, begins);
  engine.onCommit((commit) => {
    ({ system } = commit);
  });
  const decided = new Set<string>();
  for (let turns = 0; turns < MAX_TURNS; turns += 1) {
    if (system.ended !== undefined && line.isEmpty) break;
    for (const review of reviewsOf(system).filter(({ id }) => !decided.has(id))) {
      decided.add(review.id);
      void line.submit(RUN, decides(system, review, { is: 'approve' }, 0, EMBEDDER));
    }
    await line.turn();
  }
  await host.close();
  for (const error of line.refusals)
    if (codeOf(error) !== 'bad_event') wrong.push(`refused with ${String(error)}`);
  const { ended, accounts, dead } = system;
  if (ended?.value?.hash !== hashOf({ text: END }))
    wrong.push(`it ends as ${JSON.stringify(ended)}`);
  if (accounts.in !== accounts.handled + dead.length)
    wrong.push(`${accounts.in} in, ${accounts.handled} handled, ${dead.length} dead`);
  if (dead.length + line.refusals.length !== line.again)
    wrong.push(`${line.again} came again, ${dead.length} are dead letters`);
  if (happened.toSorted().join() !== 'book,look,mail,pay') wrong.push(`it did ${happened.join()}`);
  return { wrong: wrong.map((problem) => `seed ${seed}: ${problem}`), again: line.again };
}

export const late: Part = {
  name: 'doubled, reordered, late',
  async run({ seed, form }: Scale) {
    const wrong: string[] = [];
    let again = 0;
    const seeds = form !== 'whole' ? SHORT_SEEDS : SEEDS;
    for (let count = 0; count < seeds; count += 1) {
      const ended = await endedBy(seed + count);
      again += ended.again;
      wrong.push(...ended.wrong);
    }
    return { figures: `${seeds} seeds, ${again} events more than once`, wrong };
  },
};

import { mayRead, PUBLIC_SCOPE, scopeOfRun } from '../../machines/protocol/scope.ts';
import { Answer } from '../../machines/protocol/roles.ts';
import type { Engine } from '../engine/ports.ts';
import type { System } from '../kernel/system.ts';
import type { Knowing } from '../memory/knowing.ts';
import type { RunKnown, RunsKnown } from '../observe/run-told.ts';
import { concern, contentWords } from '../routing/words.ts';
import type { Journal, RunSummary } from '../store/ports.ts';
import { FORGOTTEN } from '../store/scrub.ts';
import { cut, inLine } from '../tools/text.ts';
import { above } from './lately.ts';

/** So many of the newest runs of a scope, and of those below it, are looked through. */
const MAX_LOOKED_AT = 100;
const MAX_ASKED_CHARS = 160;
const MAX_NOT_DONE = 3;

const lineOf = (text: string): string => cut(inLine(text), MAX_ASKED_CHARS).text;

const notDoneOf = ({ ended, values }: System): string[] => {
  const answer = Answer.safeParse(values.get(ended?.value?.hash ?? ''));
  const { notDone } = answer.data ?? { notDone: [] };
  return notDone.slice(0, MAX_NOT_DONE).map(({ what }) => lineOf(what));
};

/** Everything of a run's words that others may have been told; short words stand anywhere. */
export const wordsTold = (asked: string, system: System): string[] => [
  asked,
  lineOf(asked),
  ...notDoneOf(system),
];

interface Parts {
  readonly engine: Pick<Engine, 'load'>;
  readonly journal: Journal;
  readonly knowing: Knowing;
}

/** Tells a run of those before it that concern what it is asked. */
export class Recent {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * The last runs of a scope and of those above it that share the words that tell with some others, newest first; never those of another
   * scope, nor the run that asks. In `public` none is told: its requesters are strangers to each other.
   * @throws StoreUnavailableError.
   */
  async concerning(
    { scope, run }: { readonly scope: string; readonly run: string },
    words: string,
    limit: number,
  ): Promise<RunsKnown> {
    const { journal, knowing } = this.#parts;
    const asked = contentWords(words);
    if (scope === PUBLIC_SCOPE || asked.length === 0) return { runs: [], more: 0 };
    const since = knowing.now();
    const lists = await Promise.all(
      above(scope).map((one) => journal.list({ scope: one, limit: MAX_LOOKED_AT })),
    );
    const known = new Map(lists.flatMap(({ runs }) => runs).map((one) => [one.run, one]));
    const found = [...known.values()]
      .filter((one) => one.run !== run && mayRead(scope, scopeOfRun(one.run)))
      .filter((one) => one.text !== FORGOTTEN && knowing.mayTell(one.run, since))
      .filter(({ text }) => concern(asked, contentWords(text)) > 0)
      .toSorted((a, b) => b.lastAt - a.lastAt || (a.run < b.run ? 1 : -1));
    const told = found.slice(0, limit);
    knowing.note(
      run,
      told.map((one) => one.run),
    );
    const runs = await Promise.all(told.map((one) => this.#known(one)));
    return { runs, more: found.length - told.length };
  }

  async #known({ run, text, lastAt, outcome, waits }: RunSummary): Promise<RunKnown> {
    // What was answered was done; one that cannot be read, such as a parked one, hides no other.
    const isDone = outcome === undefined || outcome === 'answered';
    const system = isDone ? undefined : await this.#parts.engine.load(run).catch(() => undefined);
    return {
      run,
      asked: lineOf(text),
      outcome: outcome ?? (waits ? 'waiting' : 'open'),
      last: new Date(lastAt).toISOString(),
      notDone: system === undefined ? [] : notDoneOf(system),
    };
  }
}

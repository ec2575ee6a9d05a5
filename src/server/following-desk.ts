import { HolderGoneError } from '../errors/holder-gone-error.ts';
import type { Desk } from '../host/desk.ts';
import { newRunId } from '../host/system-id.ts';

/** What a desk says to a verdict that it has taken before. */
const DECIDED: readonly unknown[] = ['unknown_review', 'already_decided', 'stale_review'];

/** How often one call follows a folder from one holder to the next. */
const MAX_HOLDERS = 5;

/** The code of an error; a call to another process failed with the code of what failed there. */
export const codeOf = (error: unknown): unknown => {
  const { code, causeCode } = (error ?? {}) as { code?: unknown; causeCode?: unknown };
  return causeCode ?? code;
};

/**
 * The desk of another process that outlives it: where the holder goes away in the middle of a call, the next one is asked, which may be
 * this process. Every call may be made twice: a request goes under an id that is made here, and of a decision that had been taken
 * the run is followed.
 * Rejects with a HolderGoneError only where five holders have gone; then it is unknown whether the call was done.
 */
export function followingDesk(first: Desk, open: () => Promise<Desk>): Desk {
  let current = Promise.resolve(first);
  let isClosed = false;
  const follow = async <T>(work: (desk: Desk, isAgain: boolean) => Promise<T>): Promise<T> => {
    for (let holders = 1; ; holders += 1) {
      const asked = current;
      const desk = await asked;
      try {
        return await work(desk, holders > 1);
      } catch (error) {
        const isOver = isClosed || holders >= MAX_HOLDERS;
        if (!(error instanceof HolderGoneError) || isOver) throw error;
        // Of several calls the first one opens the next desk; one that cannot be opened is tried again by the next call.
        if (current === asked)
          current = desk
            .close()
            .then(open)
            .catch((cause: unknown) => {
              current = asked;
              throw cause;
            });
      }
    }
  };
  return {
    ask(text, options) {
      const id = options?.id ?? newRunId(Date.now());
      return follow((desk) => desk.ask(text, { ...options, id }));
    },
    resume: (run, options) => follow((desk) => desk.resume(run, options)),
    reviews: () => follow((desk) => desk.reviews()),
    decide: (id, verdict, options) =>
      follow(async (desk, isAgain) => {
        try {
          return await desk.decide(id, verdict, options);
        } catch (error) {
          // The holder that went away had taken the verdict: what is left is to follow its run.
          if (!isAgain || !DECIDED.includes(codeOf(error))) throw error;
          return desk.resume(id.slice(0, id.lastIndexOf('#')), options);
        }
      }),
    stop: (run, principal) => follow((desk) => desk.stop(run, principal)),
    stopAll: (principal) => follow((desk) => desk.stopAll(principal)),
    runs: (query) => follow((desk) => desk.runs(query)),
    stats: (query) => follow((desk) => desk.stats(query)),
    show: (run) => follow((desk) => desk.show(run)),
    why: (run) => follow((desk) => desk.why(run)),
    cases: (agent, query) => follow((desk) => desk.cases(agent, query)),
    memory: (scope, command, principal) => follow((desk) => desk.memory(scope, command, principal)),
    session: (scope, name, before) => follow((desk) => desk.session(scope, name, before)),
    prompts: (run) => follow((desk) => desk.prompts(run)),
    letters: (run) => follow((desk) => desk.letters(run)),
    redeliver: (letter, principal) => follow((desk) => desk.redeliver(letter, principal)),
    forget: (run, hash) => follow((desk) => desk.forget(run, hash)),
    async close() {
      isClosed = true;
      await current.then(
        (desk) => desk.close(),
        () => undefined,
      );
    },
  };
}

import { HolderGoneError } from '../errors/holder-gone-error.ts';
import type { AskOptions, Result, Verdict } from '../host/asks.ts';
import type { Desk } from '../host/desk.ts';
import { newRunId } from '../host/system-id.ts';
import { openProject } from '../workspace/project.ts';
import { askPerson } from './ask-person.ts';
import { exitCodeOf, USAGE } from './exit-codes.ts';
import { resultText, reviewText, runsText } from './print.ts';
import { ProgressView } from './progress.ts';

export interface Common {
  readonly json?: boolean;
}
export interface AskFlags extends Common {
  readonly project: string;
  readonly reviewPlan?: boolean;
}
type Open = () => Promise<Desk>;

/** How often a request follows its folder from one holder to the next. */
const MAX_HOLDERS = 5;

/** Opens a desk, does one thing, and lets go of it whatever happens. */
async function at<T>(open: Open, work: (desk: Desk) => Promise<T>): Promise<T> {
  const desk = await open();
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

function report(result: Result, { json }: Common): number {
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : resultText(result)}\n`);
  return exitCodeOf(result.outcome);
}

/** Ctrl-C stops the run and says so; a second one leaves at once. */
function stopOnInterrupt(view: ProgressView): {
  readonly signal: AbortSignal;
  readonly done: () => void;
} {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodeOf('cancelled'));
    view.say('stopping … nothing new begins; once more to leave at once');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    done: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

/** Follows a run to its end; on a terminal each review is put to the person at once. */
async function follow(
  desk: Desk,
  begin: (options: AskOptions) => Promise<Result>,
  { json }: Common,
): Promise<Result> {
  const view = new ProgressView();
  const { signal, done } = stopOnInterrupt(view);
  const options: AskOptions = { signal, onProgress: (progress) => view.hear(progress) };
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY && !json;
  try {
    let result = await begin(options);
    for (;;) {
      const [review] = isTerminal ? result.waiting : [];
      if (review === undefined) break;
      view.clear();
      const verdict = await askPerson(review);
      if (verdict === undefined) break;
      result = await desk.decide(review.id, verdict, options);
    }
    view.clear();
    if (result.outcome === 'cancelled') view.say('stopped: nothing of it runs any more');
    return result;
  } finally {
    done();
  }
}

/** `nova ask`: a request to its end, or to where a person is needed. */
export async function ask(open: Open, text: string, flags: AskFlags): Promise<number> {
  const { folder, scope } = await openProject(flags.project);
  const id = newRunId(Date.now());
  for (let holders = 1; ; holders += 1) {
    try {
      const where = { id, project: folder, scope, planGate: flags.reviewPlan ?? false };
      const result = await at(open, (desk) =>
        follow(desk, (options) => desk.ask(text, { ...options, ...where }), flags),
      );
      return report(result, flags);
    } catch (error) {
      // Under the same id the next holder takes the run up where it was.
      if (!(error instanceof HolderGoneError) || holders >= MAX_HOLDERS) throw error;
    }
  }
}

/** `nova resume`: a run that a process left behind. */
export const resume = (open: Open, run: string, flags: Common): Promise<number> =>
  at(open, async (desk) =>
    report(await follow(desk, (options) => desk.resume(run, options), flags), flags),
  );

/** `nova review list` */
export const listReviews = (open: Open, { json }: Common): Promise<number> =>
  at(open, async (desk) => {
    const reviews = await desk.reviews();
    const text =
      reviews.length === 0 ? 'nothing waits on you' : reviews.map(reviewText).join('\n\n');
    process.stdout.write(`${json ? JSON.stringify(reviews, null, 2) : text}\n`);
    return 0;
  });

/** `nova review approve | reject | answer` */
export const decide = (open: Open, id: string, verdict: Verdict, flags: Common): Promise<number> =>
  at(open, async (desk) =>
    report(await follow(desk, (options) => desk.decide(id, verdict, options), flags), flags),
  );

/** `nova stop` */
export const stop = (open: Open, run: string): Promise<number> =>
  at(open, async (desk) => {
    await desk.stop(run);
    process.stdout.write(`stopped ${run}\n`);
    return 0;
  });

/** `nova runs` */
export const listRuns = (open: Open, { json }: Common): Promise<number> =>
  at(open, async (desk) => {
    const runs = await desk.runs();
    process.stdout.write(`${json ? JSON.stringify(runs, null, 2) : runsText(runs)}\n`);
    return 0;
  });

/** `nova show` */
export const show = (open: Open, run: string, flags: Common): Promise<number> =>
  at(open, async (desk) => {
    report(await desk.show(run), flags);
    return 0;
  });

/** The line that an error becomes, and its exit code. */
export function failure(error: unknown): { readonly line: string; readonly code: number } {
  const code = (error as { code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  const isUsage =
    typeof code === 'string' &&
    ['bad_request', 'unknown_run', 'unknown_review', 'bad_config'].includes(code);
  // A call to another process fails with the code of what failed there.
  const causeCode = (error as { causeCode?: unknown } | null)?.causeCode;
  const isTheirUsage =
    causeCode === 'bad_request' || causeCode === 'unknown_run' || causeCode === 'unknown_review';
  return { line: `nova: ${message}`, code: isUsage || isTheirUsage ? USAGE : exitCodeOf('failed') };
}

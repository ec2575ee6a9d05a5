import type { Json } from '../../machines/protocol/values.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { AskOptions, Result, Verdict } from '../host/asks.ts';
import type { Desk } from '../host/desk.ts';
import { codeOf } from '../server/following-desk.ts';
import { openProject } from '../workspace/project.ts';
import { askPerson } from './ask-person.ts';
import { exitCodeOf, FAILED, USAGE } from './exit-codes.ts';
import { jsonText, oneLine, parkedText, resultText, reviewText } from './print.ts';
import { ProgressView } from './progress.ts';

export const JSON_OPTION = ['--json', 'print everything as one JSON document on stdout'] as const;
export interface Common {
  readonly json?: boolean;
}
export interface AskFlags extends Common {
  readonly project: string;
  readonly reviewPlan?: boolean;
}
type Open = () => Promise<Desk>;

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
  process.stdout.write(`${json ? jsonText(result) : resultText(result)}\n`);
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
  const where = { project: folder, scope, planGate: flags.reviewPlan ?? false };
  // Told before the desk is left: that may take as long as other processes' runs.
  return at(open, async (desk) =>
    report(await follow(desk, (options) => desk.ask(text, { ...options, ...where }), flags), flags),
  );
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
    // A run that cannot go on without somebody's decision waits on a person too.
    const { runs } = await desk.runs({ isOpen: true });
    const parked = runs.filter((run) => run.parked !== undefined);
    const texts = [...reviews.map(reviewText), ...parked.map(parkedText)];
    const text = texts.length === 0 ? 'nothing waits on you' : texts.join('\n\n');
    process.stdout.write(`${json ? jsonText(reviews) : text}\n`);
    return 0;
  });

/** What a person puts in the place of what was shown. @throws BadRequestError for what is no JSON. */
export function editOf(json: string): Verdict {
  try {
    return { is: 'edit', value: JSON.parse(json) as Json };
  } catch (cause) {
    throw new BadRequestError(`this is no JSON: ${json}`, { cause });
  }
}

/** `nova review approve | edit | reject | answer` */
export const decide = (open: Open, id: string, verdict: Verdict, flags: Common): Promise<number> =>
  at(open, async (desk) =>
    report(await follow(desk, (options) => desk.decide(id, verdict, options), flags), flags),
  );

/** `nova stop` */
export const stop = (open: Open, run: string): Promise<number> =>
  at(open, async (desk) => {
    await desk.stop(run);
    const { outcome } = await desk.show(run);
    const isOver = !['open', 'waiting'].includes(outcome);
    // Only what is so is said: a run may have ended before, or not be over at all.
    process.stdout.write(
      `${isOver ? (outcome === 'cancelled' ? 'stopped' : outcome) : 'not stopped'} ${run}\n`,
    );
    return isOver ? 0 : FAILED;
  });

/** `nova show` */
export const show = (open: Open, run: string, flags: Common): Promise<number> =>
  at(open, async (desk) => {
    report(await desk.show(run), flags);
    return 0;
  });

const USAGE_CODES: readonly unknown[] = [
  'bad_request',
  'bad_config',
  'unknown_run',
  'run_open',
  'unknown_review',
  'bad_letter',
];

/** The line that an error becomes, and its exit code. */
export function failure(error: unknown): { readonly line: string; readonly code: number } {
  const message = error instanceof Error ? error.message : String(error);
  const code = USAGE_CODES.includes(codeOf(error)) ? USAGE : exitCodeOf('failed');
  return { line: oneLine(`nova: ${message}`), code };
}

import { text as textFrom } from 'node:stream/consumers';
import { LOCAL } from '../../machines/protocol/scope.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Result } from '../host/asks.ts';
import type { OnGate, Verdict } from '../host/verdicts.ts';
import type { DecideOptions, Desk } from '../host/desk.ts';
import { codeOf } from '../server/following-desk.ts';
import type { Review } from '../decide/reviews.ts';
import { openProject } from '../workspace/project.ts';
import { askPerson } from './ask-person.ts';
import { exitCodeOf, USAGE } from './exit-codes.ts';
import { jsonText, oneLine, parkedText, printable, resultText, reviewText } from './print.ts';
import { ProgressView } from './progress.ts';

export const JSON_OPTION = ['--json', 'print everything as one JSON document on stdout'] as const;
export interface Common {
  readonly json?: boolean;
}
export interface AskFlags extends Common {
  readonly project: string;
  readonly reviewPlan?: boolean;
  readonly all?: boolean;
  readonly session?: string;
}
type Open = () => Promise<Desk>;

/** Opens a desk, does one thing, and lets go of it whatever happens. */
export async function atDesk<T>(open: Open, work: (desk: Desk) => Promise<T>): Promise<T> {
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
  begin: (options: DecideOptions) => Promise<Result>,
  { json }: Common,
): Promise<Result> {
  const view = new ProgressView();
  const { signal, done } = stopOnInterrupt(view);
  const token = process.env['NOVA_TOKEN'];
  const options: DecideOptions = {
    signal,
    onProgress: (progress) => view.hear(progress),
    ...(token && { token }),
  };
  const { isTTY, readableEnded } = process.stdin;
  const isTerminal = isTTY && !readableEnded && process.stderr.isTTY && !json;
  try {
    let result = await begin(options);
    // What others have to decide too waits on, and is not asked about again.
    const asked = new Set<string>();
    for (;;) {
      const review = isTerminal ? result.waiting.find(({ id }) => !asked.has(id)) : undefined;
      if (review === undefined) break;
      asked.add(review.id);
      view.clear();
      const verdict = await askPerson(review);
      if (verdict === undefined) break;
      result = await decided(desk, review, verdict, options, view);
    }
    view.clear();
    if (result.outcome === 'cancelled') view.say('stopped: nothing of it runs any more');
    return result;
  } finally {
    done();
  }
}

/** Decides; where that counts for nothing, the person is told, and what waits now is looked at anew. */
async function decided(
  desk: Desk,
  { id, run }: Review,
  verdict: Verdict,
  options: DecideOptions,
  view: ProgressView,
): Promise<Result> {
  try {
    return await desk.decide(id, verdict, options);
  } catch (error) {
    if (!REFUSALS.includes(codeOf(error))) throw error;
    view.say(failure(error).line);
    return desk.resume(run, options);
  }
}

/** `nova ask`: a request to its end, or to where a person is needed. */
export async function ask(open: Open, words: string, flags: AskFlags): Promise<number> {
  const text = words === '-' ? (await textFrom(process.stdin)).trimEnd() : words;
  const { folder, scope: own } = await openProject(flags.project);
  const { all = false, reviewPlan = false, session } = flags;
  const scope = all ? LOCAL : own;
  const where = {
    project: folder,
    scope,
    planGate: reviewPlan,
    ...(session !== undefined && { session }),
  };
  // Told before the desk is left: that may take as long as other processes' runs.
  return atDesk(open, async (desk) =>
    report(await follow(desk, (options) => desk.ask(text, { ...options, ...where }), flags), flags),
  );
}

/** `nova resume`: a run that a process left behind. */
export const resume = (open: Open, run: string, flags: Common): Promise<number> =>
  atDesk(open, async (desk) =>
    report(await follow(desk, (options) => desk.resume(run, options), flags), flags),
  );

/** `nova review list` */
export const listReviews = (open: Open, { json }: Common): Promise<number> =>
  atDesk(open, async (desk) => {
    const reviews = await desk.reviews();
    // A run that cannot go on without somebody's decision waits on a person too.
    const { runs } = await desk.runs({ isOpen: true });
    const parked = runs.filter((run) => run.parked !== undefined);
    const texts = [...reviews.map((review) => reviewText(review)), ...parked.map(parkedText)];
    const text = texts.length === 0 ? 'nothing waits on you' : texts.join('\n\n');
    process.stdout.write(`${json ? jsonText(reviews) : text}\n`);
    return 0;
  });

/** `nova review show`: one, or all of a run. */
export const showReview = (open: Open, id: string, { json }: Common): Promise<number> =>
  atDesk(open, async (desk) => {
    const [first, ...others] = (await desk.reviews()).filter((one) =>
      [one.id, one.run].includes(id),
    );
    if (first === undefined) throw new BadRequestError(`nothing waits at ${id}`);
    const told = first.id === id ? first : [first, ...others];
    const text = [first, ...others].map((one) => reviewText(one, 'whole')).join('\n\n');
    process.stdout.write(`${json ? jsonText(told) : text}\n`);
    return 0;
  });

/** What a person puts in the place of what was shown. @throws BadRequestError for what is no JSON. */
export function editOf(json: string): OnGate {
  try {
    return { is: 'edit', value: JSON.parse(json) as Json };
  } catch (cause) {
    throw new BadRequestError(`this is no JSON: ${json}`, { cause });
  }
}

/** `nova review approve | edit | reject | answer` */
export const decide = (open: Open, id: string, verdict: Verdict, flags: Common): Promise<number> =>
  atDesk(open, async (desk) =>
    report(await follow(desk, (options) => desk.decide(id, verdict, options), flags), flags),
  );

/** `nova show` */
export const show = (open: Open, run: string, flags: Common): Promise<number> =>
  atDesk(open, async (desk) => {
    const result = await desk.show(run);
    if (!flags.json && result.asked !== undefined)
      process.stdout.write(`> ${printable(result.asked)}\n\n`);
    report(result, flags);
    return 0;
  });

/** A decision that counted for nothing. */
const REFUSALS: readonly unknown[] = ['stale_review', 'already_decided', 'may_not_decide'];
const USAGE_CODES: readonly unknown[] = [
  'bad_request',
  'bad_config',
  'unknown_run',
  'run_open',
  'unknown_review',
  ...REFUSALS,
  'bad_letter',
];

/** The line that an error becomes, and its exit code. */
export function failure(error: unknown): { readonly line: string; readonly code: number } {
  const message = error instanceof Error ? error.message : String(error);
  const code = USAGE_CODES.includes(codeOf(error)) ? USAGE : exitCodeOf('failed');
  return { line: oneLine(`nova: ${message}`), code };
}

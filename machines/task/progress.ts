import type { TaskContext, ToolCall } from './schemas.ts';

/** Calls alike after which, and after nothing new, the third is a loop. */
const LOOP = 3;

/** The same tool with the same input. */
const isSame = (a: ToolCall, b: ToolCall): boolean =>
  a.tool === b.tool && a.input.hash === b.input.hash;
/** What a call came to; to fail in another way is no progress. */
const cameTo = ({ result }: ToolCall): string => result?.hash ?? 'failed';

/** True for a call that came to just what an earlier one like it did. */
const isRepeat = (calls: readonly ToolCall[], at: number): boolean => {
  const call = calls[at] as ToolCall;
  return calls
    .slice(0, at)
    .some((earlier) => isSame(earlier, call) && cameTo(earlier) === cameTo(call));
};

/** True for a call that counts; a tool that polls is made to be asked again. */
const counts =
  ({ settings }: TaskContext) =>
  ({ tool }: ToolCall): boolean =>
    settings.tools[tool]?.polls !== true;

/** The call that is wanted, where it counts, and those that were made before it. */
function asked(context: TaskContext): { wanted?: ToolCall; before: readonly ToolCall[] } {
  const [wanted] = context.calls.slice(-1).filter(counts(context));
  return { ...(wanted && { wanted }), before: context.calls.slice(0, -1).filter(counts(context)) };
}

/** The last call that came to something new, and all since. */
function sinceNew(calls: readonly ToolCall[]): readonly ToolCall[] {
  return calls.slice(
    Math.max(
      0,
      calls.findLastIndex((_, at) => !isRepeat(calls, at)),
    ),
  );
}

/** True where the last call, not yet made, was made twice already and nothing new came since the first of these. */
export function isLooping(context: TaskContext): boolean {
  const { wanted, before } = asked(context);
  const alike = sinceNew(before).filter((call) => wanted !== undefined && isSame(call, wanted));
  return alike.length >= LOOP - 1;
}

/** True where the calls before the last one, as many as the limit says, all came to what was known. */
export function isStalled(context: TaskContext): boolean {
  const { wanted, before } = asked(context);
  return wanted !== undefined && sinceNew(before).length > context.settings.limits.maxStalls;
}

/**
 * What of the calls that have come back can still make a loop or a stall: with what has to come, two tasks that are equal
 * in it are judged alike.
 */
export function callsThatCount(context: TaskContext): readonly (readonly [ToolCall, string])[] {
  const { calls, turn, settings } = context;
  const { maxTurns, maxStalls } = settings.limits;
  const last = calls.at(-1);
  const isOpen = last?.result === undefined && last?.failed === undefined;
  const back = (isOpen ? calls.slice(0, -1) : calls).filter(counts(context));
  const all = back.map((call) => [call, cameTo(call)] as const);
  const left = maxTurns - turn - (isOpen && last !== undefined ? 1 : 0);
  if (back.length + left > maxStalls + 1) return all;
  const alike = (call: ToolCall): number =>
    sinceNew(back).filter((one) => isSame(one, call)).length +
    (isOpen && last !== undefined && isSame(call, last) ? 1 : 0);
  // What it would take is only calls like this one, from now on to the last turn that may call.
  const spare = back.map((call) => left - (LOOP - alike(call)));
  if (spare.some((count) => count > 0)) return all;
  return all.filter((_, at) => spare[at] === 0);
}

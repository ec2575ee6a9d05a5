import * as z from 'zod';
import { COMMON_OUTCOMES, Reason } from '../../machines/protocol/outcomes.ts';
import { roleAt } from '../../machines/protocol/roles.ts';
import type { TaskContext, ToolCall } from '../../machines/task/schemas.ts';
import type { Usage } from '../../machines/protocol/usage.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { FORGOTTEN } from '../store/scrub.ts';
import type { Act, History } from './history.ts';

const json = z.json() as unknown as z.ZodType<Json>;
const Made = z.strictObject({
  tool: z.string(),
  input: json,
  result: json.optional(),
  failed: z.string().optional(),
});

/** What an agent was handed once, what it called, and what it came to: by it another version, prompt or model can be measured. */
export const Case = z.strictObject({
  run: z.string(),
  /** Its path in the run. */
  actor: z.string(),
  agent: z.string(),
  /** What it played there: by that models are chosen. */
  role: z.string(),
  version: z.int(),
  /** The folder that the run was about. */
  project: z.string(),
  input: json,
  calls: z.array(Made),
  outcome: z.string(),
  reason: Reason.optional(),
  value: json.optional(),
  turns: z.int(),
  repairs: z.int(),
  tokens: z.int(),
  cost: z.number(),
});
export type Case = z.output<typeof Case>;

/** True for an outcome that the agent declares itself. */
export const isOwn = ({ outcome }: Pick<Case, 'outcome'>): boolean =>
  !(COMMON_OUTCOMES as readonly string[]).includes(outcome);

function billOf({ run, events }: History, { id }: Act): Pick<Case, 'tokens' | 'cost'> {
  let [tokens, cost] = [0, 0];
  for (const incoming of events.values()) {
    if (incoming.kind !== 'answer' || !incoming.effectId.startsWith(`${run}#${id}:turn-`)) continue;
    const { usage } = incoming.event as { readonly usage?: Usage };
    tokens += (usage?.tokens.input ?? 0) + (usage?.tokens.output ?? 0);
    cost += usage?.cost ?? 0;
  }
  return { tokens, cost };
}

/** All that an agent did in a run and that is still known: of what was forgotten, or cannot be replayed, there is no case. */
export function casesIn(history: History, agent: string): Case[] {
  const { run, acts, asked, value } = history;
  const { project = '.' } = ((asked as readonly unknown[])[0] ?? {}) as { project?: string };
  return [...acts.values()].flatMap((act): Case[] => {
    const { id, node, machine, ending, context } = act;
    if (machine !== 'task' || node !== agent || ending === undefined) return [];
    const input = history.inputOf(act);
    const { turn = 1, repairs = 0, calls = [], version = 0 } = context as Partial<TaskContext>;
    const made = calls.map(({ tool, input: ref, result, failed }: ToolCall) => ({
      tool,
      input: value(ref) ?? null,
      ...(result !== undefined && { result: value(result) ?? null }),
      ...(failed !== undefined && { failed }),
    }));
    const said = ending.value === undefined ? undefined : value(ending.value);
    const words = [input, said, ...made.flatMap((call) => [call.input, call.result])];
    if (input === undefined || words.includes(FORGOTTEN)) return [];
    const { outcome, reason } = ending;
    return [
      {
        run,
        actor: id,
        agent,
        role: roleAt(id, acts.get(id.slice(0, Math.max(0, id.lastIndexOf('/'))))?.machine),
        version,
        project,
        input,
        calls: made,
        outcome,
        ...(reason !== undefined && { reason }),
        ...(said !== undefined && { value: said }),
        turns: turn,
        repairs,
        ...billOf(history, act),
      },
    ];
  });
}

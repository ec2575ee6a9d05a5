import type { Usage } from '../../machines/protocol/usage.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { JournalRecord } from '../store/ports.ts';
import { redact } from '../tools/secrets.ts';
import { committedOf } from './trace.ts';

/** One request to a model. */
export interface PromptCall {
  /** Whose turn it was, as a path in the run. */
  readonly actor: string;
  readonly effectId: string;
  /** Of what was sent: all around the messages, then message by message. */
  readonly pieces: readonly string[];
  /** What came of its turn; nothing where that is still open, or another request answered it. */
  readonly answered?: string;
  readonly reason?: string;
  readonly usage?: Usage;
}

/** What models were sent in a run, in order; each piece once, with secrets taken out. */
export interface Prompts {
  readonly calls: readonly PromptCall[];
  readonly pieces: Readonly<Record<string, Json>>;
}

/** The material stands in JSON, where a quotation mark looks otherwise than it was written. */
function redactedText(text: string): string {
  if (!/^[[{]/.test(text)) return redact(text);
  try {
    return redact(JSON.stringify(redacted(JSON.parse(text) as Json)));
  } catch {
    return redact(text);
  }
}

function redacted(value: Json): Json {
  if (typeof value === 'string') return redactedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(redacted);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, redacted(one as Json)]),
  );
}

/** Reads them back from the run's journal. */
export function promptsIn(records: readonly JournalRecord[]): Prompts {
  const answers = new Map<string, Pick<PromptCall, 'answered' | 'reason' | 'usage'>>();
  for (const { incoming } of committedOf(records)) {
    if (incoming.kind !== 'answer') continue;
    const { type, reason, usage } = incoming.event as { type: string } & Omit<
      PromptCall,
      'answered'
    >;
    answers.set(incoming.effectId, {
      answered: type,
      ...(reason !== undefined && { reason }),
      ...(usage !== undefined && { usage }),
    });
  }
  const begun = records.filter((record) => record.kind === 'begun');
  const calls = begun.flatMap(({ effectId, prompt }, index): PromptCall[] => {
    if (prompt === undefined) return [];
    const isLast = begun.findLastIndex((other) => other.effectId === effectId) === index;
    const actor = effectId.slice(effectId.indexOf('#') + 1, effectId.lastIndexOf(':'));
    return [{ actor, effectId, pieces: prompt, ...(isLast && answers.get(effectId)) }];
  });
  const wanted = new Set(calls.flatMap(({ pieces }) => pieces));
  const pieces = records.flatMap((record) =>
    record.kind === 'blob' && wanted.has(record.hash)
      ? [[record.hash, redacted(record.value)] as const]
      : [],
  );
  return { calls, pieces: Object.fromEntries(pieces) };
}

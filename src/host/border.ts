import type { Fact } from '../../machines/protocol/effects.ts';
import type { Reason } from '../../machines/protocol/outcomes.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { canonical, hashOfText } from '../kernel/canonical.ts';
import type { System } from '../kernel/system.ts';
import { redact } from '../tools/secrets.ts';

/** The largest value that may cross a border, as canonical JSON. */
export const MAX_VALUE_BYTES = 4 * 1024 * 1024;
/** A note explains; it does not carry. */
const MAX_NOTE_CHARS = 4000;

/** An answer to an effect, with the values that it brings. */
export interface Reply {
  readonly event: Fact & Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, Json>>;
}

/** Collects what one answer brings over the border, each value under the run's label and its contract. */
export class Parcel {
  readonly #scope: string;
  readonly #values: Record<string, Json> = {};

  constructor(system: Pick<System, 'scope'>) {
    this.#scope = system.scope;
  }

  /** @throws RangeError for a value above the limit, NotJsonError for one that is not JSON. */
  put(contract: string, value: Json): ValueRef {
    const text = canonical(value);
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_VALUE_BYTES)
      throw new RangeError(`a value of ${bytes} bytes is over the limit of ${MAX_VALUE_BYTES}`);
    const hash = hashOfText(text);
    this.#values[hash] = value;
    return { hash, scope: this.#scope, contract };
  }

  note(text: string): ValueRef {
    return this.put('note', shown(text));
  }

  reply(event: Fact & Readonly<Record<string, unknown>>): Reply {
    return { event, values: this.#values };
  }

  failed(
    type: 'agent.failed' | 'tool.failed' | 'tick.failed' | 'run.failed',
    reason: Reason,
    text: string,
  ): Reply {
    return this.reply({ type, reason, note: this.note(text) });
  }
}

/** A text as it may be kept and shown: what a tool or agent threw may hold what it was called with. */
export function shown(text: string): string {
  const short = redact(text.toWellFormed());
  return short.length > MAX_NOTE_CHARS ? `${short.slice(0, MAX_NOTE_CHARS)} …` : short;
}

/** The message of whatever was thrown; never throws itself. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'it cannot be told';
  }
}

/** A note as a text; a value that is none, as JSON. */
export const textOf = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

import type { Reason } from '../../machines/protocol/outcomes.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import type { OpenEffect } from '../kernel/system.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { editionOf } from '../team/previous.ts';
import { MAX_VALUE_BYTES, messageOf, shown, type Reply } from './border.ts';

const MAX_NAME_CHARS = 100;

/** What a user's own machine asks for; its machine wrote it. */
interface PromiseParams {
  readonly node: string;
  readonly src: string;
  readonly input: Json;
}

/** Calls the code behind a promise of a user's own machine; always an answer, never a rejection. */
export async function keepPromise(
  { machines = [] }: Organisation,
  { id, params }: Pick<OpenEffect, 'id' | 'params'>,
  version: number,
  key: string,
  signal: AbortSignal,
): Promise<Reply> {
  const { node, src, input } = params as unknown as PromiseParams;
  const promised = editionOf(
    machines.find((machine) => machine.id === node),
    version,
  )?.guest.promises.get(src);
  if (promised === undefined) return promiseFailed(id, 'unknown_node', `${node} has no ${src}`);
  let output: unknown;
  try {
    // A copy: what the code does to its input must not reach the run.
    output = await promised({ input: structuredClone(input), signal, key });
  } catch (error) {
    return promiseFailed(id, 'threw', error);
  }
  try {
    if (output === undefined) return { event: { type: 'promise.done', id } as never, values: {} };
    const text = canonical(output as Json);
    if (Buffer.byteLength(text) > MAX_VALUE_BYTES)
      return promiseFailed(id, 'contract', `it is over the limit of ${MAX_VALUE_BYTES} bytes`);
    const event = { type: 'promise.done', id, output: JSON.parse(text) as Json };
    return { event, values: {} };
  } catch (error) {
    return promiseFailed(id, 'contract', error);
  }
}

/** The name of an error is anybody's words too, and reading it may throw. */
function nameOf(thrown: unknown): string {
  try {
    return thrown instanceof Error
      ? shown(String(thrown.name as unknown))
          .slice(0, MAX_NAME_CHARS)
          .toWellFormed()
      : 'Error';
  } catch {
    return 'Error';
  }
}

/** What the machine's `onError` sees; a text that was thrown may hold what the code was called with. */
export function promiseFailed(id: string, reason: Reason, thrown: unknown): Reply {
  const error = { name: nameOf(thrown), message: shown(messageOf(thrown)), reason };
  return { event: { type: 'promise.failed', id, error } as Reply['event'], values: {} };
}

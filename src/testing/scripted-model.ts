import type { Model, ModelCall, ModelReply } from '../host/ports.ts';

/** What a scripted model replies: the outcome, or the tool it wants; a throw is a call that failed. */
export type Script = (
  call: ModelCall,
) =>
  | Pick<Extract<ModelReply, { says: unknown }>, 'says'>
  | Pick<Extract<ModelReply, { wants: unknown }>, 'wants'>;

/** A model for tests: each node has a script; it counts what a real one would cost. */
export class ScriptedModel implements Model {
  /** Every call that came, in order. */
  readonly calls: ModelCall[] = [];
  readonly #scripts: Readonly<Record<string, Script>>;

  constructor(scripts: Readonly<Record<string, Script>>) {
    this.#scripts = scripts;
  }

  async call(call: ModelCall, signal: AbortSignal): Promise<ModelReply> {
    signal.throwIfAborted();
    this.calls.push(call);
    const script = this.#scripts[call.node];
    if (script === undefined) throw new RangeError(`there is no script for ${call.node}`);
    // About four characters a token, as budgets count them.
    const input = Math.ceil((call.instructions.length + JSON.stringify(call.input).length) / 4);
    const reply = script(call);
    const output = Math.ceil(JSON.stringify(reply).length / 4);
    return { ...reply, usage: { model: 'scripted', tokens: { input, output }, cost: 0 } };
  }
}

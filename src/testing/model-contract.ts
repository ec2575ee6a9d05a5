import assert from 'node:assert/strict';
import { Usage } from '../../machines/protocol/usage.ts';
import type { Model, ModelCall } from '../host/ports.ts';
import type { ContractCase } from './contract.ts';

/** A call that every model under test must be able to answer: with the outcome `done { text }`, or by wanting `look`. */
export const contractCall: ModelCall = {
  node: 'contract',
  instructions: 'Say done with the text of the input.',
  role: 'worker',
  input: { text: 'hello' },
  from: 'whoever asked',
  memory: [],
  outcomes: {
    done: {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
      additionalProperties: false,
    },
  },
  isStrict: true,
  tools: [
    {
      name: 'look',
      does: 'Looks.',
      input: { type: 'object', properties: {}, required: [], additionalProperties: false },
      isStrict: true,
    },
  ],
  calls: [],
  problem: undefined,
  turn: 1,
  key: 'contract#task:turn-1',
  dueAt: Infinity,
};

/** What every Model keeps. */
export const modelContract: readonly ContractCase<Model>[] = [
  {
    name: 'says one outcome or wants one tool, and tells what it took',
    async run(make) {
      const reply = await (await make()).port.call(contractCall, new AbortController().signal);
      assert.notEqual('says' in reply, 'wants' in reply);
      Usage.parse(reply.usage);
    },
  },
  {
    name: 'rejects a call that is aborted already',
    async run(make) {
      const { port } = await make();
      await assert.rejects(port.call(contractCall, AbortSignal.abort()));
    },
  },
  {
    name: 'keeps nothing between calls: the same call is answered again',
    async run(make) {
      const { port } = await make();
      const { signal } = new AbortController();
      await port.call(contractCall, signal);
      const again = await port.call({ ...contractCall, turn: 2 }, signal);
      Usage.parse(again.usage);
    },
  },
];

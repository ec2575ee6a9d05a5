import assert from 'node:assert/strict';
import type { ToolRequest, Tools } from '../host/ports.ts';
import type { ContractCase } from './contract.ts';

/** The tools that an implementation under test is given: `echo` returns its input, `wait` settles only when aborted, `fail` throws. */
export const CONTRACT_TOOLS = ['echo', 'wait', 'fail'] as const;

const request = (tool: string): ToolRequest => ({
  tool,
  input: { text: 'hello' },
  scope: 'local/contract/main',
  project: '.',
  key: `contract#task:${tool}`,
});

/** What every Tools keeps. */
export const toolsContract: readonly ContractCase<Tools>[] = [
  {
    name: 'gives the tool its input and gives back what it returned',
    async run(make) {
      const { port } = await make();
      assert.deepEqual(await port.call(request('echo'), new AbortController().signal), {
        text: 'hello',
      });
    },
  },
  {
    name: 'rejects where the tool fails, and where there is none',
    async run(make) {
      const { port } = await make();
      const { signal } = new AbortController();
      await assert.rejects(port.call(request('fail'), signal));
      await assert.rejects(port.call(request('nobody'), signal));
    },
  },
  {
    name: 'settles after an abort',
    async run(make) {
      const { port } = await make();
      const controller = new AbortController();
      const call = port.call(request('wait'), controller.signal);
      controller.abort();
      await Promise.allSettled([call]);
    },
  },
];

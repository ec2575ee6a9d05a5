// Goal: every implementation of a port keeps what the port promises.
// Method: the shared contract suites, run over each implementation that the package brings.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { afterAll, describe, expect, test } from 'vitest';
import { defineAgent, defineOrganisation, defineTool } from 'nova-agents';
import {
  clockContract,
  engineContract,
  ManualClock,
  memoryJournal,
  memoryStore,
  modelContract,
  ScriptedModel,
  toolsContract,
  type ContractCase,
  type Subject,
} from 'nova-agents/testing';
import { LocalEngine } from '../../src/engine/local.ts';
import { systemClock } from '../../src/host/clock.ts';
import { localTools } from '../../src/host/tool-calls.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { world } from '../kernel/small-world.ts';

function suite<P>(
  name: string,
  cases: readonly ContractCase<P>[],
  make: () => Promise<Subject<P>>,
): void {
  describe(`${name} keeps its promises`, () => {
    test.each(cases)('$name', async ({ run }) => {
      await expect(run(make)).resolves.toBeUndefined();
    });
  });
}
const alone = async <P>(port: P): Promise<Subject<P>> => ({ port, reopen: async () => port });

suite('Clock: the system’s', clockContract, () =>
  alone({ clock: systemClock, pass: (ms) => wait(ms) }),
);
suite('Clock: manual', clockContract, () => {
  const clock = new ManualClock(1_000_000);
  return alone({ clock, pass: async (ms) => clock.advance(ms) });
});

suite('Model: scripted', modelContract, () =>
  alone(
    new ScriptedModel({ contract: ({ input }) => ({ says: { outcome: 'done', value: input } }) }),
  ),
);

const text = z.strictObject({ text: z.string() });
const tool = (
  name: string,
  run: (input: { text: string }, signal: AbortSignal) => Promise<{ text: string }>,
) =>
  defineTool({
    name,
    does: name,
    input: text,
    output: text,
    effect: 'reads',
    run: (input, { signal }) => run(input, signal),
  });
const holder = defineAgent({
  id: 'holder',
  version: 1,
  does: 'Holds the tools.',
  input: text,
  outcomes: { done: text },
  tools: [
    tool('echo', async (input) => input),
    tool('fail', () => Promise.reject(new Error('no'))),
    tool(
      'wait',
      (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    ),
  ],
  examples: [],
  act: (input, say) => say.done(input),
});
suite('Tools: local', toolsContract, () =>
  alone(localTools(defineOrganisation({ id: 'tools', agents: [holder] }))),
);

suite('Engine: local, in memory', engineContract, async () => {
  const journal = memoryJournal();
  const store = memoryStore();
  const reopen = async () => new LocalEngine(world, journal, store);
  return { port: await reopen(), reopen };
});

const endings: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});
suite('Engine: local, over files', engineContract, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nova-engine-'));
  let open = { journal: fileJournal(folder), store: fileStore(folder) };
  endings.push(() => open.journal.close());
  endings.push(() => open.store.close());
  endings.push(() => rm(folder, { recursive: true, force: true }));
  return {
    port: new LocalEngine(world, open.journal, open.store),
    async reopen() {
      await open.journal.close();
      await open.store.close();
      open = { journal: fileJournal(folder), store: fileStore(folder) };
      return new LocalEngine(world, open.journal, open.store);
    },
  };
});

// Chains of handoffs: each runner hands on to the next, with a kilobyte in hand; one handoff is one commit.
import * as z from 'zod';
import { defineAgent, defineOrganisation, defineTeam } from 'nova-agents';
import { Nova } from '../../src/host/nova.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';

export const PAYLOAD_BYTES = 1024;
const Baton = z.strictObject({ left: z.int(), load: z.string() });

const runner = defineAgent({
  id: 'runner',
  version: 1,
  does: 'Hands on.',
  input: Baton,
  outcomes: { passed: Baton, arrived: z.null() },
  examples: [],
  act: ({ left, load }, say) =>
    left === 0
      ? say.arrived(null)
      : // Another text each time: the same one would be stored once.
        say.passed({ left: left - 1, load: `${left}${load}`.slice(0, load.length) }),
});
const relay = defineTeam({
  id: 'relay',
  version: 1,
  does: 'Hands on as often as is left.',
  input: Baton,
  outcomes: { arrived: z.null() },
  nodes: { runner },
  start: { to: 'runner' },
  routes: { runner: { passed: { to: 'runner', max: 1_000_000 }, arrived: { end: 'arrived' } } },
  otherwise: {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
export const organisation = defineOrganisation({
  id: 'relays',
  agents: [runner],
  teams: [relay],
});

export const openRelay = (folder: string): Nova =>
  new Nova({
    organisation,
    journal: fileJournal(folder),
    store: fileStore(folder),
    limits: { deadlineMs: 86_400_000 },
  });

/** Runs a chain of so many handoffs to its end. */
export async function runChain(
  nova: Nova,
  id: string,
  handoffs: number,
  onHanded: () => void = () => {},
): Promise<void> {
  const load = `${id} `.padEnd(PAYLOAD_BYTES - 20, 'x');
  const { outcome } = await nova.run(
    'relay',
    { left: handoffs - 1, load },
    {
      id,
      project: '.',
      onProgress: ({ kind }) => {
        if (kind === 'handed') onHanded();
      },
    },
  );
  if (outcome !== 'arrived') throw new Error(`the chain ${id} ended as ${outcome}`);
}

/** Milliseconds of each step of one chain, from commit to commit. */
export async function stepTimes(folder: string, handoffs: number): Promise<number[]> {
  const nova = openRelay(folder);
  const times: number[] = [];
  let last = performance.now();
  const onHanded = (): void => {
    const now = performance.now();
    times.push(now - last);
    last = now;
  };
  await runChain(nova, 'long', handoffs, onHanded);
  await nova.close();
  return times;
}

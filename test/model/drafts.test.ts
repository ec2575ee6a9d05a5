// Goal: who watches sees what a model writes while it writes, as a draft; nothing of it goes anywhere else, and nothing where a person decides later.
// Method: a scripted mind that writes in pieces, in a team with and without a gate behind it; observers and journals are compared.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  defineAgent,
  defineOrganisation,
  defineTeam,
  fan,
  gate,
  Nova,
  type Model,
  type Progress,
} from 'nova-agents';
import { mayShow } from '../../src/host/drafts.ts';
import type { System } from '../../src/kernel/system.ts';
import type { AnyAgent } from '../../src/team/agent.ts';
import { memoryJournal, type MemoryRecords } from 'nova-agents/testing';

const Text = z.strictObject({ text: z.string() });
const base = { version: 1, does: 'Writes.', input: Text, outcomes: { wrote: Text }, examples: [] };
const poet = (streams: boolean) =>
  defineAgent({ ...base, id: 'poet', instructions: () => 'Write.', streams });
const lost = {
  refused: { end: 'lost' },
  failed: { end: 'lost' },
  expired: { end: 'lost' },
} as const;
const teamOf = (writer: ReturnType<typeof poet>, isGated: boolean) =>
  defineTeam({
    id: 'press',
    version: 1,
    does: 'Prints.',
    asks: [],
    input: Text,
    outcomes: { printed: Text, lost: z.json() },
    nodes: { first: writer, ...(isGated && { editor: gate({ subject: Text }) }) },
    start: { to: 'first', with: (input: { text: string }) => input },
    routes: {
      first: { wrote: isGated ? { to: 'editor' } : { end: 'printed' } },
      ...(isGated && {
        editor: {
          approved: { end: 'printed' },
          edited: { end: 'printed' },
          rejected: { end: 'lost' },
        },
      }),
    },
    otherwise: lost,
  } as never);

/** Writes a word, and then another one; who listens hears both. */
const writing: Model = {
  async call(_, signal, hearing) {
    signal.throwIfAborted();
    hearing?.onDraft?.('To be', 0);
    hearing?.onDraft?.(' or not', 5);
    const usage = { model: 'm', tokens: { input: 1, output: 1 }, cost: 0 };
    return { usage, says: { outcome: 'wrote', value: { text: 'whole' } } };
  },
};

async function watched(streams: boolean, isGated: boolean) {
  const writer = poet(streams);
  const memory: MemoryRecords = [];
  const team = teamOf(writer, isGated);
  const organisation = defineOrganisation({ id: 'house', agents: [writer], teams: [team] });
  const nova = new Nova({ organisation, model: writing, journal: memoryJournal(memory) });
  const heard: Progress[] = [];
  const follow = new AbortController();
  await nova.run(
    'press',
    { text: 'x' },
    {
      onProgress: (one) => void heard.push(one),
      onReviews: ({ length }) => length > 0 && follow.abort(),
      signal: follow.signal,
    },
  );
  await nova.close();
  const drafts = heard.filter((one) => one.kind === 'draft');
  return { drafts, texts: memory.map(({ text }) => text).join('\n') };
}

describe('a draft', () => {
  test('2.11 is heard in order, by those who follow the run, and stands in no record', async () => {
    const { drafts, texts } = await watched(true, false);
    expect(drafts).toMatchObject([
      { node: 'poet', text: 'To be', offset: 0 },
      { node: 'poet', text: ' or not', offset: 5 },
    ]);
    expect(texts).not.toContain('To be');
  });

  test('2.11 is not shown where a person is still to decide on it', async () => {
    expect((await watched(true, true)).drafts).toEqual([]);
  });

  test('2.11 is not shown of an agent that does not stream', async () => {
    expect((await watched(false, false)).drafts).toEqual([]);
  });

  test('2.11 is not shown where a person may be asked within what comes later, or before the answer is given out', async () => {
    const writer = poet(true);
    const printer = { ...base, id: 'printer', act: (text: z.output<typeof Text>) => text };
    const inner = teamOf(defineAgent(printer as never), true);
    const outer = defineTeam({
      id: 'both',
      version: 1,
      does: 'Prints in two places.',
      input: Text,
      outcomes: { printed: z.json() },
      nodes: {
        first: writer,
        spread: fan({ input: Text, branches: { inner }, with: { inner: (input) => input } }),
      },
      start: { to: 'first' },
      routes: {
        first: { wrote: { to: 'spread' } },
        spread: { all: { end: 'printed' }, some: { end: 'printed' } },
      },
      otherwise: {
        refused: { end: 'failed' },
        failed: { end: 'failed' },
        expired: { end: 'failed' },
      },
    } as never);
    const task = (path: string, actors: readonly (readonly [string, object])[]) =>
      [path, { actors: new Map(actors) } as unknown as System] as const;
    const under = (roles: object) =>
      task('request/plan/poet', [
        ['request', { machine: 'request', state: { context: { roles } } }],
      ]);
    const members = [writer, inner.nodes['first'] as AnyAgent];
    const house = defineOrganisation({
      id: 'house',
      agents: members,
      teams: [inner, outer],
    });
    const inTeam = { machine: 'team-both', node: { id: 'both', version: 1 } };
    const shown = [task('both/first', [['both', inTeam]]), under({}), under({ verifier: 'v' })].map(
      ([path, system]) => mayShow(house, system, path),
    );
    expect(shown).toEqual([false, true, false]);
  });
});

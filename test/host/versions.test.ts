// Goal: a run in flight goes on with the definitions it was begun with, whatever is deployed meanwhile, and new work takes the newest.
// Method: releases of one organisation, in which everything says its version, take up each other's runs from one journal.
import { expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import type { Incoming } from '../../src/kernel/system.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { worldOf } from '../../src/team/world.ts';
import { defineAgent, defineOrganisation, Nova, type AnyAgent } from 'nova-agents';
import { ScriptedModel } from 'nova-agents/testing';
import * as z from 'zod';
import { organised, release, type Release } from '../fixtures/releases.ts';
import { ada, valued } from '../kernel/small-world.ts';
import { approve, asked, by, letter, opened } from './post.ts';

const one = release(1);
const two = release(2, one);

const nova = (what: Release, records: MemoryRecords) => opened(organised(what), records);

test('11.5 a run in flight goes on with what it was begun with, beside one of the newest, and both replay later', async () => {
  const records: MemoryRecords = [];
  const first = nova(one, records);
  const was = await asked(first, 'old');
  await first.close();
  const second = nova(two, records);
  const other = await asked(second, 'new');
  const old = await second.decide(was, approve);
  expect(old).toMatchObject({ outcome: 'sent', value: by(1) });
  const done = await second.decide(other, approve);
  expect(done).toMatchObject({ outcome: 'sent', value: by(2) });
  const third = nova(release(3, two), records);
  expect((await third.show('local/old')).value).toEqual(by(1));
  expect((await third.show('local/new')).value).toEqual(by(2));
});

test('11.5 after a crash the code and the tools of then are called again', async () => {
  const records: MemoryRecords = [];
  const begun = Promise.withResolvers<void>();
  const until = () => {
    begun.resolve();
    return new Promise(() => {});
  };
  const first = nova(release(1, undefined, { until }), records);
  const lost = first.run('writer', letter, { id: 'r' }).catch(() => {});
  await begun.promise;
  await first.close();
  await lost;
  const { value } = await nova(two, records).resume('local/r');
  expect(value).toEqual({ summary: 'hello, stamp 1, writer 1' });
});

/** A plan of two writers, one after the other: its first is at work when the release changes. */
const RUN = 'local/plan';
function planned(a = 'writer', b = a): Incoming {
  const { ref, values } = valued('ask', letter);
  const given = { ...ref, scope: 'local' };
  const parts = [
    { id: 'a', node: a, input: given },
    { id: 'b', node: b, input: given },
  ];
  const input = { parts, maxParallel: 1 } as unknown as Json;
  return { kind: 'started', machine: 'plan', input, principal: ada, at: 0, values };
}
const failed = (actor: string): Incoming => ({
  kind: 'answer',
  effectId: `${RUN}#plan/${actor}:turn-1.1`,
  event: { type: 'agent.failed', reason: 'threw' } as never,
  at: 1,
});
const engineOf = (what: Release, records: MemoryRecords) =>
  new LocalEngine(worldOf(organised(what)), memoryJournal(records), memoryStore());

test('11.5 who was nobody then is nobody in a replay, whoever has come since', async () => {
  const records: MemoryRecords = [];
  const { system } = await engineOf(one, records).submit(RUN, planned('sender', 'clerk'));
  expect(system.actors.get('plan/b')?.node).toEqual({ id: 'clerk', version: 0 });
  const clerk: unknown = defineAgent({ ...two.writer, id: 'clerk', previous: [] } as never);
  const agents = [two.writer, two.sender, clerk as AnyAgent];
  const world = worldOf(organised(two, { agents, roles: {} }));
  expect(world.node('clerk')).toBeDefined();
  const engine = new LocalEngine(world, memoryJournal(records), memoryStore());
  expect(await engine.load(RUN)).toMatchObject({ ended: { outcome: system.ended?.outcome } });
});

test('11.5 a new handoff takes the newest, and a replay what was taken then', async () => {
  const records: MemoryRecords = [];
  await engineOf(one, records).submit(RUN, planned());
  await engineOf(two, records).submit(RUN, failed('a'));
  const { system } = await engineOf(release(3, two), records).submit(RUN, failed('b'));
  expect(system.actors.get('plan/a')?.node).toEqual({ id: 'writer', version: 1 });
  expect(system.actors.get('plan/b')?.node).toEqual({ id: 'writer', version: 2 });
  // Without its choices the same journal comes to something else, at the event that chose.
  const forgetful = records.map(({ run, text }) => ({
    run,
    text: text.replace('"versions":{"plan/b":', '"forgotten":{"plan/b":'),
  }));
  const loading = engineOf(release(3, two), forgetful).load(RUN);
  await expect(loading).rejects.toMatchObject({ code: 'replay_mismatch', seq: 2 });
});

test('11.5 an agent that was refused for want of a model replays where there is one, and the next is not refused', async () => {
  const text = z.strictObject({ text: z.string() });
  const thinker = defineAgent({
    id: 'thinker',
    version: 1,
    does: 'Thinks.',
    input: text,
    outcomes: { thought: text },
    examples: [],
    instructions: () => 'Think.',
  });
  const organisation = defineOrganisation({ id: 'minds', agents: [thinker] });
  const records: MemoryRecords = [];
  const poor = new Nova({ organisation, journal: memoryJournal(records) });
  const options = { scope: 'local', project: '.' };
  expect(await poor.run('thinker', { text: 'a' }, { ...options, id: 'a' })).toMatchObject({
    outcome: 'refused',
    reason: 'needs_model',
  });
  await poor.close();
  const model = new ScriptedModel({
    thinker: () => ({ says: { outcome: 'thought', value: { text: 'b' } } }),
  });
  const rich = new Nova({ organisation, journal: memoryJournal(records), model });
  expect((await rich.show('local/a')).reason).toBe('needs_model');
  const next = await rich.run('thinker', { text: 'b' }, { ...options, id: 'b' });
  expect(next.outcome).toBe('thought');
  await rich.close();
  const again = new Nova({ organisation, journal: memoryJournal(records) });
  expect((await again.show('local/b')).outcome).toBe('thought');
  await again.close();
});

// Goal: however deployments fall between the events of a run, what it comes to replays from its journal, and every actor ends with the
// versions it was begun with.
// Method: random events are given to a letter by hand, releases and restarts (with and without a snapshot) come in between; the last
// release then folds the journal.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import { beginsAlone } from '../../src/host/asks.ts';
import { canonical } from '../../src/kernel/canonical.ts';
import type { Incoming, System } from '../../src/kernel/system.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import { memoryStore, type MemoryDocuments } from '../../src/store/memory-store.ts';
import { worldOf } from '../../src/team/world.ts';
import { organised, release, type Release } from '../fixtures/releases.ts';
import { ada, valued } from '../kernel/small-world.ts';

const RUN = 'local/r';
const MAX_RELEASES = 4;
const releases: Release[] = [];
for (let version = 1; version <= MAX_RELEASES; version += 1)
  releases.push(release(version, releases.at(-1)));
const worlds = releases.map((one) => worldOf(organised(one)));

const local = (value: Json) => {
  const { ref, values } = valued('x', value);
  return { ref: { ...ref, scope: 'local' }, values };
};

/** What may come to a run, by a number: an answer of an agent, a person's word, or nothing where it has ended. */
function eventOf({ effects, actors }: System, choice: number, at: number): Incoming {
  const open = Object.entries(effects);
  const [effectId = '', effect] = open[choice % Math.max(1, open.length)] ?? [];
  if (effect === undefined) return { kind: 'timer', timer: 'none', at };
  if (effect.kind === 'person.ask') {
    const { hash } = (effect.params as unknown as { subject: { hash: string } }).subject;
    const type = choice % 3 === 0 ? 'gate.rejected' : 'gate.approved';
    const event = { type, hash } as { type: string };
    return { kind: 'external', to: effect.actor, event, principal: ada, at };
  }
  const fails = { type: 'agent.failed', reason: 'threw' } as never;
  if (choice % 7 === 0) return { kind: 'answer', effectId, event: fails, at };
  const { ref, values } = local({ summary: `letter ${choice}` });
  const outcome = actors.get(effect.actor)?.node?.id === 'writer' ? 'written' : 'sent';
  const event = { type: 'agent.answered', outcome, meets: true, value: ref } as never;
  return { kind: 'answer', effectId, event, values, at };
}

test('11.5 a run replays, wherever deployments and restarts fell', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ choice: fc.nat(20), deploys: fc.boolean(), keeps: fc.boolean() }), {
        minLength: 4,
        maxLength: 16,
      }),
      async (steps) => {
        const records: MemoryRecords = [];
        const documents: MemoryDocuments = new Map();
        let at = 0;
        const open = () =>
          new LocalEngine(worlds[at] as never, memoryJournal(records), memoryStore(documents));
        let engine = open();
        const limits = { limits: { deadlineMs: 1e9 } };
        const begin = beginsAlone('post', { text: 'hello' }, 'local', 0, limits, { project: '/p' });
        let { system } = await engine.submit(RUN, begin);
        const began = new Map<string, unknown>();
        for (const [index, { choice, deploys, keeps }] of steps.entries()) {
          if (deploys) {
            if (keeps) await engine.close();
            at = Math.min(at + 1, MAX_RELEASES - 1);
            engine = open();
            ({ system } = await engine.submit(RUN, { kind: 'restored', at: index }));
          }
          ({ system } = await engine.submit(RUN, eventOf(system, choice, index)));
          for (const [path, { machine, version, node }] of system.actors) {
            const now = JSON.stringify([machine, version, node]);
            expect(began.get(path) ?? now).toBe(now);
            began.set(path, now);
          }
        }
        const last = worlds.at(-1) as never;
        const whole = await new LocalEngine(last, memoryJournal(records), memoryStore()).load(RUN);
        expect(canonical(whole as never)).toBe(canonical(system as never));
      },
    ),
    { numRuns: 60 },
  );
});

// Goal: a snapshot is trusted only as far as it says what the journal says, and a state that no machine has is never taken up.
// Method: runs are read back from snapshots in good order, edited, foreign, and of machines whose states were renamed under their version.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineOrganisation, defineTeam, gate } from 'nova-agents';
import { memoryJournal, memoryStore } from 'nova-agents/testing';
import type { Json } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import { canonical, hashOf } from '../../src/kernel/canonical.ts';
import type { Incoming, World } from '../../src/kernel/system.ts';
import type { MemoryRecords } from '../../src/store/memory-journal.ts';
import type { MemoryDocuments } from '../../src/store/memory-store.ts';
import type { Migrations } from '../../src/team/previous.ts';
import { worldOf } from '../../src/team/world.ts';
import { ada, openOf, scope, started, valued, world } from '../kernel/small-world.ts';

const RUN = `${scope}/r`;
/** A folder in memory. */
const shelf = () => ({ records: [] as MemoryRecords, documents: new Map() as MemoryDocuments });
type Shelf = ReturnType<typeof shelf>;
const engineOn = ({ records, documents }: Shelf, of: World = world): LocalEngine =>
  new LocalEngine(of, memoryJournal(records), memoryStore(documents));
/** The same journal, without snapshots. */
const bare = ({ records }: Shelf): Shelf => ({ records, documents: new Map() });

interface Document {
  digest: string;
  hash: string;
  system: { actors: [string, { state: { value: Json } }][] };
}
/** Changes what lies on the shelf as a snapshot; with the hash that then belongs to it, or the one that it had. */
function edit({ documents }: Shelf, isSigned: boolean, change: (document: Document) => void): void {
  const [name = '', bytes] = [...documents][0] ?? [];
  const document = JSON.parse(Buffer.from(bytes ?? []).toString()) as Document;
  change(document);
  if (isSigned) document.hash = hashOf(document.system as unknown as Json);
  documents.set(name, Buffer.from(canonical(document as unknown as Json, 2)));
}
const text = (system: unknown): string => canonical(system as Json);

/** A plan whose parts are called against the alphabet, all at work. */
function planned(): Incoming {
  const asks = ['c', 'b', 'a'].map((id) => ({ id, ...valued('ask', { text: id }) }));
  const parts = asks.map(({ id, ref }) => ({ id, node: 'one', input: ref }));
  const values = Object.assign({}, ...asks.map((ask) => ask.values)) as Record<string, Json>;
  const input = { parts, maxParallel: 3 } as unknown as Json;
  return { kind: 'started', machine: 'plan', input, principal: ada, at: 0, values };
}

test('11.2 what is begun anew after a snapshot keeps its order: the journal folds the same without it', async () => {
  const here = shelf();
  const first = engineOn(here);
  await first.submit(RUN, planned());
  await first.close();
  const { outgoing } = await engineOn(here).submit(RUN, { kind: 'restored', at: 5 });
  expect(outgoing.filter(({ kind }) => kind === 'effect')).toHaveLength(3);
  const whole = await engineOn(bare(here)).load(RUN);
  expect(text(whole)).toBe(text(await engineOn(here).load(RUN)));
});

/** A request in the middle of its router's turn, written down. */
async function written(): Promise<Shelf> {
  const here = shelf();
  const engine = engineOn(here);
  await engine.submit(RUN, started());
  await engine.close();
  expect(here.documents.size).toBe(1);
  return here;
}

test.each<[string, boolean, (document: Document) => void]>([
  ['was edited', false, ({ system: { actors } }) => void actors.pop()],
  ['is of another history', true, (document) => void (document.digest = 'f'.repeat(64))],
  ['names a state that is not there', true, ({ system }) => rename(system, 'nowhere')],
  ['names a part of a state', true, ({ system }) => rename(system, {})],
])('11.8 a snapshot that %s counts for nothing', async (_, isSigned, change) => {
  const here = await written();
  const whole = await engineOn(bare(here)).load(RUN);
  edit(here, isSigned, change);
  const engine = engineOn(here);
  expect(text(await engine.load(RUN))).toBe(text(whole));
  const turn = openOf(whole as never, 'agent.turn');
  const event = { type: 'agent.failed', reason: 'threw' } as never;
  await engine.submit(RUN, { kind: 'answer', effectId: turn, event, at: 7 });
  expect(await engineOn(bare(here)).load(RUN)).toMatchObject({ seq: 2 });
});

function rename({ actors }: Document['system'], state: Json): void {
  for (const [, actor] of actors) actor.state.value = state;
}

/** A team of one gate of that name: its states are called by it. */
function deskOf(name: string, version = 1, migrate: Migrations = {}): World {
  const done = { end: 'done' } as const;
  const desk = defineTeam({
    id: 'desk',
    version,
    does: 'Asks a person.',
    input: Ask,
    outcomes: { done: z.json() },
    nodes: { [name]: gate({ subject: Ask }) },
    start: { to: name },
    routes: { [name]: { approved: done, edited: done, rejected: done } },
    otherwise: { refused: done, failed: done, expired: done },
    migrate,
  } as never);
  return worldOf(defineOrganisation({ id: 'desk', agents: [], teams: [desk] }));
}
const alone = (): Incoming => {
  const { ref, values } = valued('ask', { text: 'x' });
  const input = { node: 'desk', input: ref, project: ref, deadlineMs: 1e6 } as unknown as Json;
  return { kind: 'started', machine: 'solo', input, principal: ada, at: 0, values };
};
const LOOK = { actor: 'solo/node', state: '{"look":"working"}' };

test('11.8 a state that was renamed under its version is refused with file, run, actor and state, and the event', async () => {
  const here = shelf();
  const engine = engineOn(here, deskOf('look'));
  await engine.submit(RUN, alone());
  await engine.close();
  const error = { code: 'bad_snapshot', file: `runs/${RUN}`, run: RUN, ...LOOK };
  const cause = { code: 'replay_mismatch', seq: 1, states: { 'solo/node': '{"check":"working"}' } };
  await expect(engineOn(here, deskOf('check')).load(RUN)).rejects.toMatchObject({
    ...error,
    cause,
  });
  await expect(engineOn(bare(here), deskOf('check')).load(RUN)).rejects.toMatchObject(cause);
  expect(await engineOn(here, deskOf('look')).load(RUN)).toMatchObject({ seq: 1 });
});

test('11.8 so is one in which a migrated run stands', async () => {
  const here = shelf();
  const engine = engineOn(here, deskOf('look'));
  await engine.submit(RUN, alone());
  await engine.close();
  const next = engineOn(here, deskOf('look', 2, { 1: (state) => state }));
  await next.submit(RUN, { kind: 'restored', at: 5 });
  const states = { [LOOK.actor]: LOOK.state };
  const loading = engineOn(bare(here), deskOf('check', 2)).load(RUN);
  await expect(loading).rejects.toMatchObject({ code: 'replay_mismatch', states });
  expect(await engineOn(bare(here), deskOf('look', 2)).load(RUN)).toMatchObject({ seq: 3 });
});

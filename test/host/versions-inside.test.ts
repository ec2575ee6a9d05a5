// Goal: what was begun with a version keeps it through everything that it begins itself: inner teams, fans, promises, events, edits.
// Method: a shop is deployed anew between any two events of a run; inside it a team stands in a team, with a gate and a fan, and a
// machine of a user's own waits for a word.
import { assign, fromPromise, setup } from 'xstate';
import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  fan,
  fromMachine,
  gate,
  type AnyAgent,
  type MachineNode,
  type Nova,
  type Organisation,
  type Team,
} from 'nova-agents';
import { framesOf } from '../../src/inspect/frames.ts';
import { memoryJournal, type MemoryRecords } from '../../src/store/memory-journal.ts';
import type { AnyMachineNode } from '../../src/team/team.ts';
import { worldOf } from '../../src/team/world.ts';
import { differenceOf, lockOf } from '../../src/verify/lock.ts';
import { approve, asked, letter, opened } from './post.ts';

interface Shop {
  readonly clerk: AnyAgent;
  readonly counter: Team;
  readonly shop: Team;
  readonly phone: AnyMachineNode;
}
const Note = z.strictObject({ note: z.string() });
const otherwise = {
  refused: { end: 'refused' },
  failed: { end: 'failed' },
  expired: { end: 'expired' },
} as const;
const kept = <T>(before: T | undefined) => (before === undefined ? [] : [before]);

/** Rings, and says what its version is told and does. */
function phoneOf(version: number, before?: MachineNode): MachineNode {
  const machine = setup({
    types: {} as { input: { text: string }; context: { said: string }; events: { type: 'word' } },
    actors: { work: fromPromise(async () => `work ${version}`) },
  }).createMachine({
    context: { said: '' },
    initial: 'rings',
    states: {
      rings: { on: { word: 'works' } },
      works: {
        invoke: {
          id: 'work',
          src: 'work',
          onDone: { target: 'over', actions: assign({ said: ({ event }) => event.output }) },
        },
      },
      over: { type: 'final' },
    },
    output: ({ context }) => context.said,
  });
  const made: unknown = fromMachine(machine, {
    id: 'phone',
    version,
    does: 'Rings.',
    input: Ask,
    outcomes: { said: z.string() },
    events: { word: z.strictObject({ of: z.literal(version) }) },
    says: (output) => ({ outcome: 'said', value: output as string }),
    previous: kept(before),
  });
  return made as MachineNode;
}

function counterOf(version: number, clerk: AnyAgent, before?: Team): Team {
  const made: unknown = defineTeam({
    id: 'counter',
    version,
    does: 'Asks, then divides.',
    input: Ask,
    outcomes: { done: Note.extend({ counter: z.literal(version) }) },
    nodes: {
      look: gate({ subject: z.strictObject({ text: z.string().max(10 * version) }) }),
      both: fan({
        input: Ask,
        branches: { left: clerk as never },
        with: { left: ({ text }) => ({ text: `${text}, left ${version}` }) as never },
      }),
    },
    start: { to: 'look' },
    routes: {
      look: {
        approved: { to: 'both' },
        edited: { to: 'both' },
        rejected: { end: 'done', with: () => ({ note: 'no', counter: version }) },
      },
      both: {
        all: {
          end: 'done',
          with: ({ got }) => ({ note: JSON.stringify(got[0]?.value), counter: version }),
        },
        some: { end: 'done', with: () => ({ note: 'some', counter: version }) },
      },
    },
    otherwise,
    previous: kept(before),
  });
  return made as Team;
}

function shopOf(version: number, before?: Shop): Shop {
  const clerk = defineAgent({
    id: 'clerk',
    version,
    does: 'Works.',
    input: Ask,
    outcomes: { done: z.string() },
    examples: [],
    act: ({ text }, say) => say.done(`${text}, clerk ${version}`),
    previous: kept(before?.clerk),
  });
  const counter = counterOf(version, clerk, before?.counter);
  const shop = defineTeam({
    id: 'shop',
    version,
    does: 'Asks, and passes on.',
    input: Ask,
    outcomes: { done: z.json() },
    nodes: { first: gate({ subject: Ask }), counter },
    start: { to: 'first' },
    routes: {
      first: { approved: { to: 'counter' }, edited: { end: 'done' }, rejected: { end: 'done' } },
      counter: { done: { end: 'done' } },
    } as never,
    otherwise,
    previous: kept(before?.shop),
  });
  return { clerk, counter, shop, phone: phoneOf(version, before?.phone as MachineNode) };
}
const organised = ({ clerk, counter, shop, phone }: Shop): Organisation =>
  defineOrganisation({ id: 'o', agents: [clerk], teams: [counter, shop], machines: [phone] });
const one = shopOf(1);
const two = shopOf(2, one);
const three = shopOf(3, two);
const RUN = 'local/old';

/** A run that waits on a person at the shop's door, left by its first release. */
async function atTheDoor(): Promise<{ records: MemoryRecords; review: string }> {
  const records: MemoryRecords = [];
  const nova = opened(organised(one), records);
  const review = await asked(nova, 'old', 'shop');
  await nova.close();
  return { records, review };
}
const waiting = async (nova: Nova): Promise<string> => (await nova.reviews())[0]?.id ?? '';

test('11.5 a team in a team, its gate and its fan are of the version that the outer one was defined with', async () => {
  const { records, review } = await atTheDoor();
  const second = opened(organised(two), records);
  await second.decide(review, approve);
  const third = opened(organised(three), records);
  const { value } = await third.decide(await waiting(third), approve);
  expect(value).toEqual({ note: '"hello, left 1, clerk 1"', counter: 1 });
  expect((await opened(organised(three), records).show(RUN)).value).toEqual(value);
  const batch = async function* () {
    yield await memoryJournal(records).read(RUN);
  };
  const definitions: unknown[] = [];
  for await (const frame of framesOf(worldOf(organised(three)), RUN, batch())) {
    const { definition } = JSON.parse(frame) as { definition?: string };
    if (definition !== undefined) definitions.push(JSON.parse(definition));
  }
  const teams = ['team-shop', 'team-counter'].map((id) => ({ id, version: '1' }));
  expect(definitions).toEqual(
    expect.arrayContaining(teams.map((team) => expect.objectContaining(team))),
  );
});

test('11.5 what a person puts in the place of it is held to the contract of then', async () => {
  const { records, review } = await atTheDoor();
  const nova = opened(organised(two), records);
  await nova.decide(review, approve);
  const edit = (text: string) => ({ is: 'edit', value: { text } }) as const;
  const inner = await waiting(nova);
  await expect(nova.decide(inner, edit('x'.repeat(11)))).rejects.toMatchObject({
    code: 'bad_event',
  });
  const { value } = await nova.decide(inner, edit('short'));
  expect(value).toEqual({ note: '"short, left 1, clerk 1"', counter: 1 });
});

test("11.5 a machine of a user's own hears and does what it was begun with", async () => {
  const records: MemoryRecords = [];
  const first = opened(organised(one), records);
  const lost = first.run('phone', letter, { id: 'old' }).catch(() => {});
  while (records.length === 0) await new Promise(setImmediate);
  await first.close();
  await lost;
  const nova = opened(organised(two), records);
  const word = (of: number) => nova.send(`${RUN}#solo/node`, { type: 'word', of } as never);
  await expect(word(2)).rejects.toMatchObject({ code: 'bad_event' });
  const done = nova.resume(RUN);
  await word(1);
  expect(await done).toMatchObject({ outcome: 'said', value: 'work 1' });
});

test('11.4 a fan whose branches have other versions makes its team another one', () => {
  const old = lockOf(organised(one));
  const raised = shopOf(2, one).clerk;
  const counter = counterOf(1, raised);
  const { changed } = differenceOf(
    old,
    lockOf(defineOrganisation({ id: 'o', agents: [raised], teams: [counter] })),
  );
  expect(changed).toEqual(['team counter has changed, and is still version 1']);
});

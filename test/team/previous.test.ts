// Goal: what a definition keeps of those before it is held to its promise where it is defined, and what an organisation grants holds for it.
// Method: each way to say it wrongly is tried for agents, teams and machines of one's own; the good ways are looked at in the world.
import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  type AnyAgent,
} from 'nova-agents';
import { gathered } from '../../src/team/gathered.ts';
import type { Succession } from '../../src/team/previous.ts';
import type { AnyTeam } from '../../src/team/team.ts';
import { worldOf } from '../../src/team/world.ts';
import { organised, release } from '../fixtures/releases.ts';
import { order } from './orders.ts';

const clerk = (version: number, more: Partial<Succession<AnyAgent>> = {}, id = 'clerk'): AnyAgent =>
  defineAgent({
    id,
    version,
    does: 'Works.',
    input: Ask,
    outcomes: { done: z.string() },
    examples: [],
    act: (_, say) => say.done(`${version}`),
    ...more,
  });
const one = clerk(1);
const two = clerk(2, { previous: [one] });

test.each<[string, () => unknown, RegExp]>([
  ['two of one version', () => clerk(3, { previous: [one, clerk(1)] }), /two .* of version 1/],
  ['one of its own version', () => clerk(2, { previous: [clerk(2)] }), /2, which is not below 2/],
  ['one of a higher version', () => clerk(1, { previous: [two] }), /2, which is not below 1/],
  ['another agent', () => clerk(2, { previous: [clerk(1, {}, 'cook')] }), /the agent cook/],
  ['another kind', () => clerk(2, { previous: [order as never] }), /the machine order/],
  [
    'two of one version, one of them further back',
    () => clerk(4, { previous: [two, clerk(1)] }),
    /two .* of version 1/,
  ],
  ['a migration from itself', () => clerk(2, { migrate: { 2: (s) => s } }), /from 2/],
  ['a migration from nothing', () => clerk(2, { migrate: { 0: (s) => s } }), /from 0/],
  ['a version that is none', () => clerk(1.5), /version is 1.5/],
])('11.5 %s is refused at definition', (_, define, why) => {
  expect(define).toThrow(why);
});

test('11.5 what those before it keep is kept too, each once, also where they were made to name each other', () => {
  const first = clerk(1);
  const second = clerk(2, { previous: [first] });
  (first.previous as AnyAgent[]).push(second);
  const third = clerk(3, { previous: [second, first] });
  expect(third.previous.map(({ version }) => version)).toEqual([2, 1]);
  const world = worldOf(defineOrganisation({ id: 'o', agents: [third] }));
  const versions = [undefined, 3, 2, 1, 4].map((version) => world.node('clerk', version)?.version);
  expect(versions).toEqual([3, 3, 2, 1, undefined]);
});

test('11.5 what was withdrawn from an agent is withdrawn from its earlier versions', () => {
  const look = defineTool({
    name: 'look',
    does: 'Looks.',
    input: Ask,
    output: z.null(),
    effect: 'reads',
    run: async () => null,
  });
  const seeing: unknown = defineAgent({ ...one, tools: [look] } as never);
  const blind = clerk(2, { previous: [seeing as AnyAgent] });
  const granted = (tools: readonly string[]) =>
    defineOrganisation({ id: 'o', agents: [blind], grants: { clerk: { tools } } });
  expect(() => granted([])).toThrow('look is not granted');
  expect(granted(['look']).agents).toHaveLength(1);
});

test('11.5 a team that is kept works with nodes that are kept, a team of now with those of now', () => {
  const old = release(1);
  const now = release(2, old);
  expect(organised(now).teams).toHaveLength(1);
  expect(() => organised({ ...now, writer: release(2).writer })).toThrow(/not in the organisation/);
  expect(() => organised({ ...now, post: old.post })).toThrow(/not in the organisation/);
});

/** A team of one. */
const deskOf = (version: number, who: AnyAgent, before: readonly AnyTeam[] = []): AnyTeam => {
  const desk: unknown = defineTeam({
    id: 'desk',
    version,
    does: 'Works.',
    input: Ask,
    outcomes: { done: z.string() },
    nodes: { who },
    start: { to: 'who' },
    routes: { who: { done: { end: 'done' } } },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
    previous: before,
  } as never);
  return desk as AnyTeam;
};

test('11.5 a team alone brings everybody who works in it, and who worked in what it keeps', () => {
  const cook = clerk(1, {}, 'cook');
  const { agents, teams } = gathered('desk', [deskOf(3, two, [deskOf(2, cook, [deskOf(1, one)])])]);
  expect(agents).toEqual([two, cook]);
  expect((teams ?? []).map(({ version }) => version)).toEqual([3]);
});

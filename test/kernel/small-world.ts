// A small organisation without a host: a router, a planner, a composer and three workers whose turns the tests answer by hand.
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  roleContracts,
} from 'nova-agents';
import type { Fact } from '../../machines/protocol/effects.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import { hashOf } from '../../src/kernel/canonical.ts';
import { emptySystem, type Incoming, type System } from '../../src/kernel/system.ts';
import { catalogueOf } from '../../src/team/catalogue.ts';
import { worldOf } from '../../src/team/world.ts';

const look = defineTool({
  name: 'look',
  does: 'Looks.',
  input: z.strictObject({}),
  output: z.null(),
  effect: 'reads',
  run: async () => null,
});
const mail = defineTool({ ...look, name: 'mail', does: 'Mails.', effect: 'writes' });

const mind = { act: () => ({ outcome: '', value: null }) };
const worker = (id: string) =>
  defineAgent({
    id,
    version: 1,
    does: `Works as ${id}.`,
    input: Ask,
    outcomes: { done: z.strictObject({ n: z.int() }) },
    tools: [look, mail],
    limits: { maxTurns: 4, maxRepairs: 1, deadlineMs: 1000 },
    examples: [{ ask: id, input: { text: id }, says: { done: { n: 1 } } }],
    ...mind,
  });
const role = (id: 'router' | 'planner' | 'composer' | 'verifier') =>
  defineAgent({ id, version: 1, does: id, ...roleContracts[id], examples: [], ...mind } as never);

const one = worker('one');
const two = worker('two');
const Count = z.strictObject({ n: z.int() });
/** One works, a person looks at it, two works on it; sent back at most twice. */
const pair = defineTeam({
  id: 'pair',
  version: 1,
  does: 'Works in a pair.',
  input: Ask,
  outcomes: { done: Count },
  nodes: { one, look: gate({ subject: Count, withinMs: 800 }), two },
  start: { to: 'one' },
  routes: {
    one: { done: { to: 'look' } },
    look: {
      approved: { to: 'two', with: ({ n }) => ({ text: `${n}` }) },
      edited: { end: 'done' },
      rejected: { to: 'one', max: 2, with: (_, request) => request },
    },
    two: { done: { end: 'done' } },
  },
  otherwise: {
    refused: { end: 'refused' },
    failed: { to: 'two', max: 1, with: ({ node }) => ({ text: node }) },
    expired: { end: 'expired' },
  },
});

export const organisation = defineOrganisation({
  id: 'small',
  teams: [pair],
  agents: [
    one,
    two,
    worker('three'),
    role('router'),
    role('planner'),
    role('composer'),
    role('verifier'),
  ],
  roles: { router: 'router', planner: 'planner', composer: 'composer' },
});
export const world = worldOf(organisation, { approveWithinMs: 5000 });

export const scope = 'local/small/main';
export const ada = { id: 'ada', proof: 'os-user' } as const;
export const eve = { id: 'eve', proof: 'token' } as const;

/** A value with its reference. */
export function valued(
  contract: string,
  value: Json,
): { ref: ValueRef; values: Record<string, Json> } {
  const hash = hashOf(value);
  return { ref: { hash, scope, contract }, values: { [hash]: value } };
}

/** The event that begins a request, all roles played unless others are named. */
export function started(
  roles: Record<string, string> = organisation.roles,
  more: Record<string, Json> = {},
): Incoming {
  const request = valued('request', { text: 'do it' });
  const clarified = valued('clarified', { text: '' });
  const catalogue = valued(
    'catalogue',
    catalogueOf(organisation, () => false),
  );
  const input = {
    request: request.ref,
    clarified: clarified.ref,
    catalogue: catalogue.ref,
    roles,
    planGate: false,
    maxAsks: 1,
    maxParallel: 2,
    deadlineMs: 10_000,
    checkWithinMs: 500,
    personWithinMs: 5000,
    ...more,
  };
  const values = { ...request.values, ...clarified.values, ...catalogue.values };
  return {
    kind: 'started',
    machine: 'request',
    input: input as unknown as Json,
    principal: ada,
    at: 0,
    values,
  };
}

export const fresh = (): System => emptySystem(`${scope}/r1`, scope);

/** The id of the one open effect of that kind, below that path. */
export function openOf(system: System, kind: string, path = ''): string {
  const ids = Object.keys(system.effects).filter((id) => {
    const effect = system.effects[id];
    return effect?.kind === kind && effect.actor.startsWith(path);
  });
  if (ids[0] === undefined)
    throw new Error(`no ${kind} is open below ${path}: ${Object.keys(system.effects).join(', ')}`);
  return ids[0];
}

/** An answer to an effect. */
export const answer = (
  effectId: string,
  event: Fact & Record<string, unknown>,
  at: number,
  values = {},
): Incoming => ({
  kind: 'answer',
  effectId,
  event,
  at,
  values,
});

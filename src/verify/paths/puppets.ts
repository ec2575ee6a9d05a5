import { outputs } from '../../../machines/protocol/effects.ts';
import { childEnded } from '../../../machines/protocol/events.ts';
import type { Json } from '../../../machines/protocol/values.ts';
import * as z from 'zod';
import { DEFAULT_KERNEL_LIMITS } from '../../kernel/limits.ts';
import {
  emptySystem,
  type Incoming,
  type Machine,
  type System,
  type World,
} from '../../kernel/system.ts';
import { REQUESTER, SCOPE } from './hints.ts';

/** The parent of the machine under test, which says to it what a path says; and the machine itself, below it. */
export const PARENT = 'parent';
export const MACHINE = `${PARENT}/machine`;
export const RUN = `${SCOPE}/path`;
const said = z.looseObject({});

type Told = { readonly event: { readonly told: unknown } };

/** Begins the machine, passes on what it is told to, and outlives it. */
const parent = {
  id: PARENT,
  version: '1',
  options: { maxIterations: 4 },
  schemas: { events: { external: { 'word.told': said }, answer: {}, internal: childEnded } },
  context: ({ input }: { readonly input: object }) => input,
  entry: {
    type: 'spawn',
    params: ({ context }: { readonly context: { readonly input: object } }) => ({
      id: 'machine',
      machine: 'machine',
      input: context.input,
    }),
  },
  on: {
    'word.told': {
      actions: {
        type: 'send',
        params: ({ event }: Told) => ({ to: { child: 'machine' }, event: event.told }),
      },
    },
    'child.ended': {},
  },
};

/** Stands for any child: does nothing, and ends as it is told to. */
const puppet = {
  id: 'puppet',
  version: '1',
  options: { maxIterations: 4 },
  schemas: { events: { external: { 'end.told': said }, answer: {}, internal: {} } },
  context: {},
  initial: 'open',
  states: {
    open: { on: { 'end.told': 'ended' } },
    ended: { type: 'final', output: ({ event }: Told) => event.told },
  },
  output: ({ event }: { readonly event: { readonly output: unknown } }) => event.output,
};

/** Made by the XState of the machine itself, as its `createMachine` does: the runtime imports it in the kernel only. */
function made(like: Machine, config: object): Machine {
  const StateMachine = like.constructor as new (config: object, known: object) => Machine;
  return new StateMachine(config, { actions: outputs });
}

/** A world of one machine: whoever plays a node or is spawned is a puppet, and every contract is met. */
export function worldAround(machine: Machine): World {
  const actors: Readonly<Record<string, Machine>> = {
    machine,
    [PARENT]: made(machine, parent),
  };
  const anybody = made(machine, puppet);
  return {
    machine: (id) => ({ version: 1, logic: actors[id] ?? anybody }),
    node: (id) => ({
      id,
      version: 1,
      machine: 'puppet',
      settings: {},
      parseInput: (value) => ({ ok: true, value }),
    }),
    mapping: () => (value) => value,
    limits: DEFAULT_KERNEL_LIMITS,
  };
}

export const nothingYet = (): System => emptySystem(RUN, SCOPE);

/** The event that begins the machine with an input, and brings every value there is. */
export const begun = (input: Json, values: Readonly<Record<string, Json>>): Incoming => ({
  kind: 'started',
  machine: PARENT,
  input: { input },
  principal: { id: REQUESTER, proof: 'embedder' },
  at: 0,
  values,
});

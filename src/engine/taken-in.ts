import type { Fact } from '../../machines/protocol/effects.ts';
import * as z from 'zod';
import { BadEventError } from '../errors/bad-event-error.ts';
import { canonical } from '../kernel/canonical.ts';
import type { DeadLetter } from '../kernel/dead-letter.ts';
import { faultOf } from '../kernel/tells.ts';
import {
  rootOf,
  type ActorRecord,
  type Incoming,
  type Machine,
  type MachineSchemas,
  type System,
  type World,
} from '../kernel/system.ts';

const machineOf = (world: World, actor: ActorRecord | undefined): Machine | undefined =>
  actor && world.machine(actor.machine, actor.version)?.logic;

/** An event from outside as its receiver's schema makes it, and as a replay will read it. @throws BadEventError. */
export function parsedEvent(world: World, system: System, incoming: Incoming): Incoming {
  if (incoming.kind === 'redelivered') {
    const letter = system.dead[incoming.letter - 1];
    return letter === undefined
      ? incoming
      : { ...incoming, event: saidAgain(world, system, letter) };
  }
  if (incoming.kind !== 'external' && incoming.kind !== 'answer') return incoming;
  const path =
    incoming.kind === 'external' ? incoming.to : (system.effects[incoming.effectId]?.actor ?? '');
  const machine = machineOf(world, system.actors.get(path));
  const { type, ...rest } = incoming.event as Fact & Record<string, unknown>;
  const schema = (machine?.schemas as MachineSchemas | undefined)?.events[incoming.kind][type];
  // An unknown receiver or event is the kernel's to account for, as a dead letter.
  if (schema === undefined) return incoming;
  const isExternal = incoming.kind === 'external';
  const by = isExternal && { by: { id: incoming.principal.id, isRequester: false } };
  try {
    const parsed = schema.parse({ ...rest, ...by });
    // Who sent it comes with its principal; a replay knows no undefined.
    const kept = canonical({ ...parsed, ...(isExternal && { by: undefined }), type } as never);
    return { ...incoming, event: JSON.parse(kept) as Fact };
  } catch (error) {
    const issues = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new BadEventError(system.run, type, issues);
  }
}

/** What a dead letter says, as its receiver takes it now. @throws BadEventError. */
function saidAgain(world: World, { run, actors }: System, { to, event, kind }: DeadLetter): Fact {
  if (kind === undefined) return event;
  const machine = machineOf(world, actors.get(to));
  const { type, ...rest } = event as Fact & Record<string, unknown>;
  const schema = (machine?.schemas as MachineSchemas | undefined)?.events[kind]?.[type];
  const parsed = schema?.safeParse(rest);
  if (parsed?.success === false) throw new BadEventError(run, type, z.prettifyError(parsed.error));
  const kept = canonical({ ...(parsed?.data ?? rest), type } as never);
  return JSON.parse(kept) as Fact;
}

/** A message of another system that its receiver may not take so is marked, and brings nothing. */
export function judged(world: World, system: System, incoming: Incoming): Incoming {
  if (incoming.kind !== 'told') return incoming;
  const { from, to, event } = incoming;
  const actor = system.actors.get(to === '' ? rootOf(system) : to);
  const fault = faultOf(machineOf(world, actor), system.scope, from, event);
  if (fault === undefined) return incoming;
  const kept = fault === 'leak' ? { type: event.type } : event;
  return { ...incoming, event: kept, values: {}, fault };
}

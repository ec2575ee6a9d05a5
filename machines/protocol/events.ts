import * as z from 'zod';
import { ChildEnded } from './outcomes.ts';

/** Where an event may come from: a principal, an answer to an open effect, inside the run, or another system. */
export type EventKind = 'external' | 'answer' | 'internal' | 'told';
type Shapes = Readonly<Record<string, z.ZodObject>>;
/** A machine's events by kind; each schema is a strict object without the `type`. */
export type EventSchemas = Readonly<Record<Exclude<EventKind, 'told'>, Shapes>> & {
  /** Each has a key `from`: the system that told it. */
  readonly told?: Shapes;
};

type Union<S extends Shapes> = {
  [K in keyof S & string]: { readonly type: K } & z.infer<S[K]>;
}[keyof S & string];
/** The union of a machine's events. */
export type EventsOf<E extends EventSchemas> =
  | Union<E['external']>
  | Union<E['answer']>
  | Union<E['internal']>
  | (E extends { readonly told: infer T extends Shapes } ? Union<T> : never);

const none = z.strictObject({});

/** Internal events of the protocol, the same for every machine that takes them. */
export const childEnded = { 'child.ended': ChildEnded } as const;
export const stopRequested = { 'stop.requested': none } as const;
/** It is closed over its head, as what it works for has ended: what it sends and tells now is all that it may still do. */
export const actorClosed = { 'actor.closed': none } as const;
/** Whoever hands work over begins nothing new in between, and passes both on to those who are at work for it. */
export const paused = { 'run.paused': none, 'run.resumed': none } as const;
export const effectExpired = { 'effect.expired': z.strictObject({ id: z.string() }) } as const;
export const deadlinePassed = { 'deadline.passed': none } as const;

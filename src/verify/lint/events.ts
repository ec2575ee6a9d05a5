import type { EventSchemas } from '../../../machines/protocol/events.ts';
import type { Rule } from './rule.ts';
import { statesOf, type MachineView } from './view.ts';

const PAST = /^[a-z]+(?:\.[a-z]+)+$/;

function declared({ schemas }: MachineView): string[] {
  const events: Partial<EventSchemas> = schemas?.events ?? {};
  return Object.values(events).flatMap((shapes) => Object.keys(shapes));
}
const taken = (machine: MachineView): { readonly where: string; readonly event: string }[] =>
  statesOf(machine).flatMap(({ id, transitions }) =>
    [...transitions.keys()]
      .filter((event) => !event.startsWith('xstate.'))
      .map((event) => ({ where: id, event })),
  );

/** A wildcard takes what nobody thought of, and nothing is a dead letter any more. */
const literal: Rule = (machine) =>
  taken(machine)
    .filter(({ event }) => event.includes('*'))
    .map(({ where, event }) => ({ rule: 'literal', where, what: `it takes ${event}` }));

/** What is taken but not declared can never come in: the kernel refuses it at the border. */
const known: Rule = (machine) => {
  const events = new Set(declared(machine));
  return taken(machine)
    .filter(({ event }) => !event.includes('*') && !events.has(event))
    .map(({ where, event }) => ({ rule: 'known', where, what: `${event} is not declared` }));
};

/** What is declared but never taken is always a dead letter. */
const heard: Rule = (machine) => {
  const events = new Set(taken(machine).map(({ event }) => event));
  return declared(machine)
    .filter((event) => !events.has(event))
    .map((event) => ({
      rule: 'heard',
      where: machine.id,
      what: `${event} is declared, and no state takes it`,
    }));
};

/** One event of two kinds could be submitted by whoever may not. */
const sorted: Rule = (machine) => {
  const all = declared(machine);
  return [...new Set(all.filter((event, index) => all.indexOf(event) !== index))].map((event) => ({
    rule: 'sorted',
    where: machine.id,
    what: `${event} is of more than one kind`,
  }));
};

/** Events are facts: a noun, then what happened. */
const factual: Rule = (machine) =>
  declared(machine)
    .filter((event) => !PAST.test(event))
    .map((event) => ({
      rule: 'factual',
      where: machine.id,
      what: `${event} is not called like a fact`,
    }));

export const eventRules = { literal, known, heard, sorted, factual } as const;

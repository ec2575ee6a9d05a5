import * as z from 'zod';
import type { Fault, Rule } from './rule.ts';
import { statesOf, type MachineView } from './view.ts';

/** No macrostep of ours needs as many; above it a loop is meant. */
const MOST_ITERATIONS = 1_000;

const fault = (rule: string, { id }: MachineView, what: string): Fault => ({
  rule,
  where: id,
  what,
});

/** An `always` loop hangs without it. */
const bounded: Rule = (machine) => {
  const { maxIterations } = machine.options;
  if (maxIterations <= MOST_ITERATIONS) return [];
  return [
    fault(
      'bounded',
      machine,
      `maxIterations is ${maxIterations}, not set or above ${MOST_ITERATIONS}`,
    ),
  ];
};

/** A run in flight must know which definition it was begun with. */
const versioned: Rule = (machine) => {
  if (/^[1-9]\d*$/.test(machine.version ?? '')) return [];
  return [
    fault(
      'versioned',
      machine,
      `version is ${String(machine.version)}, not a whole number from 1 on`,
    ),
  ];
};

/** Events, input and context are parsed and read by schemas that travel with the machine; a context is plain JSON. */
const schooled: Rule = (machine) => {
  const { schemas } = machine;
  const lacking = (['input', 'events', 'context'] as const).filter(
    (key) => schemas?.[key] === undefined,
  );
  const faults = lacking.map((key) => fault('schooled', machine, `it has no schema of its ${key}`));
  if (schemas?.context === undefined) return faults;
  try {
    z.toJSONSchema(schemas.context as z.ZodType, { unrepresentable: 'throw' });
  } catch (cause) {
    faults.push(
      fault('schooled', machine, `its context is not plain JSON: ${(cause as Error).message}`),
    );
  }
  return faults;
};

/** A state that nothing leads to is a mistake in a target's name. */
const reachable: Rule = (machine) => {
  const reached = new Set([machine.root]);
  for (const state of statesOf(machine)) {
    for (const { target } of [...[...state.transitions.values()].flat(), ...(state.always ?? [])])
      for (const found of target ?? []) reached.add(found);
    if (state.type === 'compound')
      for (const first of state.initial?.target ?? []) reached.add(first);
    if (state.type === 'parallel')
      for (const region of Object.values(state.states)) reached.add(region);
  }
  return statesOf(machine)
    .filter((state) => !reached.has(state))
    .map(({ id }) => ({ rule: 'reachable', where: id, what: 'nothing leads here' }));
};

/** A transition to its own state does not enter it again unless it says so: what the entry wishes is not wished. */
const reentered: Rule = (machine) =>
  statesOf(machine).flatMap((state) =>
    [...state.transitions.values(), state.always ?? []]
      .flat()
      .flatMap(({ target, source, reenter, eventType }) => {
        if (reenter || source.entry.length === 0 || !target?.includes(source)) return [];
        return [
          {
            rule: 'reentered',
            where: state.id,
            what: `${eventType} leads back here without reenter`,
          },
        ];
      }),
  );

export const frameRules = { bounded, versioned, schooled, reachable, reentered } as const;

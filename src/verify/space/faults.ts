import type { Fact } from '../../../machines/protocol/effects.ts';
import type { Plan } from '../../../machines/protocol/roles.ts';
import type { Principal } from '../../../machines/protocol/principal.ts';
import type { Usage } from '../../../machines/protocol/usage.ts';
import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import { canonical, hashOf } from '../../kernel/canonical.ts';
import type { World } from '../../kernel/system.ts';
import type { CellEffect } from './cell.ts';
import type { Beginning, Environment, Offer } from './environment.ts';
import { people, stranger } from './people.ts';

/** A part of a plan that a planner or router may come to; of one that takes from others, `input` is what is given. */
export type PartSample = Omit<Plan['parts'][number], 'input'> & { readonly input: Json };

/** Which kinds of trouble there are; each is on by default. */
export interface Troubles {
  /** Agents and tools fail, or answer against their contract. */
  readonly failures?: boolean;
  /** Timers fire. */
  readonly hangs?: boolean;
  /** An answer to an effect that is closed comes late, or twice. */
  readonly late?: boolean;
  readonly crashes?: boolean;
  readonly stops?: boolean;
  readonly pauses?: boolean;
  /** A stranger, a wrong hash, an event of the wrong kind. */
  readonly mischief?: boolean;
  /** The person edits what was to be approved. */
  readonly edits?: boolean;
  /** Faults on one path; any number by default. */
  readonly perPath?: number;
}

export interface FaultsOptions {
  readonly system: Beginning;
  /** By node: the outcomes it may come to, each with a value. */
  readonly says: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** By machine of a user's own: what each of its promises may give; one that is not named only fails or hangs. */
  readonly promises?: Readonly<Record<string, Readonly<Record<string, readonly Json[]>>>>;
  /** The plans that a check may accept. */
  readonly plans: readonly (readonly PartSample[])[];
  /** True: an accepted plan may also leave a passage out. */
  readonly mayLeaveOut?: boolean;
  /** Tools of a node that its agent may want; all by default. */
  readonly wants?: readonly string[];
  /** What a model takes for each turn; nothing by default. */
  readonly bill?: Usage;
  /** By purpose: what a person may make of what is to be approved; a text by default. */
  readonly edits?: Readonly<Record<string, Json>>;
  readonly troubles?: Troubles;
}

type Valued = { readonly ref: ValueRef; readonly values: Readonly<Record<string, Json>> };

interface Setting {
  readonly options: FaultsOptions;
  readonly on: Required<Omit<Troubles, 'perPath'>>;
  readonly requester: Principal;
  readonly toolsOf: (node: string) => readonly string[];
  readonly value: (contract: string, value: Json) => Valued;
}

/**
 * The environment in which whatever can go wrong does: every effect is answered in each declared way, wrongly, late,
 * twice or never; people say yes, no or something else, also when they may not; the process ends and comes back.
 */
export function faults(world: World, options: FaultsOptions): Environment {
  const { system, troubles = {} } = options;
  const { perPath = Infinity, ...some } = troubles;
  const on = {
    failures: true,
    hangs: true,
    late: true,
    crashes: true,
    stops: true,
    pauses: true,
    mischief: true,
    edits: true,
    ...some,
  };
  const setting: Setting = {
    options,
    on,
    requester: system.started.principal,
    toolsOf: (node) =>
      Object.keys(
        (world.node(node)?.settings as { tools?: Readonly<Record<string, Json>> })?.tools ?? {},
      ),
    value: (contract, value) => {
      const hash = hashOf(value);
      return { ref: { hash, scope: system.scope, contract }, values: { [hash]: value } };
    },
  };
  return {
    systems: [system],
    answers: (effect) => answersTo(setting, effect),
    late: (effect) => (on.late ? answersTo(setting, effect).slice(0, 1) : []),
    always: anytime(setting),
    hangs: on.hangs,
    crashes: on.crashes,
    faultsPerPath: perPath,
  };
}

function answersTo(setting: Setting, effect: CellEffect): Offer[] {
  switch (effect.kind) {
    case 'agent.turn':
      return turnAnswers(setting, effect);
    case 'tool.call':
      return toolAnswers(setting);
    case 'plan.check':
      return checkAnswers(setting);
    case 'person.ask':
      return people({ ...setting, edits: setting.options.edits }, effect);
    case 'actor.promise':
      return promiseAnswers(setting, effect);
    // Schedules stand in no run; what works below is taken by its contract.
    case 'run.begin':
    case 'schedule.look':
      return [];
  }
}

/** An internal event where only an answer belongs. */
const foreign: Offer = {
  name: 'answers with an internal event',
  event: { type: 'child.ended', id: 'gate-1', outcome: 'approved' } as { type: string },
  cost: 1,
};

function turnAnswers({ options, on, value, toolsOf }: Setting, effect: CellEffect): Offer[] {
  const { node, mind } = effect.params as { node: string; mind: string };
  const bill = mind === 'model' && options.bill ? { usage: options.bill } : {};
  const said = (outcome: string, sample: Json): Offer => {
    const { ref, values } = value(`${node}@1.${outcome}`, sample);
    const event = { type: 'agent.answered', outcome, meets: true, value: ref, ...bill };
    return { name: `says ${outcome}`, event, values, cost: 0 };
  };
  const wanted = (tool: string, cost: 0 | 1): Offer => {
    const { ref, values } = value(`${tool}.input`, {});
    const event = { type: 'tool.wanted', tool, input: ref, ...bill };
    return { name: `wants ${tool}`, event, values, cost };
  };
  const tools = toolsOf(node).filter((tool) => options.wants?.includes(tool) ?? true);
  const offers = [
    ...Object.entries(options.says[node] ?? {}).map(([outcome, sample]) => said(outcome, sample)),
    ...tools.map((tool) => wanted(tool, 0)),
  ];
  if (on.failures) {
    const failed = { type: 'agent.failed', reason: 'threw' };
    const broken = { type: 'agent.answered', outcome: 'none', meets: false, ...bill };
    offers.push(
      { ...said('refused', { reason: 'not mine' }), cost: 1 },
      { name: 'fails', event: failed, cost: 1 },
      { name: 'breaks its contract', event: broken, cost: 1 },
    );
    if (bill.usage) offers.push({ name: 'breaks off', event: { ...failed, ...bill }, cost: 1 });
  }
  if (on.mischief) offers.push(wanted('a tool it does not have', 1), foreign);
  return offers;
}

function toolAnswers({ on, value }: Setting): Offer[] {
  const { ref, values } = value('tool.output', null);
  const returned = { type: 'tool.returned', value: ref };
  const failed = { type: 'tool.failed', reason: 'threw' };
  const inDoubt = { type: 'tool.failed', reason: 'in_doubt' };
  return [
    { name: 'returns', event: returned, values, cost: 0 },
    ...(on.failures
      ? [
          { name: 'fails', event: failed, cost: 1 } as const,
          { name: 'is in doubt', event: inDoubt, cost: 1 } as const,
        ]
      : []),
    ...(on.mischief ? [foreign] : []),
  ];
}

function promiseAnswers({ options, on }: Setting, { id, params }: CellEffect): Offer[] {
  const { node, src } = params as { node: string; src: string };
  const settled = (name: string, type: string, came: object, cost: 0 | 1): Offer => ({
    name: `${src} ${name}`,
    event: { type, id, ...came } as Fact,
    cost,
  });
  const error = { name: 'Error', message: 'it failed', reason: 'threw' };
  return [
    ...(options.promises?.[node]?.[src] ?? []).map((output) =>
      settled(`gives ${canonical(output)}`, 'promise.done', { output }, 0),
    ),
    ...(on.failures ? [settled('fails', 'promise.failed', { error }, 1)] : []),
    ...(on.mischief ? [foreign] : []),
  ];
}

function checkAnswers({ options, on, value }: Setting): Offer[] {
  const wholes = options.mayLeaveOut === true ? [true, false] : [true];
  const accepted = options.plans.flatMap((plan) =>
    wholes.map((isWhole): Offer => {
      const inputs = plan.map(({ input, takes, ...part }) => ({
        ...part,
        ...(takes && { takes, given: Object.keys(input as object) }),
        valued: value(`${part.node}@1.input`, input),
      }));
      const parts = inputs.map(({ valued, ...part }) => ({ ...part, input: valued.ref }));
      const values: Record<string, Json> = {};
      for (const { valued } of inputs) Object.assign(values, valued.values);
      return {
        name: isWhole ? 'accepts the plan' : 'accepts a plan that leaves something out',
        event: { type: 'plan.accepted', isWhole, parts } as { type: string },
        values,
        cost: 0,
      };
    }),
  );
  const { ref, values } = value('note', 'it does not hold');
  const refused = { type: 'plan.refused', note: ref };
  return [
    ...accepted,
    ...(on.failures
      ? [{ name: 'refuses the plan', event: refused, values, cost: 1 } as const]
      : []),
  ];
}

function anytime({ on, requester }: Setting): Offer[] {
  const say = (type: string, cost: 0 | 1): Offer => ({
    name: type,
    event: { type },
    principal: requester,
    cost,
  });
  return [
    ...(on.stops ? [say('run.stopped', 1)] : []),
    ...(on.pauses ? [say('run.paused', 1), say('run.resumed', 0)] : []),
    ...(on.mischief
      ? [
          {
            ...say('stop.requested', 1),
            name: 'a stranger says stop.requested',
            principal: stranger,
          },
        ]
      : []),
  ];
}

import type { Fact } from '../../machines/protocol/effects.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { canonical } from '../kernel/canonical.ts';
import { step } from '../kernel/step.ts';
import { emptySystem, type Incoming, type System, type World } from '../kernel/system.ts';
import { defineOrganisation } from '../team/define-organisation.ts';
import type { AnyMachineNode } from '../team/team.ts';
import { worldOf } from '../team/world.ts';
import { beginsAlone } from '../host/asks.ts';
import { textOf } from '../host/border.ts';
import { inputsOf, sampleOf } from './sample.ts';

const MAX_STATES = 5_000;
const SCOPE = 'local/check/main';
/** Ends that are the machine's own fault, whatever its promises do. */
const FAULTY: readonly unknown[] = ['contract', 'defect', 'livelock', 'leak'];

/** What came of walking through a machine of a user's own. */
export interface WalkedGuest {
  /** Why it was not, and then it is known by its contract alone; or which outcomes nothing led to. */
  readonly unseen?: string;
  readonly states: number;
  readonly edges: number;
  readonly faults: readonly string[];
}
interface Place {
  readonly system: System;
  readonly way: readonly string[];
  /** Places that lead here. */
  readonly from: Set<string>;
}
type Move = readonly [name: string, incoming: Incoming];

/**
 * Walks through everything that a machine of a user's own can come to by itself from each of its inputs: each promise
 * answers with each of its samples, fails or hangs, delays pass in any order, every event comes from outside at any time.
 * It may not break its contract, throw, go in circles, or come to where it cannot end any more.
 */
export function walkGuest(node: AnyMachineNode): WalkedGuest {
  const lacking = [...node.guest.promises.keys()].filter((name) => !node.samples[name]?.length);
  const inputs = inputsOf(node);
  if (inputs.length === 0) lacking.push('input');
  const unknown = { states: 0, edges: 0, faults: [] };
  if (lacking.length > 0)
    return { ...unknown, unseen: `by its contract alone: no sample of ${lacking.join(', ')}` };
  const world = worldOf(defineOrganisation({ id: node.id, agents: [], machines: [node] }));
  const places = new Map<string, Place>();
  const open: string[] = [];
  let edges = 0;
  const arrive = (system: System, way: readonly string[], from?: string): void => {
    const key = keyOf(system);
    if (!places.has(key)) {
      places.set(key, { system, way, from: new Set() });
      if (system.ended === undefined) open.push(key);
    }
    if (from !== undefined) places.get(key)?.from.add(from);
  };
  for (const input of inputs) {
    const way = inputs.length > 1 ? [`handed ${canonical(input)}`] : [];
    arrive(taken(world, emptySystem(`${SCOPE}/r1`, SCOPE), beginning(node.id, input)), way);
  }
  for (let key = open.shift(); key !== undefined && places.size <= MAX_STATES; key = open.shift()) {
    const { system, way } = places.get(key) as Place;
    for (const [name, incoming] of movesOf(node, system)) {
      edges += 1;
      arrive(taken(world, system, incoming), [...way, name], key);
    }
  }
  const isWhole = places.size <= MAX_STATES;
  const unseen = isWhole ? silentIn(node, places) : undefined;
  const faults = faultsIn(node, places, isWhole);
  // What was not seen is no proof, here as anywhere.
  if (!isWhole) faults.push(`not seen whole: more than ${MAX_STATES} states`);
  return { states: places.size, edges, faults, ...(unseen !== undefined && { unseen }) };
}

/** Outcomes to which nothing led: with other inputs or samples something may. */
function silentIn(
  { outcomes }: AnyMachineNode,
  places: ReadonlyMap<string, Place>,
): string | undefined {
  const said = new Set([...places.values()].map(({ system }) => system.ended?.outcome));
  const silent = Object.keys(outcomes).filter((outcome) => !said.has(outcome));
  return silent.length === 0 ? undefined : `not seen to end as ${silent.join(', ')}`;
}

const taken = (world: World, system: System, incoming: Incoming): System =>
  step(world, system, incoming).system;
const principal = { id: 'somebody', proof: 'embedder' } as const;
const beginning = (id: string, input: Json): Incoming =>
  beginsAlone(id, input, SCOPE, 0, { limits: {} }, { principal, project: '.' });

/** Everything that can happen next, shortest words first. */
function movesOf({ guest, samples }: AnyMachineNode, system: System): Move[] {
  const { effects, timers } = system;
  const at = Math.max(0, ...Object.values(timers).map(({ dueAt }) => dueAt));
  const answer = (name: string, effectId: string, event: object): Move => [
    name,
    { kind: 'answer', effectId, event: event as Fact, at: 0 },
  ];
  const promises = Object.entries(effects).flatMap(([effectId, { id, params }]) => {
    const { src } = params as { src: string };
    const error = { name: 'Error', message: 'it failed', reason: 'threw' };
    return [
      ...(samples[src] ?? []).map((output) =>
        answer(`${src} gives ${canonical(output)}`, effectId, { type: 'promise.done', id, output }),
      ),
      answer(`${src} fails`, effectId, { type: 'promise.failed', id, error }),
    ];
  });
  const { delayed } = standingOf(system).booked;
  const delays = Object.entries(timers).flatMap(([timer, { event }]): Move[] => {
    const { type, n = '', id } = event as Fact & { readonly n?: string; readonly id?: string };
    if (type === 'delay.passed')
      return [[`${delayed[n]?.event.type} passes`, { kind: 'timer', timer, at }]];
    return type === 'effect.expired' ? [[`${id} hangs`, { kind: 'timer', timer, at }]] : [];
  });
  const outside = Object.entries(guest.terms.events).flatMap(([type, contract]): Move[] => {
    const sample = sampleOf(contract) as object | undefined;
    if (sample === undefined) return [];
    const event = { ...sample, type } as Fact;
    return [[type, { kind: 'external', to: 'solo/node', event, principal, at: 0 }]];
  });
  return [...promises, ...delays, ...outside];
}

interface Actor {
  readonly session: string;
  readonly snapshot: { readonly children?: Readonly<Record<string, Actor>> };
}
interface Standing {
  readonly root: Actor;
  readonly booked: {
    readonly delayed: Readonly<
      Record<string, { from: string; to: string; handle: string; event: Fact }>
    >;
    readonly latest: Readonly<Record<string, string>>;
  };
}
const standingOf = ({ actors }: System): Standing =>
  actors.get('solo/node')?.state.context as unknown as Standing;

/** Where the machine stands; sessions and delays are numbered on for ever, so they are named by their place instead. */
function keyOf(system: System): string {
  if (system.ended !== undefined) return canonical(system.ended as unknown as Json);
  const { root, booked } = standingOf(system);
  const names = new Map<string, string>();
  const placed = ({ session, snapshot, ...rest }: Actor, place: string): object => {
    names.set(session, place);
    const children = Object.entries(snapshot.children ?? {}).map(([id, child]) => [
      id,
      placed(child, `${place}/${id}`),
    ]);
    return { ...rest, snapshot: { ...snapshot, children: Object.fromEntries(children) as object } };
  };
  const tree = placed(root, '');
  const delayed = Object.entries(booked.delayed).map(([n, { from, to, handle, event }]) => {
    const name = handle.slice(from.length + 1).replace(/^#\d+$/, '');
    const isLast = booked.latest[handle] === n;
    return canonical([names.get(from) ?? '', names.get(to) ?? '', name, isLast, event as never]);
  });
  return canonical([tree, delayed.toSorted()] as unknown as Json);
}

function faultsIn(
  { id }: AnyMachineNode,
  places: ReadonlyMap<string, Place>,
  isWhole: boolean,
): string[] {
  const by = (way: readonly string[]) => (way.length === 0 ? 'at once' : way.join(', '));
  const all = [...places.values()];
  const faults = all.flatMap(({ system: { ended, values }, way }) => {
    if (!FAULTY.includes(ended?.reason)) return [];
    const note = values.get(ended?.note?.hash ?? '');
    return [`${id} fails (${ended?.reason}: ${textOf(note ?? null)}): ${by(way)}`];
  });
  if (!isWhole) return faults.slice(0, 1);
  const live = new Set<string>();
  const back = [...places].filter(([, { system }]) => system.ended !== undefined);
  for (let next = back.pop(); next !== undefined; next = back.pop())
    for (const key of next[1].from)
      if (!live.has(key)) {
        live.add(key);
        back.push([key, places.get(key) as Place]);
      }
  const stuck = [...places].find(([key, { system }]) => !system.ended && !live.has(key))?.[1];
  if (stuck !== undefined) faults.push(`${id} can never end any more: ${by(stuck.way)}`);
  return faults;
}

import type { Fact, Hand, Send, Wish } from '../../../machines/protocol/effects.ts';
import type { EventKind } from '../../../machines/protocol/events.ts';
import type { Ending, Output, Reason } from '../../../machines/protocol/outcomes.ts';
import type { Json, ValueRef, Wire } from '../../../machines/protocol/values.ts';
import { whyFailed } from '../../kernel/actors.ts';
import { canonical, hashOf } from '../../kernel/canonical.ts';
import { CLAIM, claimOf, LEASE, leaseOf } from '../../kernel/claims.ts';
import {
  BUDGET,
  type Driver,
  type MachineSchemas,
  type Moved,
  type World,
} from '../../kernel/system.ts';
import type { Beginning } from './environment.ts';
import { compose, requireReadable } from '../../kernel/values.ts';
import { pure } from '../../kernel/xstate.ts';
import type { Cell, CellEffect } from './cell.ts';
import type { Birth, Letter, Local, Out } from './local.ts';
import { Interner } from './interner.ts';
import { keyOf, type Projection } from './projection.ts';
import { closed } from './open-effects.ts';

type Named = NonNullable<Cell['node']>;
type Claimed = NonNullable<Birth['claim']>;
type Born = Pick<Cell, 'machine' | 'version' | 'node'>;
type Draft = { -readonly [K in keyof Cell]: Cell[K] } & {
  effects: CellEffect[];
  timers: Cell['timers'][number][];
};

/** Ids are parts of paths. */
const BAD_ID = /[/#:\s]/;
const BARE = { state: { value: null, context: null }, effects: [], timers: [] };
const asIs = (value: unknown): Json => value as Json;

/**
 * The local steps of actors, each taken once: cells and events are interned, XState is asked only for a pair of them
 * that was never met. Says of one actor what `settle`, `grant` and `openEffect` of the kernel say; a property test
 * holds the two together.
 */
export class Locals {
  readonly cells = new Interner<Cell>();
  readonly letters = new Interner<Letter>();
  readonly values = new Map<string, Json>();
  /** Where the run's budget is kept, if it has one. */
  readonly #purse: string | undefined;
  /** Calls of XState so far. */
  calls = 0;
  readonly #world: World;
  readonly scope: string;
  readonly #projection: Projection;
  readonly #driver: Driver;
  readonly #moves: Map<number, Local | 'wrong_kind' | 'unhandled'>[] = [];
  readonly #defects = new Map<string, Ending>();
  readonly #starts = new Map<string, Local>();

  constructor(world: World, { scope, started }: Beginning, projection: Projection, driver = pure) {
    this.#world = world;
    this.scope = scope;
    const { machine, input } = started;
    if (Object.hasOwn(input as object, BUDGET)) this.#purse = `${machine}/${BUDGET}`;
    this.#projection = projection;
    this.#driver = driver;
  }

  put(cell: Cell): number {
    return this.cells.put(keyOf(cell, this.#projection), cell);
  }

  letter(kind: EventKind, event: Fact): number {
    return this.letters.put(canonical([kind, event as unknown as Json]), { kind, event });
  }

  /** True where the cell's machine takes such events from there. */
  #accepts({ machine, version }: Cell, { kind, event }: Letter): boolean {
    const logic = this.#world.machine(machine, version)?.logic;
    if (logic === undefined) throw new RangeError(`the machine ${machine} is gone from the world`);
    return Object.hasOwn((logic.schemas as MachineSchemas).events[kind] ?? {}, event.type);
  }

  /** Starts an actor of a machine, or says how it ended instead. */
  start(machine: string, node: Cell['node'], input: unknown, claim?: string): Local {
    const text = canonical([machine, node ?? null, asIs(input), claim ?? null]);
    const known = this.#starts.get(text);
    if (known !== undefined) return known;
    const found = this.#world.machine(machine);
    const born: Born = { machine, version: found?.version ?? 0, ...(node && { node }) };
    const cell: Cell = { ...born, ...(claim !== undefined && { claim }), ...BARE };
    const local =
      found === undefined
        ? this.#dead(cell, this.badEnd('failed', 'unknown_machine', machine))
        : this.#taken(cell, () => this.#driver.start('', found.logic, input));
    this.#starts.set(text, local);
    return local;
  }

  /** What a letter comes to at an actor that has not ended; met once, known for ever. */
  deliver(number: number, letter: number): Local | 'wrong_kind' | 'unhandled' {
    const known = (this.#moves[number] ??= new Map()).get(letter);
    if (known !== undefined) return known;
    const isAccepted = this.#accepts(this.cells.at(number), this.letters.at(letter));
    const local = isAccepted ? (this.#move(number, letter) ?? 'unhandled') : 'wrong_kind';
    this.#moves[number]?.set(letter, local);
    return local;
  }

  #move(number: number, letter: number): Local | undefined {
    const cell = this.cells.at(number);
    const { event } = this.letters.at(letter);
    const logic = this.#world.machine(cell.machine, cell.version)?.logic;
    if (logic === undefined) throw new RangeError(`the machine ${cell.machine} is gone`);
    // A bare copy of the state: every transition is one after a restore from JSON.
    const state = JSON.parse(JSON.stringify(cell.state)) as Cell['state'];
    let isTaken = true;
    const local = this.#taken(cell, () => {
      const moved = this.#driver.move('', logic, state, event);
      if (moved === undefined) isTaken = false;
      return moved;
    });
    return isTaken ? local : undefined;
  }

  /** The ending of an actor whose own code, or an id of whose, is broken. */
  defect(message: string): Ending {
    let ending = this.#defects.get(message);
    if (ending === undefined)
      this.#defects.set(message, (ending = this.badEnd('failed', 'defect', message)));
    return ending;
  }

  badEnd(outcome: 'failed' | 'refused', reason: Reason, note: string): Ending {
    return { outcome, reason, note: this.#keep('note', note) };
  }

  #dead(cell: Cell, ending: Ending): Local {
    return { cell: this.put(cell), outs: [{ kind: 'end', ending }] };
  }

  #unborn(machine: string, node: Named, ending: Ending): Local {
    return this.#dead({ machine, version: 0, node, ...BARE }, ending);
  }

  #failure(error: unknown): Ending {
    return this.badEnd('failed', ...whyFailed(error));
  }

  #taken(cell: Cell, take: () => Moved | undefined): Local {
    const outs: Out[] = [];
    const draft: Draft = { ...cell, effects: [...cell.effects], timers: [...cell.timers] };
    try {
      this.calls += 1;
      const moved = take();
      if (moved === undefined) return { cell: 0, outs };
      draft.state = moved.state;
      for (const wish of moved.wishes) {
        requireReadable(this.scope, wish.params);
        this.#grant(draft, wish as Wish, outs);
      }
      if (moved.done !== undefined)
        outs.push({ kind: 'end', ending: this.#endingOf(cell, moved.done as Output) });
    } catch (error) {
      outs.push({ kind: 'end', ending: this.#failure(error) });
    }
    return { cell: this.put(draft), outs };
  }

  #grant(draft: Draft, { type, params }: Wish, outs: Out[]): void {
    switch (type) {
      case 'send':
        outs.push(this.#sent(params));
        return;
      case 'spawn':
        outs.push(
          this.#child(params.id, () => ({
            local: this.start(params.machine, undefined, params.input),
            isHanded: false,
          })),
        );
        return;
      case 'hand':
        outs.push(this.#child(params.id, this.#handed(draft, params)));
        return;
      case 'effect': {
        if (draft.effects.some(({ id }) => id === params.id))
          throw new RangeError(`the effect ${params.id} is open already`);
        const { key: _, ...wanted } = params;
        const effect = { ...wanted, params: asIs(params.params), attempt: 1, isTimed: true };
        draft.effects.push(effect);
        outs.push({ kind: 'begun', effect });
        return;
      }
      case 'abort': {
        const effect = draft.effects.find(({ id }) => id === params.id);
        if (effect !== undefined) Object.assign(draft, closed(draft, effect));
        return;
      }
      case 'timer':
      case 'clear':
        draft.timers = draft.timers.filter(({ id }) => id !== params.id);
        if (type === 'timer') {
          const { id, event, work = false } = params;
          draft.timers.push({ id, event, work });
        }
        return;
      case 'tell':
        outs.push({ kind: 'tell', tell: params });
        return;
      default:
        throw new TypeError(`no output is called ${String(type satisfies never)}`);
    }
  }

  #sent({ to, event, isSigned = false }: Send): Out {
    const letter = this.letter('internal', event);
    return 'child' in to
      ? { kind: 'send', child: to.child, event: letter, isSigned }
      : { kind: 'send', path: to.path, event: letter, isSigned };
  }

  #child(id: string, birth: () => Birth): Out {
    if (id === '' || BAD_ID.test(id))
      throw new RangeError(`a child cannot be called ${JSON.stringify(id)}`);
    let born: Birth | undefined;
    return { kind: 'child', id, birth: () => (born ??= birth()) };
  }

  /** The handoff is put together now, because a wire that does not fit is the parent's defect. */
  #handed(by: Cell, hand: Hand): () => Birth {
    const spec = this.#world.node(hand.node, hand.version);
    if (spec === undefined) {
      const node = { id: hand.node, version: 0 };
      const local = this.#unborn('', node, this.badEnd('failed', 'unknown_node', hand.node));
      return () => ({ local, isHanded: false });
    }
    const { id, version, machine, settings } = spec;
    const node = { id, version };
    const parsed = spec.parseInput(this.#composed(by, hand.input));
    if (!parsed.ok) {
      const local = this.#unborn(machine, node, this.badEnd('refused', 'contract', parsed.issues));
      return () => ({ local, isHanded: false });
    }
    const keep = this.#keep.bind(this);
    const input = keep(`${id}@${version}.input`, parsed.value);
    const claim = claimOf(spec, input, hand);
    const lease = leaseOf(spec, input, hand);
    const played = lease === undefined ? machine : LEASE;
    const purse = this.#purse === undefined ? {} : { purse: this.#purse };
    const begun = lease ?? spec.begin?.(input, parsed.value, keep, settings, hand.by);
    const begin = begun ?? { node: id, version, input, settings, ...purse };
    return () => ({
      local: this.start(played, node, begin, claim),
      isHanded: this.#world.machine(played) !== undefined,
      ...(claim !== undefined && { claim: this.#claimed(claim, node, input, hand) }),
    });
  }

  #claimed(name: string, node: Named, input: ValueRef, { purpose }: Hand): Claimed {
    const { id, version } = node;
    const begin = { node: id, version, input, ...(purpose !== undefined && { purpose }) };
    return {
      name,
      joins: () => this.start(CLAIM, node, begin, name),
      circles: (owner) => this.#unborn(CLAIM, node, this.badEnd('failed', 'loop', owner)),
    };
  }

  #keep(contract: string, value: Json): ValueRef {
    const hash = hashOf(value);
    this.values.set(hash, value);
    return { hash, scope: this.scope, contract };
  }

  #composed({ version }: Cell, wire: Wire): Json {
    return compose(this.values, wire, (name) => this.#world.mapping(name, version));
  }

  #endingOf(cell: Cell, { outcome, value, reason, note }: Output): Ending {
    requireReadable(this.scope, [value, note]);
    const ending = {
      outcome,
      ...(reason !== undefined && { reason }),
      ...(note !== undefined && { note }),
    };
    if (value === undefined) return ending;
    if ('ref' in value && value.key === undefined) return { ...ending, value: value.ref };
    const { node, machine, version } = cell;
    const made = this.#composed(cell, value);
    const spec = node && this.#world.node(node.id, node.version);
    const parsed = spec?.parseOutcome?.(outcome, made);
    if (parsed?.ok === false) return this.badEnd('failed', 'contract', parsed.issues);
    const contract = `${node?.id ?? machine}@${node?.version ?? version}.${outcome}`;
    return { ...ending, value: this.#keep(contract, parsed?.value ?? made) };
  }
}

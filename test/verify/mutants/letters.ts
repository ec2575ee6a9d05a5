// Defects in how dead letters are kept, bounded and delivered again; a run in which all of that happens is walked through whole.
import type { RequestContext } from '../../../machines/request/schemas.ts';
import type { DeadLetter } from '../../../src/kernel/dead-letter.ts';
import { step, type Stepped } from '../../../src/kernel/step.ts';
import type { Incoming, System, World } from '../../../src/kernel/system.ts';
import type { Step } from '../../../src/verify/space/plain.ts';
import { parts, Run } from '../../kernel/run.ts';
import { ada, eve, valued, world as small } from '../../kernel/small-world.ts';
import type { Mutant } from './mutant.ts';

/** Small enough to be reached at once. */
const MAX_DEAD_LETTERS = 2;
const MAX_MOVES = 4;
const world: World = { ...small, limits: { ...small.limits, maxDeadLetters: MAX_DEAD_LETTERS } };

const placed = valued('planner@1.planned', { plan: { parts }, unplaced: [] });
const inputs = parts.map(({ node, input }) => ({ node, ...valued(`${node}@1.input`, input) }));
const bring = Object.assign({}, ...inputs.map(({ values }) => values)) as Incoming['values'];
const approve = (principal: typeof ada | typeof eve): Incoming => {
  const event = { type: 'gate.approved', hash: placed.ref.hash } as { type: string };
  return { kind: 'external', to: 'request/plan-gate', event, principal, at: 1 };
};
const again = (letter: number, { dead }: System): Incoming => {
  const event = dead[letter - 1]?.event ?? { type: '' };
  return { kind: 'redelivered', letter, event, principal: eve, at: 1 };
};

/** What may happen to a request whose plan is being checked, and then waits for its gate. */
const moves: Readonly<Record<string, (system: System) => Incoming | undefined>> = {
  'ada approves': () => approve(ada),
  'eve approves': () => approve(eve),
  'the plan is accepted': ({ effects }) => {
    const effectId = Object.keys(effects).find((id) => effects[id]?.kind === 'plan.check');
    const accepted = inputs.map(({ node, ref }) => ({ id: node, node, input: ref }));
    const event = { type: 'plan.accepted', isWhole: true, parts: accepted } as { type: string };
    return effectId === undefined
      ? undefined
      : { kind: 'answer', effectId, event, at: 1, values: bring ?? {} };
  },
  'a late answer': () => ({ kind: 'answer', effectId: 'x.1', event: { type: 'late' }, at: 1 }),
  'the first letter again': (system) => again(1, system),
  'the second letter again': (system) => again(2, system),
  'ada resumes': () => ({
    kind: 'external',
    to: 'request',
    event: { type: 'run.resumed' },
    principal: ada,
    at: 1,
  }),
};

interface Edge extends Stepped {
  readonly before: System;
  readonly incoming: Incoming;
}
const said = ({ event }: DeadLetter): string => JSON.stringify(event);
const isPaused = ({ actors }: System): boolean =>
  (actors.get('request')?.state.context as RequestContext | undefined)?.isPaused === true;

/** What holds of every step, by the numbers of the laws. */
const properties: Readonly<Record<string, (edge: Edge) => boolean>> = {
  '10 what came in was taken or is a dead letter': ({ system: { accounts, dead } }) =>
    accounts.in === accounts.handled + dead.length,
  '10 a dead letter stays, as it was': ({ before, system }) =>
    before.dead.every((letter, at) => {
      const { again: _, ...kept } = system.dead[at] ?? ({} as DeadLetter);
      const { again: __, ...was } = letter;
      return JSON.stringify(kept) === JSON.stringify(was);
    }),
  '5 a letter is delivered again once, as whose it was, and only what came from outside': ({
    before,
    system,
    incoming,
  }) => {
    if (incoming.kind !== 'redelivered') return true;
    const letter = before.dead[incoming.letter - 1];
    const fresh = system.dead.slice(before.dead.length);
    const isUnwanted = ['no_actor', 'unhandled'].includes(letter?.reason ?? '');
    const mayBe = isUnwanted && letter?.again === undefined && letter?.kind === 'external';
    const isRefused = fresh.length === 1 && fresh[0]?.reason === 'not_again';
    if (!mayBe) return isRefused;
    const isMarked = system.dead[incoming.letter - 1]?.again === system.seq;
    return isMarked && fresh.every((one) => one.kind !== 'external' || said(one) === said(letter));
  },
  '7 more letters than the limit pause the run, until it is resumed': ({ before, system }) => {
    const { seen = 0, isFull = false } = system.letters ?? {};
    if (system.ended !== undefined) return true;
    const isOver = system.dead.length - seen > MAX_DEAD_LETTERS;
    if (!isOver && !isFull) return true;
    return isFull && isPaused(system) && (before.letters?.isFull !== true || isPaused(before));
  },
};

interface Found {
  readonly property: string;
  readonly moves: readonly string[];
}

/** Walks through every way of a few moves, shortest first. */
export function walkLetters(take: Step): { readonly states: number; readonly found?: Found } {
  const begun = new Run().toChecking({ planGate: true }).system;
  let ways: readonly { readonly system: System; readonly moves: readonly string[] }[] = [
    { system: begun, moves: [] },
  ];
  let states = 1;
  for (let length = 1; length <= MAX_MOVES; length += 1) {
    const longer: { system: System; moves: readonly string[] }[] = [];
    for (const way of ways)
      for (const [name, move] of Object.entries(moves)) {
        const before = way.system;
        const incoming = move(before);
        if (incoming === undefined) continue;
        const edge = { ...take(world, before, incoming), before, incoming };
        const gone = [...way.moves, name];
        states += 1;
        const broken = Object.entries(properties).find(([, holds]) => !holds(edge));
        if (broken !== undefined) return { states, found: { property: broken[0], moves: gone } };
        longer.push({ system: edge.system, moves: gone });
      }
    ways = longer;
  }
  return { states };
}

const walked = (name: string, breaks: readonly number[], take: Step): Mutant => ({
  name,
  breaks,
  in: {},
  walk: () => walkLetters(take),
});
const changed = (stepped: Stepped, system: Partial<System>): Stepped => ({
  ...stepped,
  system: { ...stepped.system, ...system },
});

export const letterMutants: readonly Mutant[] = [
  walked('a letter is delivered again twice', [5], (...given) => {
    const stepped = step(...given);
    const dead = stepped.system.dead.map(({ again: _, ...letter }) => letter);
    return changed(stepped, { dead });
  }),
  walked('a letter over the limit is dropped', [10], (...given) => {
    const stepped = step(...given);
    return changed(stepped, { dead: stepped.system.dead.slice(0, MAX_DEAD_LETTERS) });
  }),
  walked('the oldest letter makes room for a new one', [10], (...given) => {
    const stepped = step(...given);
    return changed(stepped, { dead: stepped.system.dead.slice(-MAX_DEAD_LETTERS) });
  }),
  walked(
    'a letter comes again as if from whoever has it delivered',
    [5],
    (of, system, incoming) => {
      if (incoming.kind !== 'redelivered') return step(of, system, incoming);
      const by = { id: incoming.principal.id, isRequester: false };
      return step(of, system, {
        ...incoming,
        event: { ...incoming.event, by } as { type: string },
      });
    },
  ),
  walked('an answer to a closed effect may come again', [5], (of, system, incoming) => {
    if (incoming.kind !== 'redelivered') return step(of, system, incoming);
    const wrong = { kind: 'external', reason: 'unhandled' } as const;
    const dead = system.dead.map((letter) => ({ ...letter, ...wrong }));
    const stepped = step(of, { ...system, dead }, incoming);
    const right = (letter: DeadLetter, at: number) => {
      const was = system.dead[at];
      return was === undefined || letter.again === undefined
        ? (was ?? letter)
        : { ...was, again: letter.again };
    };
    return changed(stepped, { dead: stepped.system.dead.map(right) });
  }),
  walked('a run goes on over its limit of letters', [7], (of, ...given) => {
    const stepped = step({ ...of, limits: { ...of.limits, maxDeadLetters: 1e9 } }, ...given);
    const { dead } = stepped.system;
    const isFull = dead.length > MAX_DEAD_LETTERS;
    return isFull ? changed(stepped, { letters: { seen: 0, isFull } }) : stepped;
  }),
];

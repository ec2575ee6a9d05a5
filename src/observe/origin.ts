import type { Ending } from '../../machines/protocol/outcomes.ts';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { Taking } from '../../machines/plan.ts';
import { canonical } from '../kernel/canonical.ts';
import { refsIn, type Act, type History } from './history.ts';

/** What of a value can be recognised in a text: a name, a number. */
function leavesOf(value: Json): (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

const isWordPart = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** True where a text names something, as a whole word. */
function names(text: string, word: string): boolean {
  if (word === '') return false;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!isWordPart(text[at - 1]) && !isWordPart(text[at + word.length])) return true;
  return false;
}

/** True where one value stands somewhere in another, also in the middle of a text. */
export function holds(value: Json | undefined, piece: Json): boolean {
  if (value === undefined) return false;
  if (canonical(value) === canonical(piece)) return true;
  if (typeof value === 'string')
    return (typeof piece === 'string' || typeof piece === 'number') && names(value, String(piece));
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((part) => holds(part as Json, piece))
  );
}

/** The value at a path as contracts name it: `lines[0].total`. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let at: unknown = value;
  for (const key of path.split(/[.[\]]/).filter((part) => part !== ''))
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at as Json | undefined;
}

export const parentOf = ({ acts }: History, { id }: Pick<Act, 'id'>): Act | undefined =>
  acts.get(id.slice(0, Math.max(0, id.lastIndexOf('/'))));

/**
 * The piece of a value that an objection to it names: something that was said in the run and stands in both, the longest, as it says
 * most. What stands in the request as well, or is somebody's name, is named by the way.
 */
export function namedIn(history: History, objection: string, value: Json): Json | undefined {
  const acts = [...history.acts.values()];
  const said = acts.flatMap(({ ending }) => leavesOf(history.value(ending?.value) ?? null));
  const known = [history.asked, ...acts.flatMap(({ id, node }) => [id.split('/').at(-1), node])];
  const named = [...new Set([...leavesOf(value), ...said])].filter(
    (leaf) =>
      names(objection, String(leaf)) &&
      holds(value, leaf) &&
      !known.some((one) => holds(one as Json, leaf)),
  );
  return named.toSorted((a, b) => String(b).length - String(a).length)[0];
}

/** True where an objection names a figure that a value does not hold: then it is about something else as well. */
export const namesMore = (objection: string, value: Json): boolean =>
  (objection.match(/(?<![\p{L}\p{N}])\d[\d.,]*\d(?![\p{L}\p{N}])/gu) ?? []).some(
    (figure) => !names(JSON.stringify(value), figure),
  );

/** Children in the order in which they came to their end; those that did not stand last. */
export const childrenOf = ({ acts }: History, { id }: Pick<Act, 'id'>): Act[] =>
  [...acts.values()]
    .filter((act) => act.id.startsWith(`${id}/`) && !act.id.slice(id.length + 1).includes('/'))
    .toSorted((a, b) => (a.order ?? Infinity) - (b.order ?? Infinity));

/** Who made the plan of a request: whoever it was placed by. */
export function placerOf(history: History, request: Act): Act | undefined {
  const { placed } = request.context as { placed?: ValueRef };
  return childrenOf(history, request).findLast(
    ({ ending }) => ending?.value !== undefined && ending.value.hash === placed?.hash,
  );
}

/** The parts from which an actor takes by a plan. */
function takenFrom(parent: Act | undefined, { id }: Act): readonly string[] {
  const { parts = [] } = (parent?.context ?? {}) as {
    parts?: readonly { readonly id: string; readonly takes?: readonly Taking[] }[];
  };
  const own = parts.find((part) => id.endsWith(`/${part.id}`));
  return (own?.takes ?? []).map(({ from }) => `${parent?.id}/${from.part}`);
}

/** Who said a value, before an actor began; of several that said the same the one that it takes from, then the last beside it. */
function sayerOf(history: History, act: Act, ref: ValueRef): Act | undefined {
  const parent = parentOf(history, act);
  const taken = takenFrom(parent, act);
  const nearness = ({ id, order = 0 }: Act): number =>
    (taken.includes(id) ? 2e9 : 0) + (parentOf(history, { id }) === parent ? 1e9 : 0) + order;
  const [sayer] = [...history.acts.values()]
    .filter(({ ending, until = Infinity }) => ending?.value?.hash === ref.hash && until <= act.from)
    .toSorted((a, b) => nearness(b) - nearness(a));
  return sayer && (workerOf(history, sayer) ?? sayer);
}

/** Who did the work that somebody only waited for, as another had it in hand. */
export function workerOf({ acts }: History, { machine, node, ending }: Act): Act | undefined {
  if (machine !== 'claim') return undefined;
  return [...acts.values()].find(
    (act) => act.machine !== machine && act.node === node && isSame(act.ending, ending),
  );
}
const isSame = (one: Ending | undefined, other: Ending | undefined): boolean =>
  one !== undefined && canonical(one as unknown as Json) === canonical(other as unknown as Json);

/** Who said what an actor was handed: over each wire, and where that is handed down over the one above. */
export function sourcesOf(history: History, act: Act): readonly Act[] {
  const found = refsIn(act.input).flatMap((ref): readonly Act[] => {
    const sayer = sayerOf(history, act, ref);
    if (sayer !== undefined) return [sayer];
    // What a plan gives its parts was in the plan; what a team was handed is handed on inside of it.
    const parent = ref.contract.endsWith('.input') ? parentOf(history, act) : undefined;
    const above = parent && parentOf(history, parent);
    if (above?.machine === 'request')
      return [placerOf(history, above)].filter((one) => one !== undefined);
    return parent === undefined ? [] : sourcesOf(history, parent);
  });
  return [...new Set(found)];
}

/** Down to whoever inside of an actor first said a piece of what that came to: the actor alone where nobody did. */
function inside(history: History, act: Act, piece: Json): Act[] {
  const within = [...history.acts.values()].filter(
    ({ id, ending }) =>
      id.startsWith(`${act.id}/`) &&
      refsIn(act.output).some(({ hash }) => ending?.value?.hash === hash) &&
      holds(history.value(ending?.value), piece),
  );
  const [first] = within.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return first === undefined ? [act] : [act, ...inside(history, first, piece)];
}

/**
 * Walks a piece of an actor's input back to whoever said it first: each wire that it came over, until somebody says it who was
 * not handed it.
 * @returns the way there, the first one last; empty where nobody said it: it came with the request.
 */
export function walkBack(history: History, from: Act, piece: Json): Act[] {
  const way: Act[] = [];
  for (let act: Act | undefined = from; act !== undefined;) {
    const said: Act[] = sourcesOf(history, act)
      .filter(({ ending }) => holds(history.value(ending?.value), piece))
      .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
    const [source] = said;
    if (source === undefined || way.includes(source)) return way;
    way.push(...inside(history, source, piece));
    const sayer = way.at(-1) as Act;
    act = holds(history.inputOf(sayer), piece) ? sayer : undefined;
  }
  return way;
}

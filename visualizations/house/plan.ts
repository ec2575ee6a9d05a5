import { filesBelow, mentionsOf } from '../code.ts';

/** The floors from the top down, with what each is for. */
export const floors = [
  { name: 'test', does: 'holds everything to account' },
  { name: 'visualizations', does: 'pictures made from the code' },
  { name: 'agents', does: 'who does it' },
  { name: 'src', does: 'the runtime, one folder a concern' },
  { name: 'machines', does: 'what may happen' },
] as const;
export type Floor = (typeof floors)[number]['name'];

/** From one place to another; `isOnUse` where it is only ever loaded by a dynamic import. */
export interface Passage {
  readonly from: string;
  readonly to: string;
  readonly isOnUse: boolean;
}

/** The house as the code has it: the rooms of each floor, its doors, and who imports whom. */
export interface Plan {
  readonly rooms: ReadonlyMap<Floor, readonly string[]>;
  /** The files of `src` through which the package is entered. */
  readonly doors: readonly string[];
  readonly between: readonly Passage[];
  readonly within: ReadonlyMap<Floor, readonly Passage[]>;
}

interface Place {
  readonly floor: Floor;
  readonly room: string | undefined;
}
const self = 'nova-agents';
const isDoor = (path: string): boolean => /^src\/[^/]+$/.test(path);

/** Where a path lies: rooms are folders, and in `machines` and `agents` also the files beside them. */
function placeOf(path: string): Place | undefined {
  const [name, first = '', ...rest] = path.split('/');
  const floor = floors.find((one) => one.name === name)?.name;
  if (floor === undefined) return undefined;
  const isRoom = rest.length > 0 || floor === 'machines' || floor === 'agents';
  return { floor, room: isRoom ? first.replace(/\.ts$/, '') : undefined };
}

/** Where a mention leads: a path, or the package by its own name. */
function reached(to: string): Place | undefined {
  if (to === `${self}/agents`) return { floor: 'agents', room: 'index' };
  if (to === self || to.startsWith(`${self}/`)) return { floor: 'src', room: undefined };
  return placeOf(to);
}

/** Reads the whole house. */
export function planOf(): Plan {
  const files = floors.flatMap(({ name }) => filesBelow(name));
  const mentions = files.flatMap((path) => {
    const from = placeOf(path);
    if (from === undefined) return [];
    return mentionsOf(path).flatMap(({ to, isDynamic }) => {
      const there = reached(to);
      return there === undefined ? [] : [{ from, to: there, isDynamic }];
    });
  });
  const roomsOf = (floor: Floor): string[] =>
    unique(
      files.map(placeOf).flatMap((place) => (place?.floor === floor ? (place.room ?? []) : [])),
    );
  const crossing = mentions.filter(({ from, to }) => from.floor !== to.floor);
  return {
    rooms: new Map(floors.map(({ name }) => [name, roomsOf(name)])),
    doors: files.filter(isDoor).map((path) => path.replace(/^src\/|\.ts$/g, '')),
    between: passages(
      crossing.map(({ from, to, isDynamic }) => ({
        from: from.floor,
        to: to.floor,
        isOnUse: isDynamic,
      })),
    ),
    within: new Map(
      floors.map(({ name }) => [
        name,
        withoutShortcuts(
          passages(
            mentions.flatMap(({ from, to, isDynamic }) =>
              from.floor === name && to.floor === name && from.room && to.room
                ? [{ from: from.room, to: to.room, isOnUse: isDynamic }]
                : [],
            ),
          ),
        ),
      ]),
    ),
  };
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

/** Each passage once, none from a place to itself, sorted. */
function passages(found: readonly Passage[]): Passage[] {
  const groups = Map.groupBy(
    found.filter(({ from, to }) => from !== to),
    ({ from, to }) => `${from} ${to}`,
  );
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...rest]]) =>
      first === undefined
        ? []
        : [{ ...first, isOnUse: [first, ...rest].every(({ isOnUse }) => isOnUse) }],
    );
}

/** What remains when every passage is left out that a way of several others stands for. */
export function withoutShortcuts(all: readonly Passage[]): Passage[] {
  let kept = [...all];
  for (const passage of all) {
    const others = kept.filter((one) => one !== passage);
    if (leads(passage.from, passage.to, others)) kept = others;
  }
  return kept;
}

function leads(from: string, to: string, by: readonly Passage[]): boolean {
  const reachedRooms = new Set([from]);
  for (const room of reachedRooms)
    for (const passage of by) if (passage.from === room) reachedRooms.add(passage.to);
  return reachedRooms.has(to);
}

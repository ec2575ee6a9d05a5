import { place, type Placement } from './drawing/elk.ts';
import { arrowThrough } from './drawing/lines.ts';
import { sheet } from './drawing/sheet.ts';
import { textAt, widthOf } from './drawing/text.ts';
import { element } from './drawing/xml.ts';
import { floors, planOf, type Floor, type Passage, type Plan } from './house/plan.ts';

const margin = 28;
const lane = 15;
const headHeight = 50;
const floorGap = 26;
const padding = 18;
const rowWidth = 800;

/** A floor as it is drawn: what lies in it, from its own upper left corner. */
interface Storey {
  readonly name: Floor;
  readonly width: number;
  readonly height: number;
  readonly body: readonly string[];
}

/** The house as SVG: its floors, their rooms, and who imports whom. */
export async function houseSvg(plan: Plan = planOf()): Promise<string> {
  const storeys = await Promise.all(floors.map(({ name }) => storeyOf(name, plan)));
  const gutter = plan.between.length * lane + 16;
  const inside = Math.max(...storeys.map(({ width }) => width));
  const tops = new Map<string, { y: number; height: number }>();
  let y = margin + 74;
  for (const { name, height } of storeys) {
    tops.set(name, { y, height });
    y += height + floorGap;
  }
  const left = margin + gutter;
  return sheet({
    width: Math.ceil(left + inside + margin),
    height: Math.ceil(y - floorGap + margin + 36),
    name: 'The house',
    says: 'The floors of the code and their rooms, with the imports that there really are.',
    body: [
      textAt(margin, margin + 22, 'title', 'The house'),
      textAt(
        margin,
        margin + 44,
        'sub',
        isDownward(plan) ? 'Imports only look down.' : 'Some imports look up.',
      ),
      ...storeys.map((storey) => drawStorey(storey, left, inside, tops.get(storey.name)?.y ?? 0)),
      ...gutterLines(plan.between, left, tops),
      ...legend(plan).map((line, index) =>
        textAt(margin, y - floorGap + 28 + index * 17, 'quiet', line),
      ),
    ].map((part) => `${part}\n`),
  });
}

/** Whether no floor imports one above it, but on use. */
function isDownward({ between }: Plan): boolean {
  const order = floors.map(({ name }): string => name);
  return between.every(
    ({ from, to, isOnUse }) => isOnUse || order.indexOf(from) < order.indexOf(to),
  );
}

function legend({ between, within }: Plan): string[] {
  const hasDashed = [between, ...within.values()].flat().some(({ isOnUse }) => isOnUse);
  return [
    'An arrow leads to what is imported; one that follows from others is left out.',
    `A dashed box is a door of the package${hasDashed ? ', a dashed arrow is loaded on use' : ''}.`,
  ];
}

function drawStorey({ name, height, body }: Storey, x: number, width: number, y: number): string {
  const does = floors.find((floor) => floor.name === name)?.does ?? '';
  const title = `${name}/`;
  return element(
    'g',
    { transform: `translate(${x} ${y})` },
    element('rect', { class: 'inner', x: 0, y: 0, width, height, rx: 11 }),
    textAt(padding, 31, 'big', title),
    textAt(padding + widthOf(title, 19, true) + 10, 31, 'quiet', does),
    ...body,
  );
}

/** Rooms with imports among them are laid out, the others stand in rows. */
async function storeyOf(name: Floor, plan: Plan): Promise<Storey> {
  const rooms = plan.rooms.get(name) ?? [];
  const passages = plan.within.get(name) ?? [];
  const doors = name === 'src' ? plan.doors : [];
  const tied = rooms.filter((room) =>
    passages.some(({ from, to }) => from === room || to === room),
  );
  const free = rooms.filter((room) => !tied.includes(room));
  const gate = rows(
    doors.map((door) => (door === 'index' ? 'nova-agents' : `/${door}`)),
    headHeight,
    'pseudo',
  );
  const single = rows(free, gate.bottom, 'state');
  const placed = await place(
    tied.map((room) => ({ id: room, width: roomWidth(room), height: 30 })),
    passages.map(({ from, to }) => ({ id: `${from} ${to}`, from, to, isForward: true })),
    {
      'elk.direction': 'DOWN',
      'elk.layered.spacing.nodeNodeBetweenLayers': '20',
      'elk.spacing.nodeNode': '16',
    },
  );
  const height = tied.length > 0 ? placed.height + padding : 0;
  return {
    name,
    width: Math.max(placed.width + 2 * padding, gate.width, single.width, 320),
    height: Math.max(single.bottom + height, headHeight),
    body: [...gate.body, ...single.body, ...drawRooms(tied, passages, placed, single.bottom)],
  };
}

const roomWidth = (room: string): number => widthOf(room, 12, true) + 26;

function drawRooms(
  rooms: readonly string[],
  passages: readonly Passage[],
  placed: Placement,
  top: number,
): string[] {
  return [
    element(
      'g',
      { transform: `translate(${padding} ${top})` },
      ...passages.flatMap(({ from, to, isOnUse }) =>
        arrowThrough(
          placed.wires.get(`${from} ${to}`)?.points ?? [],
          isOnUse ? 'divider' : 'faint',
        ),
      ),
      ...rooms.flatMap((room) => {
        const box = placed.boxes.get(room);
        return box === undefined ? [] : chip(room, box.x, box.y, 'state');
      }),
    ),
  ];
}

const chip = (room: string, x: number, y: number, style: 'state' | 'pseudo'): string[] => [
  element('rect', { class: style, x, y, width: roomWidth(room), height: 30, rx: 7 }),
  textAt(x + roomWidth(room) / 2, y + 19.5, 'event', room, 'middle'),
];

/** Rooms beside each other, in as many rows as it takes. */
function rows(rooms: readonly string[], top: number, style: 'state' | 'pseudo') {
  const body: string[] = [];
  let x = padding;
  let y = top;
  let width = 0;
  for (const room of rooms) {
    if (x > padding && x + roomWidth(room) > rowWidth) {
      x = padding;
      y += 40;
    }
    body.push(...chip(room, x, y, style));
    x += roomWidth(room) + 12;
    width = Math.max(width, x + padding);
  }
  return { body, width, bottom: rooms.length === 0 ? top : y + 30 + padding };
}

/** The imports between floors, each in a lane of its own left of the house. */
function gutterLines(
  between: readonly Passage[],
  left: number,
  tops: ReadonlyMap<string, { readonly y: number; readonly height: number }>,
): string[] {
  const order = new Map<string, number>(floors.map(({ name }, index) => [name, index]));
  const reach = ({ from, to }: Passage): number =>
    Math.abs((order.get(to) ?? 0) - (order.get(from) ?? 0));
  const sorted = between.toSorted(
    (a, b) => reach(a) - reach(b) || (order.get(a.from) ?? 0) - (order.get(b.from) ?? 0),
  );
  const ends = new Map<string, number>();
  const nextAt = (name: string): number => {
    const { y = 0 } = tops.get(name) ?? {};
    const count = ends.get(name) ?? 0;
    ends.set(name, count + 1);
    return y + 14 + count * 9;
  };
  return sorted.flatMap(({ from, to, isOnUse }, index) => {
    const x = left - 16 - index * lane;
    const points = [
      { x: left, y: nextAt(from) },
      { x, y: 0 },
      { x, y: 0 },
      { x: left - 1, y: nextAt(to) },
    ] as const;
    const [begin, down, up, end] = points;
    const bent = [begin, { ...down, y: begin.y }, { ...up, y: end.y }, end];
    return arrowThrough(bent, isOnUse ? 'divider' : 'edge');
  });
}

import { arrowThrough, type Point } from './drawing/lines.ts';
import { sheet } from './drawing/sheet.ts';
import { textAt, widthOf } from './drawing/text.ts';
import { element, rounded } from './drawing/xml.ts';
import { stations, waysIn, waysOut, type Station } from './wheel/stations.ts';

const width = 980;
const height = 760;
const centre: Point = { x: 490, y: 400 };
const radius = 178;
const discRadius = 46;
/** How much of the wheel a disc covers to either side, with the room before an arrow's head. */
const discAngle = 16.5;
const pillHeight = 30;
const pillGap = 14;

const onWheel = (degrees: number, distance = radius): Point => ({
  x: centre.x + distance * Math.cos((degrees * Math.PI) / 180),
  y: centre.y + distance * Math.sin((degrees * Math.PI) / 180),
});
const at = ({ x, y }: Point): string => `${rounded(x)} ${rounded(y)}`;

/** The wheel as SVG: one turn from the mailbox to what is carried out, and what comes back from there. */
export function wheelSvg(): string {
  const [mailbox, , , execute] = stations();
  if (mailbox === undefined || execute === undefined)
    throw new RangeError('the wheel is not whole');
  return sheet({
    width,
    height,
    name: 'The wheel',
    says: 'Mailbox, step, journal, execute: everything that happens is one turn of four files.',
    body: [
      textAt(36, 54, 'title', 'The wheel'),
      textAt(36, 76, 'sub', 'Everything that happens is one turn of four files.'),
      ...fan(waysIn(), onWheel(mailbox.degrees), 128, 'in'),
      ...fan(waysOut(), onWheel(execute.degrees), height - 58, 'out'),
      element('circle', { class: 'track', cx: centre.x, cy: centre.y, r: radius }),
      ...stations().flatMap(arcFrom),
      ...hub(),
      ...stations().flatMap(drawStation),
    ].map((part) => `${part}\n`),
  });
}

/** The way from one station to the next, with what travels on it. */
function arcFrom({ degrees, passesOn }: Station): string[] {
  const begin = onWheel(degrees + discAngle);
  const end = onWheel(degrees + 90 - discAngle);
  const before = onWheel(degrees + 90 - discAngle - 3);
  const middle = onWheel(degrees + 45, radius - 50);
  const d = `M${at(begin)}A${radius} ${radius} 0 0 1 ${at(before)}`;
  return [
    element('path', { class: 'spoke', d }),
    ...arrowThrough([before, end], 'none', 'tip').slice(1),
    ...passesOn.map((line, index) =>
      textAt(
        middle.x,
        middle.y + 4 + (index - (passesOn.length - 1) / 2) * 16,
        'quiet',
        line,
        'middle',
      ),
    ),
  ];
}

function drawStation({ name, file, does, degrees, icon }: Station): string[] {
  const { x, y } = onWheel(degrees);
  const side = x < centre.x ? -1 : 1;
  const textX = x + side * (discRadius + 16);
  const anchor = side < 0 ? 'end' : undefined;
  return [
    element('circle', { class: 'hub', cx: x, cy: y, r: discRadius }),
    element('path', { class: 'icon', transform: `translate(${at({ x, y })})`, d: icon }),
    textAt(textX, y - 12, 'big', name, anchor),
    textAt(textX, y + 8, 'quiet', does, anchor),
    textAt(textX, y + 26, 'does', file, anchor),
  ];
}

const hub = (): string[] => [
  element('circle', { class: 'hub', cx: centre.x, cy: centre.y, r: 70 }),
  textAt(centre.x, centre.y + 2, 'title', 'Nova', 'middle'),
  textAt(centre.x, centre.y + 22, 'tag', 'one event, one turn', 'middle'),
];

/** What comes in from outside, or goes out there, as a fan of pills at one station. */
function fan(texts: readonly string[], station: Point, y: number, way: 'in' | 'out'): string[] {
  const widths = texts.map((text) => widthOf(text, 12) + 30);
  const whole = widths.reduce((sum, one) => sum + one + pillGap, -pillGap);
  let x = station.x - whole / 2;
  return texts.flatMap((text, index) => {
    const left = x;
    const pillWidth = widths[index] ?? 0;
    x += pillWidth + pillGap;
    const middle = left + pillWidth / 2;
    return [
      ...thread({ x: middle, y }, station, way, index - (texts.length - 1) / 2),
      element('rect', {
        class: 'state',
        x: left,
        y: y - pillHeight / 2,
        width: pillWidth,
        height: pillHeight,
        rx: pillHeight / 2,
      }),
      textAt(middle, y + 4, way === 'in' ? 'event' : 'does', text, 'middle'),
    ];
  });
}

/** A curve between a pill and a station, with its head at the end it runs to. */
function thread(pill: Point, station: Point, way: 'in' | 'out', offset: number): string[] {
  const up = pill.y < station.y ? -1 : 1;
  const edge = { x: pill.x, y: pill.y - (up * pillHeight) / 2 };
  const spread = offset * 15;
  const rim = {
    x: station.x + spread,
    y: station.y + up * (Math.sqrt(discRadius ** 2 - spread ** 2) + 3),
  };
  const bend = (edge.y + rim.y) / 2;
  const curve = `M${at(edge)}C${at({ x: edge.x, y: bend })} ${at({ x: rim.x, y: bend })} ${at(rim)}`;
  const tip = way === 'in' ? rim : edge;
  const from = { x: tip.x, y: tip.y + (way === 'in' ? up * 10 : -up * 10) };
  return [
    element('path', { class: 'faint', d: curve }),
    ...arrowThrough([from, tip], 'none').slice(1),
  ];
}

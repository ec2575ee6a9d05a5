import { element, rounded } from './xml.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

const bendRadius = 7;
const at = ({ x, y }: Point): string => `${rounded(x)} ${rounded(y)}`;

/** The point that lies so far from `from` towards `to`. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.min(1, distance / length);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** A line through points, its bends rounded. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const parts = rest.map((point, index) => {
    const before = points[index] as Point;
    const after = rest[index + 1];
    if (after === undefined) return `L${at(point)}`;
    const room = Math.min(
      bendRadius,
      Math.hypot(point.x - before.x, point.y - before.y) / 2,
      Math.hypot(after.x - point.x, after.y - point.y) / 2,
    );
    return `L${at(towards(point, before, room))}Q${at(point)} ${at(towards(point, after, room))}`;
  });
  return `M${at(first)}${parts.join('')}`;
}

/** An arrow's head at its end. */
export function headAt(tip: Point, from: Point, style = 'head', size = 8): string {
  const back = towards(tip, from, size);
  const half = size * 0.45;
  const length = Math.hypot(tip.x - from.x, tip.y - from.y) || 1;
  const across = { x: (-(tip.y - from.y) / length) * half, y: ((tip.x - from.x) / length) * half };
  const left = { x: back.x + across.x, y: back.y + across.y };
  const right = { x: back.x - across.x, y: back.y - across.y };
  return element('path', { class: style, d: `M${at(tip)}L${at(left)}L${at(right)}Z` });
}

/** An arrow through points, with its head at the last. */
export function arrowThrough(points: readonly Point[], style = 'edge', head = 'head'): string[] {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return [];
  const shaft = [...points.slice(0, -1), towards(tip, before, 5)];
  return [element('path', { class: style, d: pathThrough(shaft) }), headAt(tip, before, head)];
}

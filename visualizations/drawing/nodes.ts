import { drawBlock, type Line } from './blocks.ts';
import type { Rectangle } from './elk.ts';
import { textAt, widthOf } from './text.ts';
import { element } from './xml.ts';

const ringRoom = 22;
const tip = 12;

/** How much wider a node is than what is written in it, by its kind. */
export const frameRoom = (kind: string): number =>
  kind === 'gate' || kind === 'decision' ? 2 * tip : 0;

/** The frame of a node, by its kind: a gate and a decision are pointed, a fan stands for several, a team holds others. */
function frameOf(kind: string, { x, y, width, height }: Rectangle): string[] {
  const rect = (by: number, rx: number, offset = 0) =>
    element('rect', {
      class: 'state',
      x: x + by + offset,
      y: y + by - offset,
      width: width - 2 * by,
      height: height - 2 * by,
      rx,
    });
  switch (kind) {
    case 'decision':
    case 'gate': {
      const right = x + width;
      const middle = y + height / 2;
      const upper = `M${x} ${middle}L${x + tip} ${y}H${right - tip}L${right} ${middle}`;
      const d = `${upper}L${right - tip} ${y + height}H${x + tip}Z`;
      return [element('path', { class: 'state', d })];
    }
    case 'below':
    case 'fan':
      return [rect(0, 9, 6), rect(0, 9, 3), rect(0, 9)];
    case 'team':
      return [rect(0, 9), rect(4, 6)];
    default:
      return [rect(0, 9)];
  }
}

/** A node as it lies, with what is said of it. */
export function drawNode(
  kind: string,
  name: string,
  body: readonly Line[],
  box: Rectangle | undefined,
): string[] {
  if (box === undefined) return [];
  const middle = box.x + box.width / 2;
  return [
    element(
      'g',
      {},
      ...frameOf(kind, box),
      textAt(middle, box.y + 23, 'name', name, 'middle'),
      ...drawBlock(body, middle, box.y + 30, 'middle'),
    ),
  ];
}

/** An end: an outcome of the team has a ring, a bad end that is passed on is quiet. */
export function drawEnd(name: string, isDeclared: boolean, box: Rectangle | undefined): string[] {
  if (box === undefined) return [];
  const middle = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const frame = element('rect', { class: isDeclared ? 'final' : 'pseudo', ...box, rx: 17 });
  if (!isDeclared) return [frame, textAt(middle, y + 5, 'quiet', name, 'middle')];
  return [
    frame,
    ...drawRing(middle - widthOf(name, 14, true) / 2 - 2, y),
    textAt(middle + ringRoom / 2, y + 5, 'name', name, 'middle'),
  ];
}

/** The mark of an end. */
export const drawRing = (cx: number, cy: number): string[] => [
  element('circle', { class: 'ring', cx, cy, r: 6.5 }),
  element('circle', { class: 'core', cx, cy, r: 3.5 }),
];

/** The mark of a beginning. */
export const drawStart = (box: Rectangle | undefined): string[] =>
  box === undefined
    ? []
    : [element('circle', { class: 'dot', cx: box.x + 6, cy: box.y + 6, r: 6 })];

/** A box for what is no node of its own. */
export const drawLabelled = (box: Rectangle | undefined, text: string): string[] =>
  box === undefined
    ? []
    : [
        element('rect', { class: 'pseudo', ...box, rx: 14 }),
        textAt(box.x + box.width / 2, box.y + 18, 'quiet', text, 'middle'),
      ];

import type { ChartArrow, ChartState } from '../statechart.ts';
import { blockHeight, blockWidth, drawBlock, lineHeight, lines, type Line } from './blocks.ts';
import { anywhereIn, initialOf, saying, wishOf, type Connection } from './connections.ts';
import type { Box, Placement, Rectangle } from './elk.ts';
import { drawLabelled, drawRing, drawStart } from './nodes.ts';
import { textAt, widthOf } from './text.ts';
import { element } from './xml.ts';

type Inner = ReadonlyMap<string, readonly ChartArrow[]>;

const padding = { x: 14, y: 9 };
const innerChars = 40;
const ringRoom = 22;
const dot = 12;
const isFirst = { 'elk.layered.layering.layerConstraint': 'FIRST' };
const anywhere = 'from anywhere';

/** What is written in a state below its name. */
export function linesOf(state: ChartState, inner: readonly ChartArrow[]): Line[] {
  return [
    ...state.tags.flatMap((tag) => lines('tag', `# ${tag}`)),
    ...state.entry.filter(({ isWish }) => isWish).flatMap(wishOf),
    ...state.exit
      .filter(({ isWish }) => isWish)
      .flatMap(({ text }) => lines('does', `at the end ▸ ${text}`)),
    ...inner.flatMap((arrow) => lines('quiet', `⟲ ${saying(arrow)}`, innerChars)),
  ];
}

/** The box of a state, with the boxes of everything in it. */
export function boxOf(state: ChartState, inner: Inner, connections: readonly Connection[]): Box {
  const { id, key, kind } = state;
  if (kind === 'history') return { id, width: 30, height: 30 };
  const body = linesOf(state, inner.get(id) ?? []);
  const nameWidth = widthOf(key, 14, true) + (kind === 'final' ? ringRoom : 0);
  const width = Math.max(96, nameWidth, blockWidth(body)) + 2 * padding.x;
  const height = blockHeight(body) + lineHeight + 2 * padding.y + (body.length > 0 ? 8 : 0);
  if (state.states.length === 0) return { id, width, height };
  const boxes = [
    ...pseudoBoxes(state, connections),
    ...state.states.map((child) => boxOf(child, inner, connections)),
  ];
  return { id, width, height, header: height, boxes, options: { 'elk.alignment': 'TOP' } };
}

function pseudoBoxes({ id, initial }: ChartState, connections: readonly Connection[]): Box[] {
  const isLeft = connections.some(({ wire }) => wire.from === anywhereIn(id));
  return [
    ...(initial.length > 0
      ? [{ id: initialOf(id), width: dot, height: dot, options: isFirst }]
      : []),
    ...(isLeft
      ? [{ id: anywhereIn(id), width: widthOf(anywhere, 12) + 2 * padding.x, height: 28 }]
      : []),
  ];
}

/** A state as it lies, what it holds left out. */
export function drawState(
  state: ChartState,
  inner: readonly ChartArrow[],
  placed: Placement,
  isRegion: boolean,
): string[] {
  const box = placed.boxes.get(state.id);
  if (box === undefined) return [];
  if (state.kind === 'history') return [drawHistory(state, box)];
  const body = linesOf(state, inner);
  const { x, y, width, height } = box;
  const isLeaf = state.states.length === 0;
  const isFinal = state.kind === 'final';
  const style = isFinal ? 'final' : isLeaf ? 'state' : 'compound';
  const frame = element('rect', { class: style, x, y, width, height, rx: isFinal ? 17 : 9 });
  const nameY = y + padding.y + 12;
  const middle = x + width / 2;
  const left = x + padding.x;
  const ruleY = y + padding.y + lineHeight + 5;
  return [
    element(
      'g',
      {},
      ...(isRegion ? [] : [frame]),
      ...(isFinal ? drawRing(middle - widthOf(state.key, 14, true) / 2 - 2, nameY - 5) : []),
      isLeaf
        ? textAt(middle + (isFinal ? ringRoom / 2 : 0), nameY, 'name', state.key, 'middle')
        : textAt(left, nameY, 'name', state.key),
      ...(body.length > 0 && isLeaf
        ? [element('path', { class: 'rule', d: `M${x + 1} ${ruleY}H${x + width - 1}` })]
        : []),
      ...drawBlock(body, left, ruleY + (isLeaf ? 3 : -2)),
    ),
  ];
}

function drawHistory({ history }: ChartState, { x, y }: Rectangle): string {
  return element(
    'g',
    {},
    element('circle', { class: 'state', cx: x + 15, cy: y + 15, r: 14.5 }),
    textAt(x + 15, y + 20, 'name', history === 'deep' ? 'H*' : 'H', 'middle'),
  );
}

/** What lies in a state and is none: where it begins, and what is left from anywhere. */
export function drawPseudo({ id }: ChartState, placed: Placement): string[] {
  return [
    ...drawStart(placed.boxes.get(initialOf(id))),
    ...drawLabelled(placed.boxes.get(anywhereIn(id)), anywhere),
  ];
}

/** Dashed lines between the regions of a parallel state, where they lie side by side or below each other. */
export function drawDividers(state: ChartState, placed: Placement): string[] {
  const whole = placed.boxes.get(state.id);
  if (state.kind !== 'parallel' || whole === undefined) return [];
  const regions = state.states.flatMap(({ id }) => placed.boxes.get(id) ?? []);
  const byX = regions.toSorted((a, b) => a.x - b.x);
  const isRow = byX.every((box, index) => {
    const next = byX[index + 1];
    return next === undefined || box.x + box.width <= next.x;
  });
  const sorted = isRow ? byX : regions.toSorted((a, b) => a.y - b.y);
  const top = whole.y + padding.y + lineHeight + 10;
  return sorted.slice(1).map((box, index) => {
    const before = sorted[index] as Rectangle;
    const x = (before.x + before.width + box.x) / 2;
    const y = (before.y + before.height + box.y) / 2;
    const d = isRow
      ? `M${Math.round(x)} ${Math.round(top)}V${Math.round(whole.y + whole.height - 1)}`
      : `M${Math.round(whole.x + 1)} ${Math.round(y)}H${Math.round(whole.x + whole.width - 1)}`;
    return element('path', { class: 'divider', d });
  });
}

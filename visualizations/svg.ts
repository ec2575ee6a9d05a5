import { statesWithin, type ChartArrow, type Statechart } from './statechart.ts';
import { blockWidth, drawBlock, lines } from './drawing/blocks.ts';
import { connectionsOf, drawArrow, type Connection } from './drawing/connections.ts';
import { place, type Placement } from './drawing/elk.ts';
import { sheet } from './drawing/sheet.ts';
import { boxOf, drawDividers, drawPseudo, drawState, linesOf } from './drawing/states.ts';
import { textAt, widthOf } from './drawing/text.ts';
import { element } from './drawing/xml.ts';

const margin = 28;
const titleHeight = 52;
const legend =
  'dot: begins here · ring: ends here · ▸ asked of the kernel · ⟲ stays in its state · [guard]; without an event: as soon as it holds';

/** The picture of a machine as SVG; the same machine comes to the same bytes. */
export async function statechartSvg(chart: Statechart): Promise<string> {
  const inner = innerArrows(chart.arrows);
  const connections = connectionsOf(chart);
  const boxes = boxOf(chart.root, inner, connections).boxes ?? [];
  const placed = await place(
    boxes,
    connections.map(({ wire }) => wire),
    { 'elk.direction': 'DOWN' },
  );
  const head = linesOf(chart.root, inner.get(chart.root.id) ?? []);
  const top = margin + titleHeight + head.length * 16 + (head.length > 0 ? 14 : 4);
  const title = chart.id;
  const width = Math.max(
    placed.width,
    widthOf(title, 22, true) + widthOf(limits(chart), 12.5) + 24,
    blockWidth(head),
  );
  const foot = lines('tag', legend, Math.floor(width / 6));
  return sheet({
    width: Math.ceil(width + 2 * margin),
    height: Math.ceil(top + placed.height + 22 + foot.length * 16 + margin / 2),
    name: `${chart.id}, a state machine`,
    says: `The states and transitions of the machine ${chart.id}, drawn from its definition.`,
    body: [
      textAt(margin, margin + 20, 'title', title),
      textAt(margin + widthOf(title, 22, true) + 14, margin + 20, 'sub', limits(chart)),
      ...drawBlock(head, margin, margin + 40),
      ...drawBlock(foot, margin, top + placed.height + 22),
      element(
        'g',
        { transform: `translate(${Math.round(margin + (width - placed.width) / 2)} ${top})` },
        ...drawing(chart, inner, connections, placed),
      ),
    ],
  });
}

function drawing(
  chart: Statechart,
  inner: ReadonlyMap<string, readonly ChartArrow[]>,
  connections: readonly Connection[],
  placed: Placement,
): string[] {
  const states = statesWithin(chart.root);
  const regions = new Set(
    states.flatMap(({ kind, states: parts }) => (kind === 'parallel' ? parts : [])),
  );
  return [
    ...states.flatMap((state) =>
      drawState(state, inner.get(state.id) ?? [], placed, regions.has(state)),
    ),
    ...states.flatMap((state) => [...drawDividers(state, placed), ...drawPseudo(state, placed)]),
    ...connections.flatMap((connection) => drawArrow(connection, placed, 'line')),
    ...connections.flatMap((connection) => drawArrow(connection, placed, 'label')),
  ].map((part) => `\n${part}`);
}

/** What belongs to the machine as a whole: its version, and how far one event may take it. */
const limits = ({ version, maxIterations }: Statechart): string =>
  [
    version === undefined ? '' : `version ${version}`,
    maxIterations === undefined ? '' : `at most ${maxIterations} transitions an event`,
  ]
    .filter(Boolean)
    .join(' · ');

/** Transitions that stay inside their source, by its id. */
function innerArrows(arrows: readonly ChartArrow[]): Map<string, ChartArrow[]> {
  return Map.groupBy(
    arrows.filter(({ targets }) => targets.length === 0),
    ({ source }) => source,
  );
}

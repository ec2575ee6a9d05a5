import {
  limitText,
  type CharterGraph,
  type CharterNode,
  type CharterRoute,
} from 'nova-agents/inspect';
import {
  blockHeight,
  blockWidth,
  drawBlock,
  lineHeight,
  lines,
  type Line,
} from './drawing/blocks.ts';
import { connectionOf, directed, drawArrow, type Connection } from './drawing/connections.ts';
import { place, type Box, type Placement } from './drawing/elk.ts';
import { drawEnd, drawLabelled, drawNode, drawStart, frameRoom } from './drawing/nodes.ts';
import { sheet } from './drawing/sheet.ts';
import { textAt, widthOf } from './drawing/text.ts';
import { element } from './drawing/xml.ts';

const margin = 28;
const padding = { x: 16, y: 9 };
const START = 'start';
const OTHERWISE = 'otherwise';
const otherwiseText = 'any node, otherwise';
const legend =
  'dot: begins here · ring: an outcome of the team · dashed: for every node that says nothing else · a route that is used up ends the team as failed';

const nodeId = (key: string): string => `node ${key}`;
const endId = (name: string): string => `end ${name}`;

/** What is written in a node below its name. */
const linesOf = ({ kind, says }: CharterNode): Line[] => [
  ...lines('tag', kind),
  ...says.flatMap((text) => lines('quiet', text)),
];

/** The picture of a charter as SVG; the same charter comes to the same bytes. */
export async function charterSvg(graph: CharterGraph): Promise<string> {
  const { id, version, does, nodes, ends } = graph;
  const connections = connectionsOf(graph);
  const placed = await place(
    boxesOf(graph),
    connections.map(({ wire }) => wire),
    { 'elk.direction': 'DOWN' },
  );
  const head = lines('sub', does, 90);
  const top = margin + 36 + head.length * lineHeight + 14;
  const width = Math.max(placed.width, widthOf(id, 22, true) + 100, blockWidth(head));
  const foot = lines('tag', legend, Math.floor(width / 6));
  const body = [
    ...drawStart(placed.boxes.get(START)),
    ...drawLabelled(placed.boxes.get(OTHERWISE), otherwiseText),
    ...nodes.flatMap((node) =>
      drawNode(node.kind, node.key, linesOf(node), placed.boxes.get(nodeId(node.key))),
    ),
    ...ends.flatMap(({ name, isDeclared }) =>
      drawEnd(name, isDeclared, placed.boxes.get(endId(name))),
    ),
    ...drawnArrows(connections, placed),
  ].map((part) => `\n${part}`);
  return sheet({
    width: Math.ceil(width + 2 * margin),
    height: Math.ceil(top + placed.height + 22 + foot.length * lineHeight + margin / 2),
    name: `${id}, a team`,
    says: `The nodes and routes of the team ${id}, drawn from its charter.`,
    body: [
      textAt(margin, margin + 20, 'title', id),
      textAt(margin + widthOf(id, 22, true) + 14, margin + 20, 'sub', `team, version ${version}`),
      ...drawBlock(head, margin, margin + 32),
      ...drawBlock(foot, margin, top + placed.height + 22),
      element(
        'g',
        { transform: `translate(${Math.round(margin + (width - placed.width) / 2)} ${top})` },
        ...body,
      ),
    ],
  });
}

const drawnArrows = (connections: readonly Connection[], placed: Placement): string[] =>
  (['line', 'label'] as const).flatMap((part) =>
    connections.flatMap((connection) => drawArrow(connection, placed, part)),
  );

function boxesOf({ nodes, ends }: CharterGraph): Box[] {
  const first = { 'elk.layered.layering.layerConstraint': 'FIRST' };
  const last = { 'elk.layered.layering.layerConstraint': 'LAST' };
  return [
    { id: START, width: 12, height: 12, options: first },
    ...nodes.map((node) => {
      const body = linesOf(node);
      return {
        id: nodeId(node.key),
        width:
          Math.max(96, widthOf(node.key, 14, true), blockWidth(body)) +
          2 * padding.x +
          frameRoom(node.kind),
        height: lineHeight + blockHeight(body) + 2 * padding.y + 8,
      };
    }),
    { id: OTHERWISE, width: widthOf(otherwiseText, 12) + 2 * padding.x, height: 28 },
    ...ends.map(({ name }) => ({
      id: endId(name),
      width: widthOf(name, 14, true) + 22 + 2 * padding.x,
      height: 34,
      options: last,
    })),
  ];
}

/** One arrow for all routes between the same two; those for everybody are quiet. */
function connectionsOf({ start, routes }: CharterGraph): Connection[] {
  const sourceOf = ({ from }: CharterRoute) => (from === undefined ? OTHERWISE : nodeId(from));
  const targetOf = ({ to }: CharterRoute) => ('end' in to ? endId(to.end) : nodeId(to.node));
  const groups = Map.groupBy(routes, (route) => JSON.stringify([sourceOf(route), targetOf(route)]));
  const begin = { wire: { id: START, from: START, to: nodeId(start) } };
  return directed(START, [
    { ...begin, label: [], says: `${start} begins` },
    ...[...groups].flatMap(([id, [first, ...rest]]) =>
      first === undefined ? [] : [joined(id, sourceOf(first), targetOf(first), [first, ...rest])],
    ),
  ]);
}

function joined(id: string, from: string, to: string, routes: readonly CharterRoute[]): Connection {
  const isQuiet = from === OTHERWISE;
  const label = routes.flatMap(({ outcome, max }) => [
    ...lines(isQuiet ? 'quiet' : 'event', outcome),
    ...(max === undefined ? [] : lines('guard', limitText(max))),
  ]);
  const says = routes.map(({ outcome, max }) =>
    max === undefined ? outcome : `${outcome}, ${limitText(max)}`,
  );
  return { ...connectionOf({ id, from, to }, label, says.join('\n')), isQuiet };
}

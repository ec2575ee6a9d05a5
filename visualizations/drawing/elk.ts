import { createRequire } from 'node:module';
import type { Point } from './lines.ts';

type Options = Readonly<Record<string, string>>;

interface ElkNode extends Partial<Rectangle> {
  readonly id: string;
  readonly layoutOptions?: Options;
  readonly children?: readonly ElkNode[];
  readonly edges?: readonly ElkEdge[];
}
interface ElkEdge {
  readonly id: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly layoutOptions?: Options;
  readonly labels?: readonly (Partial<Rectangle> & {
    id: string;
    text: string;
    layoutOptions: Options;
  })[];
  readonly sections?: readonly {
    readonly startPoint: Point;
    readonly bendPoints?: readonly Point[];
    readonly endPoint: Point;
  }[];
}

const require = createRequire(import.meta.url);
/** Required, since what elkjs declares about itself does not pass the compiler's check of declarations. */
const Elk = require('elkjs/lib/elk.bundled.js') as new () => {
  layout(graph: ElkNode): Promise<ElkNode>;
};

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}
/** A box to be placed, with the boxes in it; `header` is the height kept free at its top. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly header?: number;
  readonly boxes?: readonly Box[];
  /** Options of the layout for this box alone. */
  readonly options?: Options;
}
/** A connection of two boxes; its label lies on it. */
export interface Wire {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label?: { readonly width: number; readonly height: number };
  /** Whether it should run with the direction of the whole. */
  readonly isForward?: boolean;
}
/** Where everything came to lie, by id, in coordinates of the whole. */
export interface Placement {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Rectangle>;
  readonly wires: ReadonlyMap<string, { points: readonly Point[]; label?: Rectangle }>;
}

const shared = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.randomSeed': '1',
  'elk.layered.thoroughness': '40',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '14',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '14',
} as const;

function nodeOf({ id, width, height, header, boxes, options }: Box, inherited: object): ElkNode {
  if (boxes === undefined || boxes.length === 0)
    return { id, width, height, layoutOptions: { ...options } };
  const layoutOptions = {
    ...inherited,
    'elk.padding': `[top=${(header ?? 0) + 14},left=20,bottom=20,right=20]`,
    'elk.nodeSize.constraints': 'MINIMUM_SIZE',
    'elk.nodeSize.minimum': `(${width},${height})`,
    ...options,
  };
  return { id, layoutOptions, children: boxes.map((box) => nodeOf(box, inherited)) };
}

/** Lays boxes and wires out in layers; the same input comes to the same coordinates. */
export async function place(
  boxes: readonly Box[],
  wires: readonly Wire[],
  options: Options = {},
): Promise<Placement> {
  const inherited = { ...shared, ...options };
  const laid = await new Elk().layout({
    id: '',
    layoutOptions: { ...inherited, 'elk.padding': '[top=0,left=0,bottom=0,right=0]' },
    children: boxes.map((box) => nodeOf(box, inherited)),
    edges: wires.map(({ id, from, to, label, isForward }) => ({
      id,
      sources: [from],
      targets: [to],
      layoutOptions: { 'elk.layered.priority.direction': isForward === true ? '10' : '0' },
      ...(label && {
        labels: [
          {
            id: `${id}:label`,
            text: '-',
            ...label,
            layoutOptions: { 'elk.edgeLabels.inline': 'true' },
          },
        ],
      }),
    })),
  });
  return {
    width: laid.width ?? 0,
    height: laid.height ?? 0,
    boxes: new Map(within(laid).map((node) => [node.id, rectangle(node)])),
    wires: new Map((laid.edges ?? []).map((edge) => [edge.id, wireOf(edge)])),
  };
}

const within = (node: ElkNode): ElkNode[] =>
  (node.children ?? []).flatMap((child) => [child, ...within(child)]);

const rectangle = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Rectangle>): Rectangle => ({
  x,
  y,
  width,
  height,
});

function wireOf({ sections, labels }: ElkEdge) {
  const points = (sections ?? []).flatMap(({ startPoint, bendPoints, endPoint }) => [
    startPoint,
    ...(bendPoints ?? []),
    endPoint,
  ]);
  const [label] = labels ?? [];
  return { points, ...(label && { label: rectangle(label) }) };
}

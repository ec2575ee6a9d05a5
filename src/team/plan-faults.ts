import { MAX_PARTS, type Plan, type PlanBounds } from '../../machines/protocol/roles.ts';
import { chainOf, inCircles, widestOf } from './plan-shape.ts';

type Part = Plan['parts'][number];

/** What of a node has to be known to say whether a plan's edges hold: by outcome, the keys that every value of it has. */
export interface Giving {
  readonly outcomes?: Readonly<Record<string, readonly string[]>> | undefined;
}

/**
 * What is wrong with a plan by its shape alone, a sentence each: a part that stands twice, a node that is not there, an edge
 * that takes what never comes, parts that wait for each other, and more parts, width or depth than its bounds.
 * @param find a node by the name that the plan has for it.
 * @param bounds its shape's; what costs would need limits.
 */
export function planFaults(
  parts: readonly Part[],
  find: (node: string) => Giving | undefined,
  bounds: PlanBounds = {},
): string[] {
  const { maxParts = MAX_PARTS } = bounds;
  // What is beyond it is not looked at any further: the shape of any graph is dear.
  if (parts.length > maxParts)
    return [`the plan has ${parts.length} parts; the limit is ${maxParts}`];
  const doubled = parts.filter(({ id }, at) => parts.findIndex((part) => part.id === id) !== at);
  const waiting = inCircles(parts);
  return [
    ...doubled.map(({ id }) => `two parts are called ${id}`),
    ...parts.flatMap((part) => {
      const isKnown = find(part.node) !== undefined;
      const faults = isKnown ? edgeFaults(part, parts, find) : [`there is no node ${part.node}`];
      return faults.map((fault) => `part ${part.id}: ${fault}`);
    }),
    ...(waiting.length > 0
      ? [`${waiting.join(', ')} wait for each other`]
      : shapeFaults(parts, bounds)),
  ];
}

/** What is wrong with the edges that lead to a part. */
function edgeFaults(
  { takes = [] }: Part,
  parts: readonly Part[],
  find: (node: string) => Giving | undefined,
): string[] {
  return takes.flatMap(({ from: { part, outcome, key }, to }, at) => {
    const faults: string[] = [];
    if (takes.findIndex((one) => one.to === to) !== at) faults.push(`${to} is taken twice`);
    const source = parts.find(({ id }) => id === part);
    const node = source && find(source.node);
    if (source === undefined) faults.push(`it takes from ${part}, which is no part`);
    if (node === undefined) return faults;
    const keys = Object.hasOwn(node.outcomes ?? {}, outcome) ? node.outcomes?.[outcome] : undefined;
    if (keys === undefined) faults.push(`${part} never comes to ${outcome}`);
    else if (key !== undefined && !keys.includes(key))
      faults.push(`not every ${outcome} of ${part} has a ${key}`);
    return faults;
  });
}

function shapeFaults(
  parts: readonly Part[],
  { maxWidth = MAX_PARTS, maxDepth = MAX_PARTS }: PlanBounds,
): string[] {
  const widest = maxWidth < parts.length ? widestOf(parts) : [];
  const chain = maxDepth < parts.length ? chainOf(parts) : [];
  const faults: string[] = [];
  if (widest.length > maxWidth)
    faults.push(
      `${widest.join(', ')} could all be at work at once, ${widest.length} parts; the limit is ${maxWidth}`,
    );
  if (chain.length > maxDepth)
    faults.push(
      `${chain.join(', ')} come one after another, ${chain.length} parts; the limit is ${maxDepth}`,
    );
  return faults;
}

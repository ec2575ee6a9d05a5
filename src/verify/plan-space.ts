import * as z from 'zod';
import { Ask } from '../../machines/protocol/roles.ts';
import { defineAgent } from '../team/define-agent.ts';
import { defineOrganisation } from '../team/define-organisation.ts';
import { faults, type PartSample } from './space/faults.ts';
import { beginning, checkedWorld, withRouter, type Space } from './spaces.ts';

/** A plan by its edges alone: for each part the numbers of the earlier parts that it takes from. */
export type Shape = readonly (readonly number[])[];

/** Every plan of so many parts, but for the order of parts that do not depend on each other: 1, 2, 8, 64, … */
export function shapesOf(parts: number): Shape[] {
  if (parts === 0) return [[]];
  const before = Array.from({ length: parts - 1 }, (_, at) => at);
  const subsets = before.reduce(
    (all, at) => [...all, ...all.map((some) => [...some, at])],
    [[] as number[]],
  );
  return shapesOf(parts - 1).flatMap((shape) => subsets.map((sources) => [...shape, sources]));
}

const names = ['one', 'two', 'three', 'four'];
const Count = z.strictObject({ n: z.int(), s: z.string() });
const taken = z.int().optional();

/** Somebody who may take from the others, and come to what they take or to something else. */
const worker = (id: string) =>
  defineAgent({
    id,
    version: 1,
    does: `Is part ${id} of a plan.`,
    input: Ask.extend({ one: taken, two: taken, three: taken, four: taken }),
    outcomes: { done: Count, other: Count },
    examples: [],
    instructions: () => '',
  });

const partOf = (sources: readonly number[], at: number): PartSample => {
  const id = names[at] as string;
  const takes = sources.map((source) => {
    const part = names[source] as string;
    return { from: { part, outcome: 'done', key: 'n' }, to: part };
  });
  return { id, node: id, input: { text: id }, ...(takes.length > 0 && { takes }) };
};

/**
 * A request whose plan may have any shape of up to so many parts, each played by somebody who keeps to a contract.
 * @param parts 1 to 4; `maxParallel` of them at once.
 */
export function planSpace(parts: number, maxParallel: number): Space {
  const nodes = names.slice(0, parts).map(worker);
  const organisation = withRouter(defineOrganisation({ id: 'plans', agents: nodes }));
  const world = checkedWorld(organisation);
  const shapes = Array.from({ length: parts }, (_, at) => shapesOf(at + 1)).flat();
  const [done, other] = [
    { n: 1, s: 'done' },
    { n: 2, s: 'other' },
  ];
  const says = Object.fromEntries(nodes.map(({ id }) => [id, { done, other }]));
  const placed = { plan: { parts: [partOf([], 0)] }, unplaced: [] };
  const system = beginning(organisation.roles, { maxParallel });
  const environment = faults(world, {
    system,
    says: { ...says, [organisation.roles.router ?? '']: { routed: placed } },
    plans: shapes.map((shape) => shape.map(partOf)),
  });
  return { name: `${shapes.length} plans`, world, nodes, environment, lacking: [] };
}

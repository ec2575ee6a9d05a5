import * as z from 'zod';
import { Ask } from '../../machines/protocol/roles.ts';
import type { World } from '../kernel/system.ts';
import { defineAgent } from '../team/define-agent.ts';
import { defineOrganisation } from '../team/define-organisation.ts';
import { defineTool } from '../team/define-tool.ts';
import { worldOf } from '../team/world.ts';
import { behaviourOf, nodeSpec } from './refinement.ts';
import { faults } from './space/faults.ts';
import { abstracted, beginning, withRouter } from './spaces.ts';

const Count = z.strictObject({ n: z.int() });
const tool = (name: string, effect: 'reads' | 'writes') =>
  defineTool({
    name,
    does: `It ${effect}.`,
    input: z.strictObject({}),
    output: z.null(),
    effect,
    run: async () => null,
  });
/** Everything that the machine of a task can do: turns, repairs, a tool that reads, and one that a person must approve. */
const worker = defineAgent({
  id: 'worker',
  version: 1,
  does: 'Works.',
  input: Ask,
  outcomes: { done: Count, other: Count },
  tools: [tool('look', 'reads'), tool('mail', 'writes')],
  limits: { maxTurns: 3, maxRepairs: 1, deadlineMs: 1_000 },
  examples: [],
  instructions: () => '',
});
const organisation = withRouter(defineOrganisation({ id: 'one', agents: [worker] }));

function seen(world: World): Set<string> {
  const part = { id: 'part', node: worker.id, input: { text: 'do it' } };
  const environment = faults(world, {
    system: beginning(organisation.roles),
    says: {
      worker: { done: { n: 1 }, other: { n: 2 } },
      [organisation.roles.router ?? '']: { routed: { plan: { parts: [part] }, unplaced: [] } },
    },
    plans: [[part]],
  });
  return behaviourOf(world, environment, 'request/plan/part');
}

/**
 * Composition by assume and guarantee: a whole task does nothing that a node may not do, and the agent that stands for it
 * where teams and plans are walked through does everything that a node may do.
 * @param change of the world, to sow a defect.
 * @returns what the one does beyond the contract, and what of the contract the other lacks; nothing where it holds.
 */
export function taskRefinement(change: (world: World) => World = (world) => world): string[] {
  const spec = nodeSpec(Object.keys(worker.outcomes), true);
  const whole = change(worldOf(organisation, { hasModel: true, limits: { maxAttempts: 2 } }));
  const beyond = [...seen(whole)].filter((one) => !spec.has(one));
  const stand = seen(abstracted(whole));
  const lacking = [...spec].filter((one) => !stand.has(one));
  return [
    ...beyond.map((one) => `a task does what no node may: ${one}`),
    ...lacking.map((one) => `what stands for a task never does: ${one}`),
  ];
}

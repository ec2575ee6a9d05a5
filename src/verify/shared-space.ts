import * as z from 'zod';
import type { LeaseContext } from '../../machines/lease.ts';
import type { LedgerContext } from '../../machines/ledger.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { hashOf } from '../kernel/canonical.ts';
import { defineAgent } from '../team/define-agent.ts';
import { defineOrganisation } from '../team/define-organisation.ts';
import { worldOf } from '../team/world.ts';
import type { Environment } from './space/environment.ts';
import { faults } from './space/faults.ts';
import {
  always,
  canEnd,
  everyEdge,
  sometimes,
  type Property,
  type StateView,
} from './space/properties.ts';

const SCOPE = 'local/shared/main';
const LEDGER = `${SCOPE}/~worker`;
const principal = { id: 'ada', proof: 'embedder' } as const;
const worker = defineAgent({
  id: 'worker',
  version: 1,
  does: 'Works.',
  input: z.strictObject({}),
  outcomes: { done: z.strictObject({ n: z.int() }) },
  limits: { maxTurns: 1, maxRepairs: 0, deadlineMs: 500 },
  shared: { maxGrants: 2 },
  examples: [],
  act: (_, say) => say.done({ n: 1 }),
});
/** The world of one agent whose work is shared. */
export const sharedWorld = worldOf(
  defineOrganisation({ id: 'shared', agents: [worker], roles: {} }),
  {
    approveWithinMs: 500,
    limits: { maxAttempts: 2 },
  },
);

const ref = (value: Json) => ({ hash: hashOf(value), scope: SCOPE, contract: 'any' });
/** A run that wants the work; its own timers stand still, as one says nothing whose process is gone. */
function wanting(name: string): Environment {
  const given = {};
  const project = { project: '.' };
  const system = {
    run: `${SCOPE}/${name}`,
    scope: SCOPE,
    started: {
      kind: 'started',
      machine: 'solo',
      input: {
        node: 'worker',
        input: ref(given),
        project: ref(project),
        deadlineMs: 1_000,
      } as unknown as Json,
      values: { [hashOf(given)]: given, [hashOf(project)]: project },
      principal,
      at: 0,
    },
  } as const;
  const troubles = { hangs: false, pauses: false, mischief: false };
  return faults(sharedWorld, { system, says: { worker: { done: { n: 1 } } }, plans: [], troubles });
}
const ledger: Environment = {
  systems: [
    {
      run: LEDGER,
      scope: SCOPE,
      started: {
        kind: 'started',
        machine: 'ledger',
        input: { freshMs: 0, leaseMs: 100, maxGrants: 2 },
        principal,
        at: 0,
      },
    },
  ],
  answers: () => [],
  late: () => [],
  always: [],
  hangs: true,
  crashes: true,
  lasts: true,
  faultsPerPath: Infinity,
};
/** Two runs that want the same work, and the ledger that says who does it. */
export const sharedSystems = [ledger, wanting('r1'), wanting('r2')];

type Ledger = z.infer<typeof LedgerContext>;
type Lease = z.infer<typeof LeaseContext>;
const works = ({ cells }: StateView): Ledger['works'] =>
  ((cells.get('ledger')?.state.context ?? { works: {} }) as unknown as Ledger).works;
const work = ({ all = [] }: StateView) => Object.values(works(all[0] as StateView))[0];
/** Fences under which runs are at work. */
const atWork = ({ all = [] }: StateView): number[] =>
  all.flatMap(({ cells }) => {
    const cell = cells.get('solo/node');
    if (cell?.ended !== undefined || cell?.state.value !== 'working') return [];
    return [(cell.state.context as unknown as Lease).fence ?? 0];
  });

/** What holds of shared work, whatever happens to those who share it. */
export const sharedLaws: readonly Property[] = [
  always('3 who works was granted it', (state) => atWork(state).every((fence) => fence > 0)),
  everyEdge('3 a second is granted it only where the first is gone', [], (edge) => {
    const { move, before, tells } = edge;
    const [then] = Object.values(works(before));
    if (then?.owner === undefined || !tells.some(({ event }) => event.type === 'work.granted'))
      return true;
    const isLeft = move.kind === 'told' && move.event.type === 'work.left';
    return move.kind === 'timer' || (isLeft && then.owner.startsWith(`${move.from}#`));
  }),
  everyEdge(
    '3 a result counts only under the fence of its owner',
    [],
    ({ move, before, after }) => {
      if (move.kind !== 'told' || move.event.type !== 'work.done') return true;
      const [then] = Object.values(works(before));
      const { fence } = move.event as unknown as { fence: number };
      const isOwners = then?.owner?.startsWith(move.from) === true && then.fence === fence;
      return isOwners || JSON.stringify(works(before)) === JSON.stringify(works(after));
    },
  ),
  canEnd('1 nobody waits for ever', ({ kind }) => kind !== 'external'),
  sometimes('one waits for the other', (state) => (work(state)?.waiting.length ?? 0) > 0),
  sometimes('it is taken over', (state) => work(state)?.fence === 2),
  sometimes('one whose lease has passed is still at work', (state) => atWork(state).length === 2),
];

import type { Json } from '../../machines/protocol/values.ts';
import type { System } from '../kernel/system.ts';
import { sharedIn } from '../kernel/tells.ts';
import { sharingOf } from '../team/define-agent.ts';
import type { Organisation } from '../team/define-organisation.ts';

/** What the ledger of an agent's work is begun with; undefined where its work is not shared. */
export const ledgersOf =
  ({ byId }: Organisation) =>
  (node: string): Json | undefined => {
    const agent = byId.get(node);
    return agent?.shared && { ...sharingOf(agent) };
  };

/** The ledgers that a run has told something. */
export const ledgersTold = ({ peers = {} }: System): string[] =>
  Object.keys(peers).filter((run) => sharedIn(run) !== undefined);

import type { Clock, ModelHearing } from './ports.ts';
import type { Progress } from './progress.ts';
import type { Prompts } from './prompts.ts';
import type { Json } from '../../machines/protocol/values.ts';
import type { System } from '../kernel/system.ts';
import { reachedFrom } from '../team/charter.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { editionOf } from '../team/previous.ts';
import { membersOf } from '../team/members.ts';
import type { AnyTeam } from '../team/team.ts';

/** True where people may be asked at a node, or within it. */
function asksPeople(node: AnyTeam['nodes'][string]): boolean {
  if (node.kind === 'gate' || node.kind === 'decision') return true;
  const within = node.kind === 'team' ? Object.values(node.nodes) : membersOf(node);
  return within.some((one) => one !== node && asksPeople(one));
}

/**
 * True where what an actor writes may be shown before it has ended: no person is still to decide on what comes of it, in any team that it
 * works in.
 */
export function mayShow({ teams = [] }: Organisation, { actors }: System, actor: string): boolean {
  const steps = actor.split('/');
  return steps.every((_, index) => {
    const above = actors.get(steps.slice(0, index).join('/'));
    if (above?.machine === 'arbitration') return false;
    // Where its verifier does not accept it, a person decides whether the answer is given out.
    if (above?.machine === 'request')
      return (above.state.context as { roles: { verifier?: Json } }).roles.verifier === undefined;
    if (above?.node === undefined || !above.machine.startsWith('team-')) return true;
    const { id, version } = above.node;
    const team = editionOf(
      teams.find((one) => one.id === id),
      version,
    );
    if (team === undefined) return false;
    const key = (steps[index] ?? '').replace(/-\d+$/, '');
    const later = reachedFrom(team.charter, key, () => true);
    return ![...later].some((one) => asksPeople(team.nodes[one] as AnyTeam['nodes'][string]));
  });
}

export type Draft = Extract<Progress, { kind: 'draft' }>;

interface Parts {
  readonly organisation: Organisation;
  readonly clock: Clock;
  readonly onDraft?: (draft: Draft) => void;
}
interface Attempt {
  readonly actor: string;
  readonly effectId: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Who hears of a model's turn: the journal of what it is sent, observers of what it writes where that may be shown. */
export function hearingOf(
  { organisation, clock, onDraft }: Parts,
  prompts: Prompts,
  system: System,
  { actor, effectId, key, signal }: Attempt,
): ModelHearing {
  const { run } = system;
  const node = system.actors.get(actor)?.node?.id ?? '';
  const isShown =
    organisation.byId.get(node)?.streams === true && mayShow(organisation, system, actor);
  const show: ModelHearing['onDraft'] = (text, offset) => {
    if (signal.aborted) return;
    onDraft?.({ kind: 'draft', run, at: clock.now(), id: actor, node, text, offset });
  };
  return {
    onPrompt: (pieces) => prompts.note({ run, effectId, key }, pieces, signal),
    ...(isShown && onDraft && { onDraft: show }),
  };
}

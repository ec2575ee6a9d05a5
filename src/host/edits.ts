import type { Json } from '../../machines/protocol/values.ts';
import type { Review } from '../decide/reviews.ts';
import { BadEventError } from '../errors/bad-event-error.ts';
import { UnknownReviewError } from '../errors/unknown-review-error.ts';
import type { System, World } from '../kernel/system.ts';
import { parse, type Parsed } from '../team/contract.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Verdict } from './verdicts.ts';
import { toolOf } from './tool-calls.ts';

/**
 * A verdict whose content, where it has one, is parsed by the contract of what was asked about.
 * @throws UnknownReviewError where that has none to edit by; BadEventError for a content that breaks it.
 */
export function edited(
  world: World,
  organisation: Organisation,
  system: System,
  { id, run, actor, purpose }: Review,
  verdict: Verdict,
): Verdict {
  if (verdict.is !== 'edit') return verdict;
  const parsed = parsedBy(world, organisation, system, actor, purpose, verdict.value);
  if (parsed === undefined) throw new UnknownReviewError(id, 'edit');
  if (!parsed.ok) throw new BadEventError(run, 'gate.edited', parsed.issues);
  return { ...verdict, value: parsed.value };
}

function parsedBy(
  world: World,
  organisation: Organisation,
  { actors }: System,
  actor: string,
  purpose: string,
  value: Json,
): Parsed | undefined {
  const node = actors.get(actor)?.node;
  if (node !== undefined) return world.node(node.id, node.version)?.parseInput(value);
  const [what, name = ''] = purpose.split(':', 2);
  if (what !== 'tool' && what !== 'doubt') return undefined;
  // The gate stands below the task that wants the tool.
  const task = actors.get(actor.slice(0, actor.lastIndexOf('/')));
  const tool = toolOf(organisation, name, task?.node);
  // Who says that it happened says what it returned.
  return tool && parse(what === 'doubt' ? tool.output : tool.input, value);
}

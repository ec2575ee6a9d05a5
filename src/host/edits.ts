import type { Json } from '../../machines/protocol/values.ts';
import type { Review } from '../decide/reviews.ts';
import { BadEventError } from '../errors/bad-event-error.ts';
import { UnknownReviewError } from '../errors/unknown-review-error.ts';
import type { System, World } from '../kernel/system.ts';
import { parse, type Parsed } from '../team/contract.ts';
import type { Organisation } from '../team/define-organisation.ts';

/**
 * What a person put in the place of what they were asked about, parsed by the same contract.
 * @throws UnknownReviewError where that has none to edit by; BadEventError for a content that breaks it.
 */
export function edited(
  world: World,
  { tools }: Organisation,
  system: System,
  { id, run, actor, purpose }: Review,
  value: Json,
): Json {
  const parsed = parsedBy(world, tools, system.actors.get(actor)?.node?.id, purpose, value);
  if (parsed === undefined) throw new UnknownReviewError(id, 'edit');
  if (!parsed.ok) throw new BadEventError(run, 'gate.edited', parsed.issues);
  return parsed.value;
}

function parsedBy(
  world: World,
  tools: Organisation['tools'],
  node: string | undefined,
  purpose: string,
  value: Json,
): Parsed | undefined {
  if (node !== undefined) return world.node(node)?.parseInput(value);
  const [what, name = ''] = purpose.split(':', 2);
  const tool = tools.get(name);
  // Who says that it happened says what it returned.
  if (what === 'doubt') return tool && parse(tool.output, value);
  return what === 'tool' ? tool && parse(tool.input, value) : undefined;
}

import type * as z from 'zod';
import { DefinitionError } from '../errors/definition-error.ts';
import { requireName } from './names.ts';
import type { Node } from './team.ts';

/** A node that stands in the organisation under an id of its own. */
type Named = Node & { readonly id: string };

/** What a run's outcome begins: another run, in the same scope. */
export interface Trigger {
  readonly kind: 'trigger';
  readonly id: string;
  readonly when: { readonly node: Named; readonly outcome: string };
  readonly begin: Named;
  /** Makes its input of the value of the outcome. */
  readonly with: (value: never) => unknown;
}

/**
 * Defines what comes after: when a run of `when.node` has ended as `when.outcome`, alone or as a part of a request, `begin` is run, once.
 * @param definition `with` may be left out only where the value fits as it is.
 * @throws DefinitionError for an outcome that the node does not declare.
 */
export function defineTrigger<
  A extends Named,
  const O extends keyof A['outcomes'] & string,
  B extends Named,
>(
  definition: {
    readonly id: string;
    readonly when: { readonly node: A; readonly outcome: O };
    readonly begin: B;
  } & ([z.output<A['outcomes'][O]>] extends [z.input<B['input']>]
    ? { readonly with?: (value: z.output<A['outcomes'][O]>) => z.input<B['input']> }
    : { readonly with: (value: z.output<A['outcomes'][O]>) => z.input<B['input']> }),
): Trigger {
  const { id, when, begin } = definition;
  const where = `trigger ${id}`;
  requireName(where, id);
  if (!Object.hasOwn(when.node.outcomes, when.outcome))
    throw new DefinitionError(where, `${when.node.id} never ends as ${when.outcome}`);
  const map = (definition.with ?? ((value: unknown) => value)) as Trigger['with'];
  return { kind: 'trigger', id, when, begin, with: map };
}

/** What begins one another for ever is refused before it begins. @throws DefinitionError naming the circle. */
export function requireNoCircle(triggers: readonly Trigger[]): void {
  const next = (id: string) =>
    triggers.filter(({ when }) => when.node.id === id).map(({ begin }) => begin.id);
  const walk = (id: string, way: readonly string[]): void => {
    if (way.includes(id))
      throw new DefinitionError(
        `trigger ${triggers.find(({ when }) => when.node.id === way.at(-1))?.id}`,
        `it leads in a circle: ${[...way.slice(way.indexOf(id)), id].join(', ')}`,
      );
    for (const one of next(id)) walk(one, [...way, id]);
  };
  for (const { when } of triggers) walk(when.node.id, []);
}

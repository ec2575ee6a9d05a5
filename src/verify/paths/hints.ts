import type { Json, ValueRef } from '../../../machines/protocol/values.ts';
import { hashOf } from '../../kernel/canonical.ts';

/** One way to fill a field; undefined leaves it out. */
export type Choice = Json | undefined;

/** What the generator cannot read in a machine's schemas. */
export interface Hints {
  /** What the machine is begun with, made of references to the values; each input is a graph of its own. */
  readonly inputs: (refs: readonly ValueRef[]) => readonly Json[];
  /** The distinct values that references stand for; what a machine's wires read must be in them. */
  readonly values?: readonly Json[];
  /** Outcomes that an agent says, and that a child ends with where `endings` does not name it. */
  readonly outcomes?: readonly string[];
  /** Outcomes by a child's id, without the number behind it: `planner-2` is `planner`. */
  readonly endings?: Readonly<Record<string, readonly string[]>>;
  /** Why a transition can never be taken; undefined for all that can. */
  readonly never?: (where: string) => string | undefined;
  /** Where nothing more is offered: what only the neighbours of the machine bound would grow for ever. */
  readonly isFar?: (context: Json) => boolean;
  /** Names for a field that is any text. */
  readonly names?: readonly string[];
  /** Choices by event and field, in the place of those that the schema gives. */
  readonly fields?: Readonly<
    Record<string, Readonly<Record<string, (refs: readonly ValueRef[]) => readonly Choice[]>>>
  >;
}

/** Who asked for the run; the two others are a person that a machine may name, and one that it does not know. */
export const REQUESTER = 'requester';
export const PRINCIPALS = [REQUESTER, 'named', 'stranger'] as const;

const DEFAULT_VALUES: readonly Json[] = [{ text: 'a' }, { text: 'b' }];
export const SCOPE = 'local/paths/main';

/** The values by their hashes, and the references to them. */
export function valuesOf({ values = DEFAULT_VALUES }: Hints): {
  readonly refs: readonly ValueRef[];
  readonly table: Readonly<Record<string, Json>>;
} {
  const refs = values.map((value) => ({
    hash: hashOf(value),
    scope: SCOPE,
    contract: 'path@1.value',
  }));
  const table = Object.fromEntries(refs.map(({ hash }, at) => [hash, values[at] as Json]));
  return { refs, table };
}

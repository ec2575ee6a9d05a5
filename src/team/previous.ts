import type { Json } from '../../machines/protocol/values.ts';
import { DefinitionError } from '../errors/definition-error.ts';

/** Where an actor stands in its machine. */
export interface Standing {
  readonly value: Json;
  readonly context: Json;
}
/** By the version it goes on from: a pure function of where an actor stood to where it stands in the new definition. */
export type Migrations = Readonly<Record<number, (from: Standing) => Standing>>;

/** What a definition may say of those before it. */
export interface Succession<N> {
  /** Definitions of lower versions that runs in flight keep to their end, theirs included. */
  readonly previous: readonly N[];
  /** For runs in flight whose version is not kept. */
  readonly migrate: Migrations;
}

interface Edition {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
}
type Kept = Edition & { readonly previous: readonly Kept[] };

/**
 * What a definition keeps of those before it, newest first, with all that they keep themselves.
 * @throws DefinitionError for a version that is no whole number from 1 on, one of another kind or id, one that is not lower,
 *   two different ones of the same version, and a migration from a version that is not lower.
 */
export function succession<N extends Kept>(
  where: string,
  { kind, id, version }: Edition,
  { previous = [], migrate = {} }: Partial<Succession<N>>,
): Succession<N> {
  const refuse = (problem: string): never => {
    throw new DefinitionError(where, problem);
  };
  const isVersion = (number: number) => Number.isInteger(number) && number >= 1;
  if (!isVersion(version)) refuse(`version is ${version}, not a whole number of at least 1`);
  const all = [...new Set(previous.flatMap((one) => [one, ...(one.previous as readonly N[])]))];
  for (const [at, one] of all.entries()) {
    if (one.kind !== kind || one.id !== id)
      refuse(`previous holds the ${one.kind} ${one.id}, another definition`);
    if (one.version >= version)
      refuse(`previous holds version ${one.version}, which is not below ${version}`);
    if (all.findIndex((other) => other.version === one.version) !== at)
      refuse(`previous holds two definitions of version ${one.version}`);
  }
  for (const from of Object.keys(migrate).map(Number))
    if (!isVersion(from) || from >= version)
      refuse(`it migrates from ${from}, which is no version below ${version}`);
  return { previous: all.toSorted((a, b) => b.version - a.version), migrate };
}

/** A definition with those that it keeps. */
export const editionsOf = <N extends Kept>(newest: N): readonly N[] => [
  newest,
  ...(newest.previous as readonly N[]),
];

/** The very definition of a version. */
export const editionOf = <N extends Kept>(newest: N | undefined, version: number): N | undefined =>
  newest && editionsOf(newest).find((one) => one.version === version);

/** Things by id and version. */
export class Editions<T> {
  readonly #all = new Map<string, Map<number, T>>();
  readonly #newest = new Map<string, number>();

  add(id: string, version: number, one: T): void {
    const known = this.#all.get(id);
    if (known === undefined) this.#all.set(id, new Map([[version, one]]));
    else known.set(version, one);
    this.#newest.set(id, Math.max(version, this.#newest.get(id) ?? 0));
  }

  /** @param version default the newest. */
  get(id: string, version = this.#newest.get(id) ?? 0): T | undefined {
    return this.#all.get(id)?.get(version);
  }
}

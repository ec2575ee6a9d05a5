import { asksPerson } from '../../machines/protocol/effects.ts';
import type { ValueRef } from '../../machines/protocol/values.ts';
import type { OpenEffect } from '../kernel/system.ts';

/** What a person is asked about, as the journal keeps it: no words. */
export type About = {
  readonly purpose: string;
  readonly hash: string;
};

/** What stands in the journal of an effect that asks a person; undefined of any other. */
export function askedAbout({ kind, params }: OpenEffect): About | undefined {
  if (!asksPerson(kind)) return undefined;
  const { purpose, subject } = params as unknown as { purpose: string; subject?: ValueRef };
  return { purpose, hash: subject?.hash ?? '' };
}

import type { BelowContext } from '../../machines/below.ts';
import type { ValueRef } from '../../machines/protocol/values.ts';
import { hashOfText } from '../kernel/canonical.ts';
import type { System } from '../kernel/system.ts';
import { runNamed } from './system-id.ts';
import { idOf } from './tool-calls.ts';

const ID_CHARS = 20;

/** A node that is to work in a scope below. */
export interface Wanted {
  readonly node: string;
  readonly version: number;
  readonly scope: string;
  readonly input: ValueRef;
}

/** The run below that an effect asks for: the same for each attempt. */
export const runFor = (scope: string, key: string): string =>
  runNamed(scope, `below-${hashOfText(key).slice(0, ID_CHARS)}`);

/** The runs below that a system is waiting for, and whether it is paused where it waits. */
export const runsBelow = ({
  effects,
  actors,
}: System): { readonly run: string; readonly isPaused: boolean }[] =>
  Object.entries(effects).flatMap(([effectId, { kind, params, actor }]) => {
    if (kind !== 'run.begin') return [];
    const at = actors.get(actor)?.state.context as Partial<BelowContext> | undefined;
    return [
      {
        run: runFor((params as unknown as Wanted).scope, idOf(effectId)),
        isPaused: at?.isPaused === true,
      },
    ];
  });

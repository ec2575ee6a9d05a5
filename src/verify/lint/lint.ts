import type { Machine } from '../../kernel/system.ts';
import { actionRules } from './actions.ts';
import { exitRules } from './exits.ts';
import { eventRules } from './events.ts';
import { frameRules } from './frame.ts';
import type { Fault, Rule } from './rule.ts';
import { viewOf } from './view.ts';

/** Every rule by its name; each says in its function's comment why it is one. */
export const lintRules: Readonly<Record<string, Rule>> = {
  ...frameRules,
  ...actionRules,
  ...eventRules,
  ...exitRules,
};

/** What a machine's definition breaks of what the kernel, the checker and the journal rely on; empty where it is fit. */
export function lint(machine: Machine): Fault[] {
  return Object.values(lintRules).flatMap((rule) => rule(viewOf(machine)));
}

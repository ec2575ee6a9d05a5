import type { Usage } from '../../machines/protocol/usage.ts';
import type { JournalRecord } from '../store/ports.ts';
import { committedOf } from './trace.ts';

/** What the models of a run took: answers that were billed, and what for. */
export interface ModelUsage {
  readonly answers: number;
  readonly tokens: { readonly input: number; readonly output: number };
  /** In the currency of the configured prices. */
  readonly cost: number;
}

/** Adds up what was billed in a run; undefined where no model answered. */
export function usageIn(records: readonly JournalRecord[]): ModelUsage | undefined {
  const bills = committedOf(records).flatMap(({ incoming }): Usage[] => {
    if (incoming.kind !== 'answer') return [];
    const { usage } = incoming.event as { readonly usage?: Usage };
    return usage === undefined ? [] : [usage];
  });
  if (bills.length === 0) return undefined;
  const sum = (of: (usage: Usage) => number) => bills.reduce((all, one) => all + of(one), 0);
  return {
    answers: bills.length,
    tokens: {
      input: sum(({ tokens }) => tokens.input),
      output: sum(({ tokens }) => tokens.output),
    },
    cost: sum(({ cost }) => cost),
  };
}

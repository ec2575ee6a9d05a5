import type { Commit } from '../engine/ports.ts';

/** What an observer hears while a run is under way. */
export type Progress = { readonly run: string; readonly at: number } & (
  | { readonly kind: 'handed'; readonly id: string; readonly node: string }
  | { readonly kind: 'tool'; readonly id: string; readonly tool: string }
  /** What a model writes, before any contract: it may come to nothing. From `offset` on; at 0 it begins anew. */
  | {
      readonly kind: 'draft';
      readonly id: string;
      readonly node: string;
      readonly text: string;
      readonly offset: number;
    }
  | { readonly kind: 'asked'; readonly id: string; readonly purpose: string }
  | {
      readonly kind: 'ended';
      readonly id: string;
      readonly outcome: string;
      readonly reason?: string;
    }
);

/** The part of a commit that a person wants to see. */
export function progressOf({ run, incoming: { at }, outgoing }: Commit): Progress[] {
  return outgoing.flatMap((item): Progress[] => {
    if (item.kind === 'handed')
      return [{ run, at, kind: 'handed', id: item.actor, node: item.node }];
    if (item.kind === 'ended') {
      const { outcome, reason } = item.ending;
      return [
        {
          run,
          at,
          kind: 'ended',
          id: item.actor,
          outcome,
          ...(reason !== undefined && { reason }),
        },
      ];
    }
    if (item.kind !== 'effect') return [];
    const { kind, actor: id, params } = item.effect;
    const { tool = '', purpose = '' } = params as { tool?: string; purpose?: string };
    if (kind === 'tool.call') return [{ run, at, kind: 'tool', id, tool }];
    return kind === 'person.ask' ? [{ run, at, kind: 'asked', id, purpose }] : [];
  });
}

import type { Journal, Store } from '../../src/store/ports.ts';

/** Each pair of them may be mixed up in one way or another. */
export const SCOPES = [
  'acme',
  'acme/shop',
  'acme/shop/main',
  'acme/shop/side',
  'acme/shopping',
  'acme/hall/main',
  'acm',
  'zeta/shop/main',
  'zeta',
  'public',
] as const;
export const SESSIONS = ['day', 'night'] as const;
export const NODES = ['clerk', 'thinker', 'teller', 'desk', 'listener'] as const;
export const VERBS = [
  'look',
  'recall',
  'pay',
  'trip look',
  'fail',
  'break',
  'refuse',
  'note',
] as const;
export const OF_A_WORLD = 4;

/** What a world is kept in; opened anew for each process. */
export interface Shelf {
  journal(): Journal;
  store(): Store;
}

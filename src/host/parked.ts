import type { Principal } from '../../machines/protocol/principal.ts';
import { openActors } from '../engine/loading.ts';
import type { Engine } from '../engine/ports.ts';
import { VersionUnavailableError } from '../errors/version-unavailable-error.ts';
import type { Journal } from '../store/ports.ts';

/** A run, or why it is parked. */
export async function orParked<T>(loading: Promise<T>): Promise<T | string> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof VersionUnavailableError) return error.message;
    throw error;
  }
}

/** Ends a parked run; where nobody is left in it, it has ended and only cannot be read. */
export async function retire(
  { engine, journal }: { readonly engine: Engine; readonly journal: Journal },
  run: string,
  principal: Principal,
  at: number,
): Promise<void> {
  const actors = openActors(await journal.read(run));
  if (actors.length > 0) await engine.submit(run, { kind: 'retired', actors, principal, at });
}

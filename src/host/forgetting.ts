import type { Fact } from '../../machines/protocol/effects.ts';
import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import type { Incoming, System } from '../kernel/system.ts';
import type { Knowing } from '../memory/knowing.ts';
import type { Memory } from '../memory/memory.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Journal, JournalRecord } from '../store/ports.ts';
import { sharedTold } from './ledgers.ts';
import { untelling } from './untelling.ts';

/** Who lets a ledger know what no run says. */
interface Telling {
  tellLedger(run: string, event: Fact): Promise<System>;
}

/** The values that a run has told another system, by its records. */
const broughtBy = (run: string, records: readonly JournalRecord[]): string[] =>
  records.flatMap((record) => {
    if (record.kind !== 'committed') return [];
    const incoming = record.incoming as unknown as Incoming;
    if (incoming.kind !== 'told' || incoming.from !== run) return [];
    return (incoming.values ?? []) as unknown as readonly string[];
  });

/** Takes values out of a ledger. @throws RunOpenError for a run to which one of them is on its way. */
export const unsharing =
  (engine: LocalEngine, host: () => Telling) =>
  async (shared: string, values: ReadonlySet<string>): Promise<void> => {
    const event = { type: 'values.forgotten', values: [...values] } as Fact;
    const waits = waitingFor(await host().tellLedger(shared, event), values);
    if (waits !== undefined) throw new RunOpenError(waits);
    await engine.shed(shared, values);
  };

interface Keeping {
  readonly journal: Journal;
  readonly sessions: Sessions;
  readonly memory: Memory;
}

/**
 * Forgets a run; before that what later runs, the turns of its conversation among them, were told of it, what it taught, and what it told of
 * its work those who share it.
 * @throws as `Nova.forget`.
 */
export function forgotten(
  engine: LocalEngine,
  { knowing, ...parts }: Keeping & { readonly knowing: Knowing },
  host: Telling,
  run: string,
  hash?: string,
): Promise<number> {
  return knowing.leave([run], () => forgottenNow(engine, parts, host, run, hash));
}

async function forgottenNow(
  engine: LocalEngine,
  { journal, sessions, memory }: Keeping,
  host: Telling,
  run: string,
  hash?: string,
): Promise<number> {
  const system = await engine.load(run);
  const unshare = unsharing(engine, () => host);
  const isOver = system?.ended !== undefined && system.tells.length === 0;
  if (isOver && hash === undefined) {
    await sessions.requireOver(system);
    const untell = await untelling({ engine, journal }, system);
    await memory.unteach(run);
    await untell();
  }
  for (const shared of isOver ? sharedTold(system) : []) {
    const brought = broughtBy(run, await journal.read(shared));
    const values = new Set(brought.filter((one) => hash === undefined || one === hash));
    if (values.size > 0) await unshare(shared, values);
  }
  const count = await engine.forget(run, hash);
  // What it has taught meanwhile.
  if (hash === undefined) await memory.unteach(run);
  return count;
}

/** Whom such a value is still on its way to. */
const waitingFor = ({ tells }: System, values: ReadonlySet<string>): string | undefined =>
  tells.find(({ event }) => [...values].some((hash) => JSON.stringify(event).includes(hash)))?.run;

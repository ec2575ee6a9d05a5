import type { Fact } from '../../machines/protocol/effects.ts';
import type { LocalEngine } from '../engine/local.ts';
import { RunOpenError } from '../errors/run-open-error.ts';
import type { Incoming, System } from '../kernel/system.ts';
import type { Journal, JournalRecord } from '../store/ports.ts';
import { sharedTold } from './ledgers.ts';

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

/** Forgets a run, and before that what it told of its work those who share it. @throws as `Nova.forget`. */
export async function forgotten(
  engine: LocalEngine,
  journal: Journal,
  host: Telling,
  run: string,
  hash?: string,
): Promise<number> {
  const system = await engine.load(run);
  const isOver = system?.ended !== undefined && system.tells.length === 0;
  for (const shared of isOver ? sharedTold(system) : []) {
    const brought = new Set(broughtBy(run, await journal.read(shared)));
    const values = [...brought].filter((one) => hash === undefined || one === hash);
    if (values.length === 0) continue;
    const told = await host.tellLedger(shared, { type: 'values.forgotten', values } as Fact);
    const waits = waitingFor(told, values);
    if (waits !== undefined) throw new RunOpenError(waits);
    await engine.shed(shared, new Set(values));
  }
  return engine.forget(run, hash);
}

/** Whom such a value is still on its way to. */
const waitingFor = ({ tells }: System, values: readonly string[]): string | undefined =>
  tells.find(({ event }) => values.some((hash) => JSON.stringify(event).includes(hash)))?.run;

import { scopeOfRun } from '../../machines/protocol/scope.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { step } from '../kernel/step.ts';
import { emptySystem, type Incoming, type System } from '../kernel/system.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { readDocument } from '../store/document-text.ts';
import type { WrittenWay } from '../verify/way.ts';
import { columns, printable } from './print.ts';

/** A way has few events; what is larger is no way. */
const MAX_WAY_BYTES = 16 * 1024 * 1024;

/** @throws BadRequestError for a file that is no counterexample. */
export async function readWay(file: string): Promise<WrittenWay> {
  const { WrittenWay: Way } = await import('../verify/way.ts');
  try {
    return await readDocument(file, Way, MAX_WAY_BYTES);
  } catch (cause) {
    const problem = (cause as Error).message;
    throw new BadRequestError(`${problem}; it is no counterexample of nova check`, { cause });
  }
}

/** The actors that an event moved, each with where it came to or how it ended. */
function movedText(before: System, after: System): string {
  const rows = [...after.actors]
    .filter(([path, actor]) => before.actors.get(path) !== actor)
    .map(([path, { state, ended }]) => {
      const value = typeof state.value === 'string' ? state.value : JSON.stringify(state.value);
      const end = ended === undefined ? '' : `ended ${ended.outcome} ${ended.reason ?? ''}`.trim();
      return [`     ${path}`, end === '' ? value : end];
    });
  const dead = after.dead
    .slice(before.dead.length)
    .map(({ to, event, reason }) => [`     ${to}`, `dead letter ${event.type}: ${reason}`]);
  return columns([...rows, ...dead]);
}

/**
 * `nova show FILE.json`: goes along a counterexample, event by event, by the same step.
 * @throws BadRequestError for a file that is none, or whose organisation is not there any more.
 */
export async function replay(load: () => Promise<Organisation>, file: string): Promise<number> {
  const way = await readWay(file);
  const { name, fault, module, organisation: id, run, moves, events } = way;
  const [{ loadCheckable }, { worldOfWay }] = await Promise.all([
    import('../verify/check-module.ts'),
    import('../verify/way.ts'),
  ]);
  const all = module === null ? [await load()] : (await loadCheckable(module)).organisations;
  const organisation = all.find((one) => one.id === id);
  if (organisation === undefined)
    throw new BadRequestError(`there is no organisation ${id} any more`);
  const world = worldOfWay(organisation, way);
  let system = emptySystem(run, scopeOfRun(run));
  const lines = [`${name}: ${fault}`];
  for (const [at, event] of events.entries()) {
    try {
      const next = step(world, system, event as unknown as Incoming).system;
      const move = moves[at - 1] ?? 'it begins';
      lines.push(`${String(at).padStart(3)}. ${move}`, movedText(system, next));
      system = next;
    } catch (cause) {
      // A way is a file, and anybody may have written it.
      throw new BadRequestError(`${file}, at events[${at}]: this is no event`, { cause });
    }
  }
  process.stdout.write(`${printable(lines.filter((line) => line !== '').join('\n'))}\n`);
  return 0;
}

import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/define-config.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import type { Batches } from '../inspect/frames.ts';
import { openInspector } from '../inspect/open-inspector.ts';
import { JournalTail } from '../store/journal-tail.ts';

export interface InspectFlags {
  readonly port?: string;
  readonly context?: boolean;
  readonly once?: boolean;
  readonly origin?: readonly string[];
}

/** Between two looks at a journal that another process writes. */
const LOOK_MS = 200;
const MAX_PORT = 65_535;

function portOf(port: string | undefined): number {
  const number = Number(port ?? 0);
  if (!Number.isInteger(number) || number < 0 || number > MAX_PORT)
    throw new BadRequestError(`--port is a number from 0 to ${MAX_PORT}`);
  return number;
}

/** Origins are compared as browsers write them. */
function originOf(given: string): string {
  if (URL.canParse(given) && new URL(given).origin === given) return given;
  throw new BadRequestError(`${given} is no origin: https://stately.ai is one`);
}

/** What there is; with a signal also what comes, until then. */
async function* batches(folder: string, run: string, signal?: AbortSignal): Batches {
  const tail = new JournalTail(folder);
  for (;;) {
    const records = await tail.read(run);
    if (records.length > 0) yield records;
    if (signal === undefined) return;
    await wait(LOOK_MS, undefined, { signal });
  }
}

/**
 * `nova inspect`: a run, recorded or going on, for the Stately inspector; until Ctrl-C, or once.
 * Reads the journal beside whoever writes it.
 * @throws UnknownRunError; BadRequestError for a port or an origin that is none; CannotListenError.
 */
export async function inspect(
  organise: () => Promise<Config>,
  folder: string,
  run: string,
  { port, context = false, once = false, origin = [] }: InspectFlags,
): Promise<number> {
  const places = { port: portOf(port), origins: origin.map(originOf) };
  if ((await new JournalTail(folder).read(run)).length === 0) throw new UnknownRunError(run);
  const { organisation, model } = await organise();
  const { promise: over, resolve: finish, reject: fail } = Promise.withResolvers<void>();
  const server = await openInspector({
    ...places,
    organisation,
    run,
    hasModel: model !== undefined,
    withContext: context,
    records: (signal) => batches(folder, run, once ? undefined : signal),
    onServed: () => once && finish(),
    onTrouble: fail,
  });
  process.on('SIGINT', finish);
  process.on('SIGTERM', finish);
  process.stdout.write(`${server.url}\n`);
  try {
    await over;
    return 0;
  } finally {
    process.off('SIGINT', finish);
    process.off('SIGTERM', finish);
    await server.close();
  }
}

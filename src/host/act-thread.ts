import { parentPort, workerData } from 'node:worker_threads';
import type { Json } from '../../machines/protocol/values.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { examplesAreHeld } from '../team/examples.ts';
import { editionOf } from '../team/previous.ts';
import { ActSession, type RecordedCall, type TurnResult } from './act-session.ts';

/** What the thread is told: one turn of one session. */
export interface ThreadTurn {
  readonly turn: number;
  readonly session: string;
  readonly agent: string;
  readonly version: number;
  readonly input: Json;
  readonly calls: readonly RecordedCall[];
}
export interface ThreadReply {
  readonly turn: number;
  readonly result: TurnResult;
}

const isOrganisation = (value: unknown): value is Organisation =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'organisation';

/** The organisation is found by its kind, so that its module may call it what it likes. */
async function load(url: string, id: string): Promise<Organisation> {
  const module = (await import(url)) as Record<string, unknown>;
  const found = Object.values(module).find((value) => isOrganisation(value) && value.id === id);
  if (found === undefined) throw new Error(`${url} exports no organisation ${id}`);
  return found as Organisation;
}

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const { url, id } = workerData as { url: string; id: string };
  const loading = load(url, id);
  let current: { id: string; session: ActSession } | undefined;
  const take = async ({
    session,
    agent,
    version,
    input,
    calls,
  }: ThreadTurn): Promise<TurnResult> => {
    if (current?.id !== session || current.session.isOver) {
      const found = editionOf((await loading).byId.get(agent), version);
      if (found === undefined)
        return {
          kind: 'threw',
          message: `the organisation ${id} has no agent ${agent}@${version}`,
        };
      current = { id: session, session: new ActSession(found, input, calls) };
    }
    return current.session.turn(calls);
  };
  const answer = async (message: ThreadTurn) => {
    const reply = (result: TurnResult) =>
      port.postMessage({ turn: message.turn, result } satisfies ThreadReply);
    try {
      reply(await take(message));
    } catch (error) {
      // An outcome that cannot be cloned, or an organisation that does not load.
      reply({ kind: 'threw', message: error instanceof Error ? error.message : String(error) });
    }
  };
  port.on('message', (message: ThreadTurn) => void answer(message));
}

if (parentPort !== null) {
  examplesAreHeld();
  await serve(parentPort);
}

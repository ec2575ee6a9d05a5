import type { Organisation } from '../team/define-organisation.ts';
import { worldOf } from '../team/world.ts';
import { serveFrames, type FrameServer, type FrameServerOptions } from '../server/frame-server.ts';
import { framesOf, type Batches } from './frames.ts';
import type { MessageOptions } from './messages.ts';

export interface InspectorOptions extends MessageOptions, Omit<FrameServerOptions, 'frames'> {
  /** The organisation that the run belongs to. */
  readonly organisation: Organisation;
  /** As in `ask`: scope and id, `local/<id>`. */
  readonly run: string;
  /** The run's records from its beginning on; called anew for each client, which may come late. */
  readonly records: (signal: AbortSignal) => Batches;
  /** True where the run has a model; default false. */
  readonly hasModel?: boolean;
}

/**
 * Opens a run for the Stately inspector: a WebSocket on loopback that sends its messages from the beginning to whoever
 * connects, and goes on while the run does. Contexts and events come by their keys only, but `withContext`.
 * @throws CannotListenError where the port is taken. A run that does not replay is told to `onTrouble`.
 */
export function openInspector(options: InspectorOptions): Promise<FrameServer> {
  const { organisation, run, records, hasModel = false, withContext = false } = options;
  const world = worldOf(organisation, { hasModel });
  return serveFrames({
    ...options,
    frames: (signal) => framesOf(world, run, records(signal), { withContext }),
  });
}

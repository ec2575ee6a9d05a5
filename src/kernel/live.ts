import { step, type Stepped } from './step.ts';
import type { Incoming, System, World } from './system.ts';
import { liveDriver, type InspectionEvent } from './xstate.ts';

/**
 * Runs a system on live XState actors behind one FIFO router: what an inspector attaches to.
 * Equal to folding `step` over the same events.
 * @param inspect XState's inspection events of every actor.
 */
export function live(world: World, from: System, inspect?: (event: InspectionEvent) => void) {
  const driver = liveDriver(inspect);
  let system = from;
  return {
    get system(): System {
      return system;
    },
    submit(incoming: Incoming): Stepped {
      const stepped = step(world, system, incoming, driver);
      system = stepped.system;
      return stepped;
    },
  };
}

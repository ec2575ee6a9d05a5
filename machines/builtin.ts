import { gateMachine } from './gate.ts';
import { planMachine } from './plan.ts';
import { requestMachine } from './request.ts';
import { soloMachine } from './solo.ts';
import { taskMachine } from './task.ts';

/** The machines that every world has, by their ids. */
export const builtinMachines = {
  request: requestMachine,
  task: taskMachine,
  plan: planMachine,
  gate: gateMachine,
  solo: soloMachine,
} as const;

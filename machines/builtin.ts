import type { AnyStateMachine } from 'xstate';
import { arbitrationMachine } from './arbitration.ts';
import { belowMachine } from './below.ts';
import { budgetMachine } from './budget.ts';
import { claimMachine } from './claim.ts';
import { fundMachine } from './fund.ts';
import { gateMachine } from './gate.ts';
import { leaseMachine } from './lease.ts';
import { ledgerMachine } from './ledger.ts';
import { memoryMachine } from './memory.ts';
import { planMachine } from './plan.ts';
import { requestMachine } from './request.ts';
import { scheduleMachine } from './schedule.ts';
import { sessionMachine } from './session.ts';
import { soloMachine } from './solo.ts';
import { taskMachine } from './task.ts';

/** The machines that every world has, by their ids. */
export const builtinMachines = {
  request: requestMachine,
  task: taskMachine,
  plan: planMachine,
  gate: gateMachine,
  arbitration: arbitrationMachine,
  solo: soloMachine,
  claim: claimMachine,
  below: belowMachine,
  budget: budgetMachine,
  lease: leaseMachine,
  ledger: ledgerMachine,
  fund: fundMachine,
  memory: memoryMachine,
  schedule: scheduleMachine,
  session: sessionMachine,
} as const;

/** Earlier versions of them, by id: a run in flight goes on with the one it began with. */
export const formerMachines: readonly (readonly [id: string, machine: AnyStateMachine])[] = [];

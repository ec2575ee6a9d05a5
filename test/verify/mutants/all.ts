import { decisionMutants } from './decisions.ts';
import { budgetMutants } from './budgets.ts';
import { gateMutants } from './gates.ts';
import { claimMutants } from './claims.ts';
import { kernelMutants } from './kernels.ts';
import { letterMutants } from './letters.ts';
import { stopMutants } from './stops.ts';
import { requestMutants } from './requests.ts';
import { taskMutants } from './tasks.ts';

/** Every sown defect, those of machines first. */
export const machineMutants = [
  ...taskMutants,
  ...gateMutants,
  ...claimMutants,
  ...budgetMutants,
  ...requestMutants,
  ...decisionMutants,
];
export const mutants = [...machineMutants, ...kernelMutants, ...letterMutants, ...stopMutants];

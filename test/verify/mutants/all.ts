import { decisionMutants } from './decisions.ts';
import { kernelMutants } from './kernels.ts';
import { requestMutants } from './requests.ts';
import { taskMutants } from './tasks.ts';

/** Every sown defect, those of machines first. */
export const machineMutants = [...taskMutants, ...requestMutants, ...decisionMutants];
export const mutants = [...machineMutants, ...kernelMutants];

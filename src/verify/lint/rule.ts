import type { MachineView } from './view.ts';

/** A promise that a machine's definition breaks. */
export interface Fault {
  readonly rule: string;
  /** The state or the machine. */
  readonly where: string;
  readonly what: string;
}
export type Rule = (machine: MachineView) => Fault[];

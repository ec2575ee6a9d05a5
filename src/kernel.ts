export { Table } from './kernel/table.ts';
export { step, type Stepped } from './kernel/step.ts';
export { live } from './kernel/live.ts';
export { DEFAULT_KERNEL_LIMITS } from './kernel/limits.ts';
export { emptySystem, systemOf } from './kernel/system.ts';
export type {
  Incoming,
  Outgoing,
  System,
  World,
  WrittenSystem,
  NodeSpec,
  Machine,
} from './kernel/system.ts';

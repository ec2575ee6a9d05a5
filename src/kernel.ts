export { step, type Stepped } from './kernel/step.ts';
export { live } from './kernel/live.ts';
export { DEFAULT_KERNEL_LIMITS, emptySystem } from './kernel/system.ts';
export type { Incoming, Outgoing, System, World, NodeSpec, Machine } from './kernel/system.ts';

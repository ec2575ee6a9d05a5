/** What bounds one run. */
export interface KernelLimits {
  /** Deliveries that one event may cause before the run ends `failed { livelock }`. */
  readonly maxDeliveriesPerStep: number;
  /** Attempts of one effect over restarts; beyond it the effect counts as hung. */
  readonly maxAttempts: number;
  /** Dead letters of a run before it is paused; resumed, it may have as many more. */
  readonly maxDeadLetters: number;
}
export const DEFAULT_KERNEL_LIMITS: KernelLimits = {
  maxDeliveriesPerStep: 10_000,
  maxAttempts: 5,
  maxDeadLetters: 1_000,
};

/** Calls once, after so many milliseconds; keeps no process alive. The returned function takes it back. */
export function afterMs(ms: number, wake: () => void): () => void {
  const handle = setTimeout(wake, ms).unref();
  return () => clearTimeout(handle);
}

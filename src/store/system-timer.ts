/** Calls once, after so many milliseconds; keeps no process alive. The returned function takes it back. */
export function afterMs(ms: number, wake: () => void): () => void {
  const handle = setTimeout(wake, ms).unref();
  return () => clearTimeout(handle);
}

/** Lets others go on: resolves when what waited for this process has had its turn. */
export const turnOfTheLoop = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Resolves after so many milliseconds. */
export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

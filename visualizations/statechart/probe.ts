/** What a machine's function is tried with. */
export interface Probe {
  readonly context: unknown;
  readonly event: unknown;
  /** What every guard says that the function asks. */
  readonly holds: boolean;
}

/** Missing parts that are tried, at most. */
const MAX_PROBES = 64;

/**
 * What a function of a machine comes to: machines are pure, so it is tried on stand-ins for context and event, then
 * once more for every part that it looked at, with that part missing, which adds what has another first word.
 * What hangs on the unknown is left out of a text. Empty where it always throws.
 */
export function probe(run: (args: Probe) => readonly string[]): string[] {
  const seen = new Set<string>();
  const texts = new Set<string>();
  const attempt = (missing: Missing | undefined, holds: boolean): void => {
    try {
      const context = standIn('context', missing, seen);
      const event = standIn('event', missing, seen);
      const before = new Set([...texts].map(firstWord));
      for (const text of run({ context, event, holds }))
        if (!before.has(firstWord(text))) texts.add(text.replace(/-?…\S*/g, ''));
    } catch {
      // A part that it cannot be without says nothing about what it asks for.
    }
  };
  attempt(undefined, true);
  attempt(undefined, false);
  for (const path of [...seen].slice(0, MAX_PROBES))
    for (const value of [undefined, null]) attempt({ path, value }, true);
  return [...texts];
}

const firstWord = (text: string): string => text.split(/\s/, 1)[0] ?? '';

interface Missing {
  readonly path: string;
  readonly value: undefined | null;
}

/** Something of which nothing is known: every part, call and element of it is another one; as text it is `…`. */
function standIn(path: string, missing: Missing | undefined, seen: Set<string>): unknown {
  const part = (name: string): unknown => {
    const at = `${path}.${name}`;
    seen.add(at);
    return missing?.path === at ? missing.value : standIn(at, missing, seen);
  };
  return new Proxy((): void => {}, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return () => '…';
      if (key === Symbol.iterator) return () => [part('…')][Symbol.iterator]();
      return typeof key === 'symbol' ? undefined : part(key);
    },
    apply: () => part('()'),
    has: () => true,
    ownKeys: () => ['…'],
    getOwnPropertyDescriptor: (_, key) => ({
      configurable: true,
      enumerable: true,
      value: part(String(key)),
    }),
  });
}

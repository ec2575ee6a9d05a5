import { planFaults, type CatalogueEntry, type Plan, type PlanBounds } from 'nova-agents';

type Part = Plan['parts'][number];

interface Known {
  readonly catalogue: readonly CatalogueEntry[];
  readonly bounds?: PlanBounds | undefined;
}

/** Everything that does not hold in a plan, as far as the catalogue tells it, a sentence each; undefined where it holds. */
export function graphFault(
  { catalogue, bounds }: Known,
  parts: readonly Part[],
): string | undefined {
  const entries = new Map(catalogue.map((entry) => [entry.id, entry]));
  const found = (node: string) => {
    const entry = entries.get(node);
    return entry && { outcomes: entry.gives };
  };
  const faults = [
    ...planFaults(parts, found, bounds),
    ...parts.flatMap((part) =>
      inputFaults(part, entries.get(part.node)?.takes).map((fault) => `part ${part.id}: ${fault}`),
    ),
  ];
  return faults.length === 0 ? undefined : faults.join('\n');
}

/** What is wrong with the keys of a part's input: those given beside those taken. */
function inputFaults({ input, takes = [] }: Part, known: readonly string[] = []): string[] {
  // Of who says nothing of his input nothing can be said here.
  if (known.length === 0) return takes.length === 0 ? [] : ['its input has no keys to take into'];
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return ['its input is no object'];
  const names = known.map((key) => key.replace(/\?$/, ''));
  const given = Object.keys(input);
  const taken = takes.map(({ to }) => to);
  const own = [...new Set([...given, ...taken])];
  const lacks = (key: string): boolean => !key.endsWith('?') && !own.includes(key);
  // Who needs nothing may be handed words that it does not look at.
  const isStray = (key: string): boolean =>
    !names.includes(key) && (key !== 'text' || known.some((one) => !one.endsWith('?')));
  return [
    ...own
      .filter(isStray)
      .map((key) => `its input has no key ${key}; it takes ${known.join(', ')}`),
    ...given
      .filter((key) => taken.includes(key))
      .map((key) => `${key} is given and taken; leave it out of the input`),
    ...known.filter(lacks).map((key) => `its input lacks ${key}`),
  ];
}

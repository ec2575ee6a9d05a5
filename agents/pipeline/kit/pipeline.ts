import { byText, inCode, readJsonRows, SCRIPTS } from 'nova-agents/tools';
import * as z from 'zod';
import type { Script } from './scripts.ts';

const MAX_FAULTS = 100;

/** A step of a declared pipeline; `needs` are the steps that have to pass before it. */
export interface Step {
  readonly id: string;
  readonly script: Script;
  readonly needs: readonly string[];
}
/** What is wrong with a file of steps, with its line. */
export interface Fault {
  readonly line: number;
  readonly why: string;
}

const Declared = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/i, 'it is no short name'),
  script: z.enum(SCRIPTS, `it is none of ${SCRIPTS.join(', ')}`),
  needs: z.array(z.string()).max(SCRIPTS.length).default([]),
});
type Placed = z.output<typeof Declared> & { readonly line: number };

const said = (value: unknown): string => inCode((JSON.stringify(value) ?? '').slice(0, 60));

/** What is wrong among steps that are right by themselves. */
function faultsAmong(steps: readonly Placed[]): Fault[] {
  return steps.flatMap(({ id, script, needs, line }, index) => {
    const before = steps.slice(0, index);
    const same = before.find((other) => other.script === script);
    return [
      ...(before.some((other) => other.id === id) ? [`two steps are called ${inCode(id)}`] : []),
      ...(same ? [`${inCode(script)} is run by ${inCode(same.id)} already`] : []),
      ...needs
        .filter((need) => need === id || !steps.some((other) => other.id === need))
        .map((need) => `it needs ${said(need)}, which is ${need === id ? 'itself' : 'no step'}`),
    ].map((why) => ({ line, why }));
  });
}

/** The steps in an order in which each comes after what it needs, as near to the file's as can be; those in a cycle are left. */
function inOrder<S extends Step>(
  steps: readonly S[],
): { readonly order: S[]; readonly cycle: S[] } {
  const order: S[] = [];
  let left = [...steps];
  for (;;) {
    const next = left.find(({ needs }) =>
      needs.every((need) => order.some(({ id }) => id === need)),
    );
    if (next === undefined) return { order, cycle: left };
    order.push(next);
    left = left.filter((step) => step !== next);
  }
}

/**
 * Reads `{ "steps": [{ "id", "script", "needs" }] }`: the steps in the order in which they run, or everything that is wrong with it. A
 * script runs once, so that there are at most as many steps as scripts.
 */
export function readPipeline(
  text: string,
): { readonly steps: readonly Step[] } | { readonly faults: readonly Fault[] } {
  const table = readJsonRows(text, false);
  const rows = 'fault' in table ? [] : table.rows;
  const read = rows.map((row): Placed | Fault[] => {
    const { line } = row;
    if ('fault' in row) return [{ line, why: row.fault }];
    const parsed = Declared.safeParse(row.cells);
    if (parsed.success) return { ...parsed.data, line };
    return parsed.error.issues.map(({ path, message }) => {
      const at = path[0] === undefined ? '' : `${inCode(String(path[0]))}: `;
      return { line, why: `${at}${message.replace(/^./, (sign) => sign.toLowerCase())}` };
    });
  });
  const steps = read.flatMap((one) => (Array.isArray(one) ? [] : [one]));
  const faults = [...read.flatMap((one) => (Array.isArray(one) ? one : [])), ...faultsAmong(steps)];
  if (faults.length === 0 && !isWhole(text))
    faults.push({ line: 1, why: 'it is no JSON of the form { "steps": [ … ] }' });
  if (faults.length === 0 && steps.length === 0) faults.push({ line: 1, why: 'it has no step' });
  if (faults.length > 0)
    return {
      faults: faults
        .toSorted((a, b) => a.line - b.line || byText(a.why, b.why))
        .slice(0, MAX_FAULTS),
    };
  const { order, cycle } = inOrder(steps);
  if (cycle.length === 0)
    return { steps: order.map(({ id, script, needs }) => ({ id, script, needs })) };
  return {
    faults: cycle.map(({ line, id }) => ({
      line,
      why: `${inCode(id)} is in a cycle of needs, or waits for one`,
    })),
  };
}

const Whole = z.strictObject({ steps: z.array(z.unknown()) });
function isWhole(text: string): boolean {
  try {
    return Whole.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

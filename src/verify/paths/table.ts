import type { PathsReport } from './paths.ts';
import type { Offer } from './stand.ts';

const HEAD = ['machine', 'states', 'transitions', 'pairs', 'taken', 'refused', 'unreachable'];

const way = (events: readonly Offer[]): string =>
  events.map(({ type }) => type).join(', ') || 'at once';

/** Reports as a text for people: a line a machine, then what is not covered and what is wrong. */
export function tableOf(reports: readonly PathsReport[]): string {
  const rows = reports.map(({ machine, states, transitions, pairs }) => [
    machine,
    String(states),
    `${transitions.covered} of ${transitions.all}`,
    String(pairs.all),
    String(pairs.taken),
    String(pairs.refused),
    String(pairs.unreachable),
  ]);
  const widths = HEAD.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    line(HEAD),
    ...rows.map(line),
    ...reports.flatMap(({ uncovered }) =>
      uncovered.map(({ kind, where, why }) => `not covered, ${kind} ${where}: ${why}`),
    ),
    ...reports.flatMap(({ machine, idle }) =>
      idle.map(({ where, events }) => `waits for ever in ${machine}, ${where}: ${way(events)}`),
    ),
    ...reports.flatMap(({ machine, faults }) =>
      faults.map(
        ({ where, what, events }) => `fault in ${machine}, ${where}: ${what}: ${way(events)}`,
      ),
    ),
    '',
  ].join('\n');
}

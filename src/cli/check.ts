import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Organisation } from '../team/define-organisation.ts';
import type { Checkable } from '../verify/check-module.ts';
import type { Checked } from '../verify/check.ts';
import { RUN, type CheckOptions } from '../verify/spaces.ts';
import { CheckView } from './check-view.ts';
import { lockFaults } from './lock.ts';
import { columns } from './print.ts';

export interface CheckFlags {
  readonly json?: boolean;
  readonly full?: boolean;
}
const BROKEN = 1;

interface Row extends Checked {
  readonly organisation: string;
  readonly ms: number;
}

/** Where a counterexample is written, beside where one stands. */
const fileOf = (at: number): string => `nova-counterexample-${at + 1}.json`;

/** Only where somebody goes by what agents say of themselves. */
const routes = ({ roles }: Organisation): boolean =>
  roles.router !== undefined || roles.planner !== undefined;

async function* rowsOf(
  { organisations, machines }: Checkable,
  isModule: boolean,
  options: CheckOptions,
): AsyncGenerator<Row> {
  const { checkMachine, checkOrganisation, checkPaths, checkProtocol } =
    await import('../verify/check.ts');
  let begin = performance.now();
  const timed = (checked: Checked, organisation = ''): Row => {
    const row = { ...checked, organisation, ms: Math.round(performance.now() - begin) };
    begin = performance.now();
    return row;
  };
  for (const organisation of organisations) {
    const faults = await lockFaults(organisation);
    if (faults) yield timed({ kind: 'lock', name: organisation.id, faults }, organisation.id);
  }
  for (const [name, machine] of machines) yield timed(checkMachine(name, machine));
  // What comes with the package is checked where nothing else is named.
  if (options.full && !isModule)
    for await (const checked of checkProtocol(options)) yield timed(checked);
  if (options.full) for await (const checked of checkPaths(organisations)) yield timed(checked);
  for (const organisation of organisations) {
    if (routes(organisation)) {
      const { toldApart } = await import('../verify/told-apart.ts');
      const { requests, ...told } = toldApart(organisation);
      yield timed({ kind: 'routing', name: `${requests} requests`, ...told }, organisation.id);
    }
    for (const checked of checkOrganisation(organisation, options))
      yield timed(checked, organisation.id);
  }
}

function tableOf(rows: readonly Row[]): string {
  const head = ['  check', 'of', 'states', 'transitions', 'properties', 'time', ''];
  const cells = rows.map(({ kind, name, states, edges, properties, ms, faults }) => [
    `  ${kind}`,
    name,
    String(states ?? ''),
    String(edges ?? ''),
    String(properties ?? ''),
    `${ms} ms`,
    faults.length === 0 ? 'holds' : `${faults.length} broken`,
  ]);
  return columns([head, ...cells]);
}

async function confusionsOf(rows: readonly Row[], full: boolean): Promise<string[]> {
  const { confusionText } = await import('./confusion-view.ts');
  return rows.flatMap(({ confusion }) =>
    confusion === undefined ? [] : [confusionText(confusion, full)],
  );
}

/** What is broken, with the shortest way to it. */
async function faultsOf(rows: readonly Row[], module: string | null, full: boolean) {
  const { WrittenWay } = await import('../verify/way.ts');
  const texts: string[] = [];
  for (const [at, { kind, name, faults, counterexample, organisation }] of rows
    .filter((row) => row.faults.length > 0)
    .entries()) {
    const lines = [`${kind} of ${name}:`, ...faults.map((fault) => `  ✗ ${fault}`)];
    if (counterexample !== undefined && counterexample.events.length > 0) {
      const file = fileOf(at);
      const { property, events, moves } = counterexample;
      const way = { name, fault: property, module, organisation, run: RUN, full, moves, events };
      await writeFile(file, `${JSON.stringify(WrittenWay.parse(way), null, 2)}\n`);
      lines.push(
        '  the shortest way there:',
        ...counterexample.moves.map((move, index) => `    ${index + 1}. ${move}`),
      );
      lines.push(
        `  nova show ${file} goes along it, event by event`,
        `  nova show ${file} --as-test FILE.test.ts makes a regression test of it`,
      );
    }
    texts.push(lines.join('\n'));
  }
  return texts;
}

/**
 * `nova check`: every machine by lint, every request and team by walking through all that can happen to it.
 * @returns 0 where everything holds, 1 where something does not.
 */
export async function check(
  load: () => Promise<Organisation>,
  path: string | undefined,
  { json = false, full = false }: CheckFlags,
): Promise<number> {
  const { loadCheckable } = await import('../verify/check-module.ts');
  const checkable =
    path === undefined
      ? { organisations: [await load()], machines: [] }
      : await loadCheckable(path);
  const rows: Row[] = [];
  const view = json ? undefined : new CheckView();
  const options: CheckOptions = { full, progress: (name, seen) => view?.hear(name, seen) };
  for await (const row of rowsOf(checkable, path !== undefined, options)) {
    rows.push(row);
    view?.say(`${row.kind} of ${row.name}: ${row.faults.length === 0 ? 'holds' : 'broken'}`);
  }
  const broken = await faultsOf(rows, path === undefined ? null : resolve(path), full);
  const text = json
    ? JSON.stringify(rows, null, 2)
    : [tableOf(rows), ...(await confusionsOf(rows, full)), ...broken].join('\n\n');
  process.stdout.write(`${text}\n`);
  return broken.length === 0 ? 0 : BROKEN;
}

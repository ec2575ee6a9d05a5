// Goal: what the whole team costs when everybody is busy at once, and that nothing of it is lost.
// Method: 50 runs at once over a folder with the default sync; each asks several agents at once by their own examples, whose tools read
// a real project; people approve of everything. Events, effects and messages are accounted for afterwards: what is not ends it with 1.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Nova, type Result } from 'nova-agents';
import { fold, recordedOf } from '../../src/engine/fold.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { worldOf } from '../../src/team/world.ts';
import { traceOf } from '../../src/observe/trace.ts';
import { accountingOf, type Accounted } from './accounting.ts';
import { ids, makeProject, model, requestOf, team } from './team.ts';

const RUNS = 50;
const WIDTH = 6;
/** After so many answers of people a run has no end. */
const MAX_REVIEWS = 40;
const MB = 1024 * 1024;
const seed = Number(process.env['NOVA_SEED'] ?? 1);

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const heapOf = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** A run to its end; whatever waits on a person is approved. */
async function toItsEnd(nova: Nova, run: number, project: string): Promise<Result> {
  let result = await nova.ask(requestOf(run, WIDTH), {
    id: `r${run}`,
    scope: 'acme/shop',
    project,
  });
  for (let asked = 0; result.outcome === 'waiting' && asked < MAX_REVIEWS; asked += 1)
    for (const { id } of result.waiting) result = await nova.decide(id, { is: 'approve' });
  return result;
}

const place = mkdtempSync(join(tmpdir(), 'nova-team-'));
try {
  const [folder, project] = ['data', 'project'].map((name) => join(place, name)) as [
    string,
    string,
  ];
  mkdirSync(project);
  makeProject(project, seed);
  const journal = fileJournal(folder);
  const limits = { maxParallel: WIDTH };
  const options = { organisation: team, model: model(), limits, store: fileStore(folder) };
  const nova = new Nova({ ...options, journal });
  // What is loaded once is nobody's cost.
  await nova.ask(requestOf(0, 1), { id: 'warm', scope: 'acme/warm', project });
  const heap = heapOf();
  const begin = performance.now();
  const results = await Promise.all(
    Array.from({ length: RUNS }, (_, run) => toItsEnd(nova, run, project)),
  );
  const seconds = (performance.now() - begin) / 1000;
  const grown = heapOf() - heap;
  const world = worldOf(team, { hasModel: true });
  const runs: Accounted[] = [];
  for (const run of await journal.runs()) {
    const records = await journal.read(run);
    runs.push({ system: fold(world, run, recordedOf(records)).system, records });
  }
  await nova.close();
  const committed = runs.flatMap(({ records }) =>
    records.filter(({ kind }) => kind === 'committed'),
  );
  const handoffs = runs.flatMap(({ records }) => traceOf(records));
  const lost = Object.groupBy(
    handoffs.filter(({ reason }) => reason !== undefined),
    ({ outcome, reason }) => `${outcome} ${reason}`,
  );
  const turns = runs.flatMap(({ records }) =>
    records.filter(({ kind }) => kind === 'begun'),
  ).length;
  const busy = new Set(handoffs.map(({ node }) => node));
  const idle = ids.filter((id) => !busy.has(id));
  const rate = (count: number): string => (count / seconds).toFixed(1);
  const accounting = accountingOf(runs);
  const outcomes = Object.groupBy(results, ({ outcome }) => outcome);
  const ends = Object.entries(outcomes).map(([name, some]) => `${some?.length ?? 0} ${name}`);
  print(`${ids.length} agents, ${handoffs.length} handoffs in ${RUNS} runs: ${ends.join(', ')}`);
  for (const [why, some = []] of Object.entries(lost)) {
    const whose = [...new Set(some.map(({ node }) => node))];
    print(`  ${some.length} ${why}: ${whose.join(', ')}`);
  }
  print(
    `${seconds.toFixed(1)} s: ${rate(RUNS)} runs/s, ${rate(committed.length)} events/s, ${rate(accounting.events)} steps/s`,
  );
  print(
    `${turns} calls of tools; ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most, heap ${(grown / MB).toFixed(1)} MB more, ${(grown / MB / RUNS).toFixed(2)} a run`,
  );
  print(
    `in ${accounting.events} = handled ${accounting.handled} + dead ${JSON.stringify(accounting.dead)}; effects ${accounting.effects} = over ${accounting.closed} + open ${accounting.open}; untold ${accounting.untold}`,
  );
  print(`${accounting.unaccounted} unaccounted`);
  const isOver = results.every(({ outcome }) => outcome !== 'waiting' && outcome !== 'open');
  if (idle.length > 0) print(`nobody asked ${idle.join(', ')}`);
  if (accounting.unaccounted > 0 || idle.length > 0 || !isOver) process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}

// One random run of a generated team over the whole host: people, strays, crashes, stops, time; and what has to hold of it.
import { Nova, type AskOptions, type Progress, type Result, type Why } from 'nova-agents';
import { ManualClock, memoryStore } from 'nova-agents/testing';
import { fold, recordedOf } from '../../../src/engine/fold.ts';
import { hashOf } from '../../../src/kernel/canonical.ts';
import { memoryJournal, type MemoryRecords } from '../../../src/store/memory-journal.ts';
import type { Journal, JournalRecord } from '../../../src/store/ports.ts';
import { worldOf } from '../../../src/team/world.ts';
import type { Incoming } from '../../../src/kernel/system.ts';
import { dice, FAULTS, wrongIn, type Crew, type Fault } from './crew.ts';

const RUN = 'local/run';
const ada = { id: 'ada', proof: 'os-user' } as const;
const eve = { id: 'eve', proof: 'token' } as const;
/** After so many turns of the loop a run that has not ended is lost. */
const MAX_ROUNDS = 2_000;
const TICK_MS = 50;

export interface Watched {
  readonly seed: number;
  readonly outcome: string;
  readonly faults: readonly string[];
  readonly events: number;
  /** What did not hold. */
  readonly wrong: readonly string[];
  /** Exactly one fault came to something: blame had to name it. */
  readonly isBlamed: boolean;
}

/** The turns of everything that needs no time to pass. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}

interface Stage {
  readonly crew: Crew;
  readonly roll: (sides: number) => number;
  readonly clock: ManualClock;
  readonly records: MemoryRecords;
  readonly stray: Promise<unknown>[];
  /** What had begun when a stop was acknowledged. */
  begunAtStop: number | undefined;
  nova: Nova;
  result: Result | undefined;
  /** True: somebody has been asked since the last look. */
  isAsked: boolean;
}

/** A process on the journal; one that has crashed writes no more. */
function opened({ crew, records, clock }: Pick<Stage, 'crew' | 'records' | 'clock'>): Nova {
  const journal: Journal = memoryJournal(records);
  return new Nova({ organisation: crew.organisation, journal, store: memoryStore(), clock });
}

function follow(stage: Stage, begin: (options: AskOptions) => Promise<Result>): void {
  const { nova } = stage;
  const onProgress = ({ kind }: Progress) => void (stage.isAsked ||= kind === 'asked');
  const note = async (): Promise<void> => {
    const result = await begin({ principal: ada, onProgress });
    if (stage.nova === nova) stage.result = result;
  };
  // Who decides twice, or may not, is refused; a process that is gone tells nobody.
  stage.stray.push(note().catch(() => {}));
}

async function decideAll(stage: Stage): Promise<void> {
  const { nova, roll } = stage;
  stage.isAsked = false;
  for (const { id, purpose } of await nova.reviews()) {
    // Who may not decide tries as well, and the same approval comes twice.
    const is = purpose === 'release' ? 'reject' : 'approve';
    const decide = (options: AskOptions) => nova.decide(id, { is }, options);
    if (roll(4) === 0) follow(stage, (options) => decide({ ...options, principal: eve }));
    follow(stage, decide);
    if (roll(4) === 0) follow(stage, decide);
  }
}

async function crash(stage: Stage): Promise<void> {
  await stage.nova.close();
  stage.nova = opened(stage);
  stage.result = undefined;
  stage.isAsked = true;
  follow(stage, (options) => stage.nova.resume(RUN, options));
}

async function stop(stage: Stage): Promise<void> {
  const { nova, roll, crew } = stage;
  const [stopped] = roll(2) === 0 ? [await nova.stop(RUN, ada)] : await nova.stopAll(ada);
  if (stopped?.outcome !== 'cancelled') return;
  stage.begunAtStop = crew.scenario.begun;
  // Where a person was asked nobody follows it any more.
  stage.result = await nova.show(RUN);
}

/** Plays a run to its end; undefined where it has none. */
async function played(stage: Stage): Promise<Result | undefined> {
  const { roll, clock } = stage;
  const crashAt = roll(3) === 0 ? roll(16) : -1;
  const stopAt = roll(12) === 0 ? roll(16) : -1;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await quiet();
    if (stage.result !== undefined && stage.result.outcome !== 'waiting') return stage.result;
    stage.result = undefined;
    if (round === crashAt) await crash(stage);
    if (round === stopAt) await stop(stage);
    if (roll(10) === 0) {
      const to = ['request', 'request/plan/p0', 'nobody'][roll(3)] ?? '';
      const event = { type: ['gate.approved', 'child.ended', 'x'][roll(3)] ?? '' };
      stage.stray.push(stage.nova.send(`${RUN}#${to}`, event, eve).catch(() => {}));
    }
    if (stage.isAsked) await decideAll(stage);
    await quiet();
    clock.advance(TICK_MS);
  }
  return undefined;
}

/** Who is given which fault: nobody, one, or two of those who are in the plan. */
function faultsOf({ crew, roll }: Pick<Stage, 'crew' | 'roll'>): ReadonlyMap<string, Fault> {
  const { teams = [] } = crew.organisation;
  const inPlan = crew.scenario.plan.parts.flatMap(({ node }) => {
    const team = teams.find(({ id }) => id === node);
    return team === undefined ? [node] : Object.values(team.charter.nodes);
  });
  const twice = crew.scenario.plan.parts.find(({ id }) => id === 'one')?.node;
  const faults = new Map<string, Fault>();
  const count = [0, 1, 1, 1, 1, 1, 1, 2][roll(8)] ?? 1;
  while (faults.size < count) {
    const fault = FAULTS[roll(FAULTS.length)] as Fault;
    const who = fault === 'contradictory' ? twice : inPlan[roll(inPlan.length)];
    if (who !== undefined) faults.set(who, fault);
  }
  return faults;
}

/** Writes that nobody had approved, or that were done twice. */
function wrongWrites({ scenario }: Crew, records: readonly JournalRecord[]): string[] {
  const approved: string[] = [];
  for (const record of records) {
    const incoming =
      record.kind === 'committed' ? (record.incoming as unknown as Incoming) : undefined;
    if (incoming?.kind !== 'external' || incoming.principal.id !== ada.id) continue;
    const { type, hash } = incoming.event as { type: string; hash?: string };
    if (type === 'gate.approved' && hash !== undefined) approved.push(hash);
  }
  return [...scenario.written].flatMap(([key, { text, count }]) => [
    ...(count === 1 ? [] : [`${key} was written ${count} times`]),
    ...(approved.includes(hashOf({ text })) ? [] : [`${text} was written without approval`]),
  ]);
}

function wrongEnd({ scenario }: Crew, result: Result, why: Why): string[] {
  const { outcome, answer } = result;
  const { engaged } = scenario;
  const wrong: string[] = [];
  if (outcome === 'answered' && (engaged.size > 0 || why.blame !== undefined))
    wrong.push(`answered, though ${[...engaged].join()} had a fault`);
  if (answer !== undefined && wrongIn(answer.text).length > 0)
    wrong.push(`a wrong figure was given out: ${answer.text}`);
  if (engaged.size === 0 && !['answered', 'cancelled'].includes(outcome))
    wrong.push(`${outcome}, though nobody had a fault`);
  if (outcome === 'cancelled' && why.blame?.kind !== 'stopped')
    wrong.push('who stopped it is not told');
  return wrong;
}

/** One run of a team, by its seed. */
export async function watched(crew: Crew, seed: number): Promise<Watched> {
  const roll = dice(seed);
  const clock = new ManualClock(1_000);
  const { scenario } = crew;
  for (const kept of [scenario.engaged, scenario.asked, scenario.written]) kept.clear();
  Object.assign(scenario, { begun: 0, clock, roll, plan: crew.plan(roll, roll(3) === 0) });
  scenario.faults = faultsOf({ crew, roll });
  const records: MemoryRecords = [];
  const base = {
    crew,
    roll,
    clock,
    records,
    stray: [],
    begunAtStop: undefined,
    result: undefined,
    isAsked: false,
  };
  const stage: Stage = { ...base, nova: opened({ crew, records, clock }) };
  follow(stage, (options) => stage.nova.ask('go', { ...options, id: 'run' }));
  const result = await played(stage);
  const kept = await memoryJournal(records).read(RUN);
  const why = await stage.nova.why(RUN);
  await stage.nova.close();
  await Promise.all(stage.stray);
  const { engaged } = scenario;
  const wrong: string[] = [...wrongWrites(crew, kept)];
  if (result === undefined) wrong.push('it has no end');
  else wrong.push(...wrongEnd(crew, result, why));
  if (stage.begunAtStop !== undefined && scenario.begun !== stage.begunAtStop)
    wrong.push(`${scenario.begun - stage.begunAtStop} began after a stop`);
  const { system } = fold(worldOf(crew.organisation), RUN, recordedOf(kept));
  if (system.accounts.in !== system.accounts.handled + system.dead.length)
    wrong.push('something that came in is not accounted for');
  const isOver = result !== undefined && result.outcome !== 'cancelled';
  if (isOver && engaged.size > 0 && !engaged.has(why.blame?.node ?? ''))
    wrong.push(`${[...engaged].join()} had a fault, and ${why.blame?.node} is blamed`);
  return {
    seed,
    outcome: result?.outcome ?? 'lost',
    faults: [...scenario.faults].map(([name, fault]) => `${name} ${fault}`),
    events: kept.filter(({ kind }) => kind === 'committed').length,
    wrong,
    isBlamed: isOver && engaged.size === 1,
  };
}

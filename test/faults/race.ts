// Two to four processes ask in one data folder at the same moment, and now and then the one that holds it is killed: one writes, nobody's
// request is lost, and who lives is answered.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { Nova } from '../../src/host/nova.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { inline } from '../fixtures/mischief.ts';
import { inFolder, randomBy, type Part, type Scale } from './part.ts';

const ROUNDS = { short: 2, sown: 20, whole: 20 };
/** A request of all is done in about so many looks at who holds the folder. */
const MAX_TURNS = 800;
/** What each asks for in a round, at most. */
const REQUESTS = 4;
const MIN = 2;
const MAX = 4;
const ANSWER = 'honest: honest\noutsider failed (contract)';

interface Said {
  readonly answers: readonly { readonly run: string; readonly text?: string }[];
  readonly failed?: string;
  readonly said: readonly string[];
}
const NOTHING: Said = { answers: [], failed: 'it is gone', said: [] };

/** A process that asks once a round, when it is told to. */
function racer(folder: string, name: string) {
  const entry = join(import.meta.dirname, 'race-process.ts');
  const args = ['--conditions=nova-source', entry, folder, name];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
  const gone = new Promise<void>((heard) => child.once('close', () => heard()));
  // Who is killed is spoken to once more.
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid,
    ready: next(),
    /** Undefined from one that was killed. */
    async ask(round: number): Promise<Said | undefined> {
      child.stdin.write(`${round}\n`);
      const line = await next();
      return line === undefined ? undefined : (JSON.parse(line) as Said);
    },
    kill: () => child.kill('SIGKILL'),
    async end(): Promise<void> {
      child.stdin.end();
      await gone;
    },
  };
}
type Racer = ReturnType<typeof racer>;

function holderOf(folder: string): number | undefined {
  const file = join(folder, 'holder.json');
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Racer).pid : undefined;
  } catch {
    // It is just being let go of.
    return undefined;
  }
}

/** Kills whoever holds the folder, so many turns of the loop after it came to; undefined where nobody was caught at it. */
async function killed(
  folder: string,
  racers: readonly Racer[],
  asked: Promise<unknown>,
  turns: number,
) {
  let left = turns;
  const over = new AbortController();
  void asked.then(() => over.abort());
  while (!over.signal.aborted) {
    await turn();
    const pid = holderOf(folder);
    const holder = racers.find((one) => one.pid === pid);
    if (holder !== undefined) left -= 1;
    if (left < 0 && holder?.kill()) return holder;
  }
  return undefined;
}

export const race: Part = {
  name: 'two to four processes',
  run: ({ seed, form }: Scale) =>
    inFolder(async (folder) => {
      const random = randomBy(seed);
      const wrong: string[] = [];
      const runs: string[] = [];
      let names = 0;
      let kills = 0;
      const come = (): Racer => racer(folder, `p${(names += 1)}`);
      const racers = Array.from({ length: MAX }, come);
      for (const one of racers) await one.ready;
      for (let round = 0; round < ROUNDS[form]; round += 1) {
        const count = MIN + Math.floor(random() * (MAX - MIN + 1));
        const asking = racers.slice(0, count);
        const asked = Promise.all(asking.map((one) => one.ask(round)));
        const dead =
          round % 2 === 1 ? await killed(folder, racers, asked, random() * MAX_TURNS) : undefined;
        for (const [at, answer] of (await asked).entries()) {
          if (asking[at] === dead) continue;
          const { answers, failed, said } = answer ?? NOTHING;
          if (failed !== undefined) wrong.push(`round ${round}: ${failed}`);
          for (const { run, text } of answers) {
            runs.push(run);
            if (text !== ANSWER) wrong.push(`round ${round}: ${text}`);
          }
          // A kill may tear the tail; closing may have to wait for others: that is no damage.
          for (const line of said)
            if (line.includes('cut off') && kills === 0 && dead === undefined)
              wrong.push(`round ${round}: ${line}`);
        }
        if (dead === undefined) continue;
        kills += 1;
        await dead.end();
        racers.splice(racers.indexOf(dead), 1);
        if (round + 1 < ROUNDS[form]) racers.push(come());
        await racers.at(-1)?.ready;
      }
      await Promise.all(racers.map((one) => one.end()));
      const nova = new Nova({
        organisation: inline,
        journal: fileJournal(folder),
        store: fileStore(folder),
      });
      const { runs: kept } = await nova.runs();
      for (const run of runs)
        if ((await nova.show(run)).answer?.text !== ANSWER) wrong.push(`${run} is not what it was`);
      // What a killed one had asked for may be there, or not.
      const more = kept.length - runs.length;
      if (new Set(runs).size !== runs.length || more < 0 || more > kills * REQUESTS)
        wrong.push(`${kept.length} runs are kept, of ${runs.length}`);
      if (kills === 0 && nova.dropped.length > 0) wrong.push('something was dropped');
      await nova.close();
      const figures = `${ROUNDS[form]} rounds, ${runs.length} requests, each there once; ${kills} times the holder was killed`;
      return { figures, wrong };
    }),
};

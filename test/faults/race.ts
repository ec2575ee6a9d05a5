// Two to four processes ask in one data folder at the same moment: one writes, and nobody's request is lost.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Nova } from '../../src/host/nova.ts';
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { inline } from '../fixtures/mischief.ts';
import { inFolder, randomBy, type Part, type Scale } from './part.ts';

const ROUNDS = 20;
const SHORT_ROUNDS = 3;
const MIN = 2;
const MAX = 4;
const ANSWER = 'honest: honest\noutsider failed (contract)';

interface Said {
  readonly run?: string;
  readonly text?: string;
  readonly error?: string;
  readonly said: readonly string[];
}

/** A process that asks once a round, when it is told to. */
function racer(folder: string, name: string) {
  const entry = join(import.meta.dirname, 'race-process.ts');
  const args = ['--conditions=nova-source', entry, folder, name];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  return {
    ready: next(),
    async ask(round: number): Promise<Said> {
      child.stdin.write(`${round}\n`);
      return JSON.parse(await next()) as Said;
    },
    end: () =>
      new Promise((gone) => {
        child.once('close', gone);
        child.stdin.end();
      }),
  };
}

export const race: Part = {
  name: 'two to four processes',
  run: ({ seed, isShort }: Scale) =>
    inFolder(async (folder) => {
      const random = randomBy(seed);
      const wrong: string[] = [];
      const runs: string[] = [];
      const racers = Array.from({ length: MAX }, (_, at) => racer(folder, `p${at}`));
      for (const one of racers) await one.ready;
      const rounds = isShort ? SHORT_ROUNDS : ROUNDS;
      for (let round = 0; round < rounds; round += 1) {
        const count = MIN + Math.floor(random() * (MAX - MIN + 1));
        const all = await Promise.all(racers.slice(0, count).map((one) => one.ask(round)));
        for (const { run, text, error, said } of all) {
          if (run === undefined || text !== ANSWER) wrong.push(`round ${round}: ${error ?? text}`);
          else runs.push(run);
          // Closing may have to wait for others: that is no damage.
          for (const line of said)
            if (line.includes('cut off')) wrong.push(`round ${round}: ${line}`);
        }
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
      if (new Set(runs).size !== runs.length || kept.length !== runs.length)
        wrong.push(`${kept.length} runs are kept, of ${runs.length}`);
      if (nova.dropped.length > 0) wrong.push('something was dropped');
      await nova.close();
      return { figures: `${rounds} rounds, ${runs.length} requests, each there once`, wrong };
    }),
};

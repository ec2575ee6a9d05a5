// Opens the data folder with others at the same moment, a word on stdin a round; works, or has the holder work.
import { createInterface } from 'node:readline';
import { HolderGoneError } from '../../src/errors/holder-gone-error.ts';
import type { Result } from '../../src/host/asks.ts';
import { openDesk } from '../../src/server/open-desk.ts';
import { inline } from '../fixtures/mischief.ts';

const MAX_HOLDERS = 5;
const [folder = '', name = ''] = process.argv.slice(2);
const principal = { id: name, proof: 'os-user' } as const;
process.stdout.write('ready\n');
for await (const round of createInterface({ input: process.stdin })) {
  const said: string[] = [];
  const once = async (): Promise<Result> => {
    const desk = await openDesk({
      folder,
      principal,
      organise: async () => ({ organisation: inline }),
      onNotice: (line) => void said.push(line),
      timeoutMs: 10_000,
    });
    try {
      return await desk.ask('honest outsider', { project: '.', id: `${name}-${round}` });
    } finally {
      await desk.close();
    }
  };
  let result: Partial<Result> & { error?: string } = {};
  // A holder that has done its own work goes; whoever had asked it asks the next, under the same id.
  for (let tries = 0; tries < MAX_HOLDERS && result.run === undefined; tries += 1)
    try {
      result = await once();
    } catch (error) {
      result = { error: String(error) };
      if (!(error instanceof HolderGoneError)) break;
    }
  const { run, answer, error } = result;
  process.stdout.write(`${JSON.stringify({ round, run, text: answer?.text, error, said })}\n`);
}

// Opens the data folder with others at the same moment, a word on stdin a round; works, or has the holder work.
import { createInterface } from 'node:readline';
import { openDesk } from '../../src/server/open-desk.ts';
import { inline } from '../fixtures/mischief.ts';

/** One after the other in a round, over the same desk. */
const REQUESTS = 4;
const [folder = '', name = ''] = process.argv.slice(2);
const principal = { id: name, proof: 'os-user' } as const;
process.stdout.write('ready\n');
for await (const round of createInterface({ input: process.stdin })) {
  const said: string[] = [];
  const answers: { readonly run: string; readonly text: string | undefined }[] = [];
  let failed: string | undefined;
  try {
    const desk = await openDesk({
      folder,
      principal,
      organise: async () => ({ organisation: inline }),
      onNotice: (line) => void said.push(line),
      timeoutMs: 10_000,
    });
    try {
      for (let count = 0; count < REQUESTS; count += 1) {
        const id = `${name}-${round}-${count}`;
        const { run, answer } = await desk.ask('honest outsider', { project: '.', id });
        answers.push({ run, text: answer?.text });
      }
    } finally {
      await desk.close();
    }
  } catch (error) {
    failed = String(error);
  }
  process.stdout.write(`${JSON.stringify({ answers, failed, said })}\n`);
}

import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import type { Moment } from './dying-files.ts';
import { inFolder, some } from './part.ts';

const SHORT_MOMENTS = 2;

/** What is done to a folder in a process of its own, to its end or its moment. */
function changing(
  entry: string,
  folder: string,
  moment?: Moment,
): Promise<{ signal: string | null; out: string }> {
  const args = ['--conditions=nova-source', entry, folder];
  if (moment !== undefined) args.push(JSON.stringify(moment));
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  return new Promise((settle) => child.on('close', (_, signal) => settle({ signal, out })));
}

/**
 * Kills what a module does to a folder at every change that it makes, in a copy each.
 * @param entry says on stdout, as JSON, how many changes it makes.
 * @param random draws `most` of them; undefined: all.
 * @param left what is wrong with what a killed process left.
 */
export async function killedAtEach(
  entry: string,
  full: string,
  random: (() => number) | undefined,
  left: (folder: string) => Promise<readonly string[]>,
  most = SHORT_MOMENTS,
): Promise<{ readonly figures: string; readonly wrong: readonly string[] }> {
  const inCopy = <T>(work: (folder: string) => Promise<T>): Promise<T> =>
    inFolder((folder) => {
      cpSync(full, folder, { recursive: true });
      return work(folder);
    });
  const { out } = await inCopy((folder) => changing(entry, folder));
  const { changes } = JSON.parse(out) as { changes: number };
  const moments = Array.from({ length: changes }, (_, n) => n + 1).flatMap((n) =>
    (['before', 'half', 'after'] as const).map((when): Moment => ({ n, when })),
  );
  const chosen = random === undefined ? moments : some(moments, most, random);
  const wrong: string[] = [];
  for (const moment of chosen)
    await inCopy(async (folder) => {
      const where = `${moment.when} ${moment.n}`;
      const { signal } = await changing(entry, folder, moment);
      if (signal !== 'SIGKILL') wrong.push(`${where}: it ended by itself`);
      for (const problem of await left(folder)) wrong.push(`${where}: ${problem}`);
    });
  return { figures: `${chosen.length} of ${moments.length} moments`, wrong };
}

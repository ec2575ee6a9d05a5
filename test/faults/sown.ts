// The checks are checked: a small defect is sown into the product, and the part that is there for it has to find it.
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inFolder, randomBy, some, type Part, type Scale } from './part.ts';
import type { Defect } from './defect.ts';
import { defects } from './defects.ts';

const SHORT = 1;
/** Found at once, by any seed. */
const QUICK = defects.filter(({ part }) => part === 'torn');
/** What does not come to an end is found as well. */
const HANGS_MS = 60_000;
const NOTHING = { name: 'nothing', file: 'src/index.ts', instead: [] } as const;
const HOOK = pathToFileURL(join(import.meta.dirname, 'sowing-process.ts')).href;
const ENTRY = join(import.meta.dirname, 'run.ts');

/** How the defect was found; undefined where it was not. */
const foundBy = (defect: Defect, seed: number) =>
  inFolder((folder) => foundIn(folder, defect, seed));

/** What is killed leaves its folders behind, so they lie in one that goes with it. */
async function foundIn(folder: string, defect: Defect, seed: number): Promise<string | undefined> {
  // A part may try what another user comes to.
  chmodSync(folder, 0o755);
  const child = spawn(
    process.execPath,
    ['--conditions=nova-source', ENTRY, defect.part, '--sown'],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: `--import ${HOOK}`,
        NOVA_DEFECT: JSON.stringify(defect),
        NOVA_SEED: String(seed),
        TMPDIR: folder,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: HANGS_MS,
      killSignal: 'SIGKILL',
    },
  );
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  const code = await new Promise<number | null>((gone) => child.once('close', gone));
  if (said.out.includes('cannot be sown') || said.err.includes('cannot be sown'))
    throw new Error(`${defect.name} cannot be sown: ${said.err}`);
  if (code === 0) return undefined;
  const [, first] = said.out.split('\n').slice(1);
  return (
    first?.trim() ??
    (code === null
      ? 'it hangs'
      : (said.err.split('\n').find((line) => /^\w*Error/.test(line)) ?? `exit ${code}`))
  );
}

export const sown: Part = {
  name: 'sown defects',
  async run({ seed, form }: Scale) {
    const wrong: string[] = [];
    const lines: string[] = [];
    const chosen = form === 'whole' ? defects : some(QUICK, SHORT, randomBy(seed));
    for (const defect of chosen) {
      const begin = performance.now();
      const how = await foundBy(defect, seed);
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      if (how === undefined) wrong.push(`${defect.part} does not find: ${defect.name}`);
      lines.push(
        `${defect.part.padEnd(10)}${defect.name.padEnd(56)}${seconds.padStart(5)} s  ${how?.slice(0, 110) ?? 'NOT FOUND'}`,
      );
    }
    // Without a defect nothing may be found, or what was found is not the defect.
    for (const part of new Set(chosen.map((defect) => defect.part))) {
      if (form !== 'whole') break;
      const how = await foundBy({ ...NOTHING, part }, seed);
      if (how !== undefined) wrong.push(`${part} finds something where nothing is sown: ${how}`);
    }
    const table = form !== 'whole' ? '' : `\n  ${lines.join('\n  ')}`;
    return { figures: `${chosen.length - wrong.length} of ${chosen.length} found${table}`, wrong };
  },
};

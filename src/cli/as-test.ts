import { writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { configIn } from '../config/load-config.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { WrittenWay } from '../verify/way.ts';
import { readWay } from './replay.ts';

/** How a file in that folder imports what was checked, and what of it is handed on. */
function importOf(folder: string, module: string | null): { line: string; checked: string } {
  const file = module ?? configIn(process.cwd());
  if (file === undefined)
    return { line: `import { organisation } from 'nova-agents/agents';`, checked: 'organisation' };
  const way = relative(folder, file).split(sep).join('/');
  const from = JSON.stringify(way.startsWith('.') ? way : `./${way}`);
  return module === null
    ? { line: `import config from ${from};`, checked: 'config.organisation' }
    : { line: `import * as checked from ${from};`, checked: 'checked' };
}

const textOf = (way: WrittenWay, { line, checked }: ReturnType<typeof importOf>): string => `\
// Fails while this way still breaks the property that it is named by, and passes once that holds along all of it.
// Events of the way that cannot happen any more are dead letters; that the run can still end is asked after each.
import { test } from 'vitest';
import { checkWay, type WrittenWay } from 'nova-agents/testing';
${line}

test(${JSON.stringify(`${way.name}: ${way.fault}`)}, () => {
  checkWay(${checked}, way);
});

const way: WrittenWay = ${JSON.stringify({ ...way, module: null }, null, 2)};
`;

/**
 * `nova show FILE.json --as-test OUT.test.ts`: makes a counterexample a test of its own for vitest.
 * @throws BadRequestError for a file that is no counterexample, and where OUT is there already or cannot be written.
 */
export async function asTest(file: string, out: string): Promise<number> {
  const way = await readWay(file);
  const text = textOf(way, importOf(dirname(resolve(out)), way.module));
  try {
    await writeFile(out, text, { flag: 'wx' });
  } catch (cause) {
    const isThere = (cause as { code?: unknown }).code === 'EEXIST';
    throw new BadRequestError(isThere ? `${out} is there already` : `${out} cannot be written`, {
      cause,
    });
  }
  process.stdout.write(`${basename(out)} fails until ${JSON.stringify(way.fault)} holds there\n`);
  return 0;
}

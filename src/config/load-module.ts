import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { BadConfigError } from '../errors/bad-config-error.ts';
import { unavailable } from '../store/files.ts';

/** A module says who works; one that is larger is something else. */
const MAX_MODULE_BYTES = 16 * 1024 * 1024;

/** Imports a user's module. @throws BadConfigError where it is none, with the line where it breaks off. */
export async function loadModule(file: string): Promise<object> {
  const why = await faultOf(file);
  if (why !== undefined) throw new BadConfigError(file, why);
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BadConfigError(file, `${placeOf(file, cause)}${message}`, { cause });
  }
}

/** Why it is not even read as code. */
async function faultOf(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) return 'a folder lies where a file is needed';
    if (found.size > MAX_MODULE_BYTES) return `${found.size} bytes are no module`;
    return isUtf8(await readFile(file)) ? undefined : 'it is not UTF-8';
  } catch (cause) {
    return unavailable(file, cause).problem;
  }
}

/** A syntax error tells its line, if at all, at the top of its stack. */
function placeOf(file: string, cause: unknown): string {
  const [first = ''] = cause instanceof SyntaxError ? String(cause.stack).split('\n') : [];
  const isHere = [file, pathToFileURL(file).href].some((name) => first.startsWith(`${name}:`));
  return isHere ? `at line ${first.slice(first.lastIndexOf(':') + 1)}: ` : '';
}

import { codeOf, replaceFile, unavailable, type Files } from './files.ts';
import { wholeBehind } from './framing.ts';
import type { Dropped } from './ports.ts';

/** What to do about it, for the sentence of the refusal. */
export const HOW_TO_CUT =
  "onDamage: 'cut' (nova --cut-damage) keeps what stands before, and the files beside it as they were";

/**
 * Puts a damaged segment and those that follow it beside the journal as they were; the damaged one is not cut yet.
 * The last goes first, so that a crash in between leaves no gap.
 * @throws StoreUnavailableError.
 */
export async function putAside(
  files: Files,
  damaged: Dropped,
  later: readonly string[],
): Promise<Dropped[]> {
  const aside: Dropped[] = [];
  try {
    for (const file of later.toReversed()) {
      const bytes = await files.readFile(file);
      const keptAs = await freeName(files, file);
      await files.rename(file, keptAs);
      const { records } = wholeBehind(bytes, 0);
      const why = 'it follows a damaged one';
      aside.unshift({ file, offset: 0, bytes: bytes.length, records, why, keptAs });
    }
    const keptAs = await freeName(files, damaged.file);
    await replaceFile(files, keptAs, `${keptAs}.new`, await files.readFile(damaged.file));
    return [{ ...damaged, keptAs }, ...aside];
  } catch (cause) {
    throw unavailable(damaged.file, cause);
  }
}

/** Nothing that was put aside before is written over. */
async function freeName(files: Files, file: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const name = `${file}.damaged-${count}`;
    try {
      await files.stat(name);
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return name;
      throw cause;
    }
  }
}

/** What was cut off, for a person. */
export function cutOff({ file, offset, bytes, records, why, keptAs }: Dropped): string {
  const whole = records === 0 ? '' : `, ${records} whole records among them`;
  const kept = keptAs === undefined ? '' : `; the file as it was is ${keptAs}`;
  return `${file}: the last ${bytes} bytes, from byte ${offset} on, were cut off${whole}: ${why}${kept}`;
}

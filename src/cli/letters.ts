import type { Desk } from '../host/desk.ts';
import type { Letters } from '../host/letters.ts';
import type { Letter } from '../observe/letters.ts';
import { atDesk } from './commands.ts';
import { jsonText, NOVA, printable, quoted } from './print.ts';

const instant = (at: number): string => new Date(at).toISOString().slice(0, 19);

function letterText({ id, at, from, to, event, because, again, barrier }: Letter): string {
  const head = `${printable(id)}  ${instant(at)}  ${event} from ${printable(from)} for ${printable(to)}`;
  const way =
    again !== undefined
      ? `delivered again by ${printable(again.by)}, ${instant(again.at)}`
      : barrier === undefined
        ? `when that is mended: ${NOVA} letters redeliver ${quoted(id)}`
        : 'it cannot be delivered again';
  return `${head}\n  ${because}\n  ${way}`;
}

/** Dead letters as a person reads them, with why each of them is one. */
export function lettersText({ letters: all, refused }: Letters): string {
  const texts = all.map(letterText);
  for (const { id, count, at } of refused)
    texts.push(`${printable(id)} was refused ${count} times by its quota, last ${instant(at)}`);
  return texts.length === 0 ? 'no dead letters' : texts.join('\n\n');
}

/** `nova letters` */
export async function letters(
  open: () => Promise<Desk>,
  run: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<number> {
  return atDesk(open, async (desk) => {
    const told = await desk.letters(run);
    process.stdout.write(`${json ? jsonText(told) : lettersText(told)}\n`);
    return 0;
  });
}

/** `nova letters redeliver` */
export async function redeliver(open: () => Promise<Desk>, letter: string): Promise<number> {
  return atDesk(open, async (desk) => {
    await desk.redeliver(letter);
    process.stdout.write(`delivered again ${printable(letter)}\n`);
    return 0;
  });
}

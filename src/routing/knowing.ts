import { hashOfText } from '../kernel/canonical.ts';
import { recogniser, type Learned, type Recognised } from './learning.ts';

const NAME_CHARS = 16;

/** What this thread knows to have been learned, by a name made of it: a catalogue carries the name alone. */
const known = new Map<
  string,
  { readonly learned: Learned; recognise?: (text: string) => Recognised }
>();

/** Remembers something that was learned, and names it. */
export function named(learned: Learned): string {
  const name = hashOfText(JSON.stringify(learned)).slice(0, NAME_CHARS);
  if (!known.has(name)) known.set(name, { learned });
  return name;
}

/** Who says of texts whom they are for, by what was learned under a name; undefined where this thread has not heard of it. */
export function recogniserNamed(
  name: string | undefined,
): ((text: string) => Recognised) | undefined {
  const one = name === undefined ? undefined : known.get(name);
  if (one === undefined) return undefined;
  return (one.recognise ??= recogniser(one.learned));
}

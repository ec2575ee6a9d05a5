import type { Desk } from '../host/desk.ts';
import type { Turn } from '../sessions/sessions.ts';
import { openProject } from '../workspace/project.ts';
import { atDesk } from './commands.ts';
import { jsonText, printable } from './print.ts';

export interface SessionFlags {
  readonly project: string;
  readonly json?: boolean;
}

const turnText = ({ run, asked, outcome, answered }: Turn): string =>
  [`> ${asked}`, answered, `${outcome} · ${run}`]
    .filter((line) => line !== '')
    .map(printable)
    .join('\n\n');

/** `nova session`: what was said in a conversation, and what of it is still open. */
export async function session(
  open: () => Promise<Desk>,
  name: string,
  { project, json }: SessionFlags,
): Promise<number> {
  const { scope } = await openProject(project);
  return atDesk(open, async (desk) => {
    const told = await desk.session(scope, name);
    const waiting = (await desk.reviews()).filter(({ run }) =>
      told.turns.some((turn) => turn.run === run),
    );
    const texts = told.turns.map(turnText);
    if (told.dropped > 0) texts.unshift(`(${told.dropped} earlier turns are not known any more)`);
    if (waiting.length > 0) texts.push(`${waiting.length} wait on you: nova review`);
    const text = texts.length === 0 ? 'nothing was said' : texts.join('\n\n');
    process.stdout.write(`${json ? jsonText(told) : text}\n`);
    return 0;
  });
}

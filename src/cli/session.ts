import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Desk } from '../host/desk.ts';
import type { Session, Turn } from '../sessions/session.ts';
import { openProject } from '../workspace/project.ts';
import { atDesk } from './commands.ts';
import { columns, jsonText, NOVA, oneLine, printable, quoted } from './print.ts';

export interface SessionFlags {
  readonly project: string;
  readonly before?: string;
  readonly json?: boolean;
}

const turnText = ({ run, asked, outcome, answered }: Turn): string =>
  [`> ${asked}`, answered, `${outcome} · ${run}`]
    .filter((line) => line !== '')
    .map(printable)
    .join('\n\n');

/** What is told no more word for word, a line each. */
function droppedText(name: string, { dropped, more }: Session): string[] {
  if (dropped.length === 0) return [];
  const lines = columns(dropped.map(({ run, outcome, asked }) => [outcome, oneLine(asked), run]));
  const back = `${more} before these: ${NOVA} session ${name} --before ${quoted(dropped[0]?.run ?? '')}`;
  const shown = `dropped: of these turns the next one is told a line at most, and \`${NOVA} show RUN\` has all`;
  return [[shown, ...(more > 0 ? [back] : []), lines].join('\n')];
}

/** `nova session`: what was said in a conversation, and what of it is still open. */
export async function session(
  open: () => Promise<Desk>,
  name: string,
  { project, json, before }: SessionFlags,
): Promise<number> {
  const { scope } = await openProject(project);
  return atDesk(open, async (desk) => {
    const told = await desk.session(scope, name, before);
    if (told.turns.length + told.dropped.length === 0 && before === undefined)
      throw new BadRequestError(`nothing was said in a conversation ${name}, in ${scope}`);
    const waiting = (await desk.reviews()).filter(({ run }) =>
      [...told.dropped, ...told.turns].some((turn) => turn.run === run),
    );
    const turns = before === undefined ? told.turns.map(turnText) : [];
    const texts = [...droppedText(name, told), ...turns];
    if (waiting.length > 0) texts.push(`${waiting.length} wait on you: nova review`);
    const text = texts.length === 0 ? 'nothing was said before that' : texts.join('\n\n');
    process.stdout.write(`${json ? jsonText(told) : text}\n`);
    return 0;
  });
}

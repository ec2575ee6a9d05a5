import type { Json } from '../../machines/protocol/values.ts';
import type { Desk } from '../host/desk.ts';
import type { PromptCall, Prompts } from '../observe/prompts.ts';
import { FORGOTTEN } from '../store/scrub.ts';
import { atDesk } from './commands.ts';
import { jsonText, printable } from './print.ts';

function usageText({ answered, reason, usage }: PromptCall): string {
  if (answered === undefined) return 'no answer is on record';
  const { model = '', tokens, cost = 0 } = usage ?? {};
  const took =
    tokens && `, ${model}: ${tokens.input} tokens in, ${tokens.output} out, cost ${cost}`;
  return `${answered}${reason === undefined ? '' : ` (${reason})`}${took ?? ''}`;
}

/** A message as a person reads it; its words are data, whatever they say. */
function messageText(message: Json): string {
  if (typeof message !== 'object' || message === null) return String(message);
  const { role, content, ...rest } = message as Readonly<Record<string, Json>>;
  const more = Object.keys(rest).length === 0 ? [] : [JSON.stringify(rest)];
  const text = [typeof content === 'string' ? content : '', ...more].join('\n').trim();
  return `[${typeof role === 'string' ? role : 'item'}]\n${printable(text)}`;
}

function callText(call: PromptCall, pieces: Prompts['pieces']): string {
  const [head, ...messages] = call.pieces.map((hash) => pieces[hash] || FORGOTTEN);
  return [
    `## ${printable(call.effectId)}: ${usageText(call)}`,
    printable(JSON.stringify(head)),
    ...messages.map(messageText),
  ].join('\n\n');
}

/** `nova show RUN --prompts` */
export async function prompts(
  open: () => Promise<Desk>,
  run: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  return atDesk(open, async (desk) => {
    const told = await desk.prompts(run);
    const texts = told.calls.map((call) => callText(call, told.pieces));
    const text = texts.length === 0 ? 'no model was asked' : texts.join('\n\n');
    process.stdout.write(`${json ? jsonText(told) : text}\n`);
    return 0;
  });
}

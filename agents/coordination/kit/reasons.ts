import type { CatalogueEntry, PlanReport, Unplaced } from 'nova-agents';
import { isUnwanted, THRESHOLD } from 'nova-agents/routing';
import { quoted, titleOf } from './quoting.ts';

export type Lost = PlanReport['lost'][number];
type Reason = NonNullable<Lost['reason']>;

const MAX_NOTE_CHARS = 300;

/** What each reason means, to a person, of one piece of work. */
const SENTENCES: { readonly [R in Reason]: string } = {
  budget: 'What it may take is used up, and nobody granted more.',
  cancelled: 'It was stopped before it was done.',
  cut: 'Its answer broke off before the end.',
  contract: 'What it answered did not meet its contract.',
  deadline: 'Its time ran out.',
  declined: 'It said itself that this is not for it.',
  defect: 'A defect in the code that runs it ended it.',
  denied: 'The model’s endpoint will not have such a call.',
  filtered: 'The model’s endpoint withheld the answer.',
  garbled: 'What came back is no answer.',
  hung: 'It gave no answer in its time.',
  in_doubt: 'It is unknown whether what it was to write was written.',
  input_lost: 'It was never begun, because what it builds on did not come.',
  leak: 'It would have shown what may not be read here.',
  loop: 'It did the same again and again, and nothing new came of it.',
  livelock: 'It went in circles and was ended.',
  needs_model: 'It needs a model, and none is configured.',
  no_fit: 'Nobody in the organisation takes it.',
  nondeterministic:
    'Begun again, it asked for other things than before, so its answer cannot be relied on.',
  parts_lost: 'None of its parts came back whole.',
  plan_refused: 'The plan for it did not pass its check.',
  rejected: 'A person said no to it.',
  stalled: 'It went on and on, and nothing new came of it.',
  threw: 'Its code, or that of a tool it uses, failed.',
  tool_not_granted: 'It asked for a tool that it was not granted.',
  turns: 'It took more turns than it is allowed.',
  unavailable:
    'What it needs cannot be reached, or has failed again and again and is left alone for a while.',
  unknown_machine: 'What was to run it is not known here.',
  unknown_node: 'Nobody of that name is in the organisation.',
};

/** The sentence for a reason with its code; without one, for the bare outcome. */
export const reasonSentence = (reason: Reason | null, outcome: string): string =>
  reason === null
    ? `It ended as ${quoted(outcome, MAX_NOTE_CHARS)} and gave no reason.`
    : `${SENTENCES[reason].slice(0, -1)} (\`${reason}\`).`;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A note as quoted data: a refusal by what it says and needs, anything else as it stands. */
export function noteText(note: unknown): string {
  if (note === null || note === undefined || note === '') return '';
  if (typeof note === 'string') return `It said: ${quoted(note, MAX_NOTE_CHARS)}.`;
  const { reason, message, needs } = isRecord(note) ? note : {};
  const said = [reason, message].find((text) => typeof text === 'string');
  const told = typeof said === 'string' ? said : JSON.stringify(note);
  const wants =
    typeof needs === 'string' ? ` It would need: ${quoted(needs, MAX_NOTE_CHARS)}.` : '';
  return `It said: ${quoted(told, MAX_NOTE_CHARS)}.${wants}`;
}

/** Why a part was lost: its reason and what it said. */
export const whyLost = ({ reason, outcome, note }: Lost): string =>
  [reasonSentence(reason, outcome), noteText(note)].filter((text) => text !== '').join(' ');

/** Why a passage was not placed, and what it would need. */
export function whyUnplaced(
  { text, nearest }: Unplaced,
  catalogue: readonly CatalogueEntry[],
): string {
  if (isUnwanted(text)) return 'It says what is not wanted; only what is wanted can be asked for.';
  const [best] = nearest;
  const entry = catalogue.find(({ id }) => id === best?.node);
  if (best === undefined || entry === undefined)
    return 'Nobody in the organisation takes it; it would need an agent for it.';
  const title = titleOf(entry.id);
  if (best.score < THRESHOLD)
    return `Nobody in the organisation takes it, it would need an agent; ${title} came nearest.`;
  return entry.ready
    ? `It was more than one plan holds; ${title} takes it when asked by itself.`
    : `${title} would take it, but needs a model, and none is configured.`;
}

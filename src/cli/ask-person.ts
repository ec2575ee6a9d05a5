import type { Verdict } from '../host/verdicts.ts';
import type { Review } from '../decide/reviews.ts';
import { reviewText } from './print.ts';

/** Asks the person at the terminal; undefined where they would rather decide later. */
export async function askPerson(review: Review): Promise<Verdict | undefined> {
  const { isCancel, note, select, text } = await import('@clack/prompts');
  // What is asked belongs where progress is: stdout may lead into a file.
  const output = process.stderr;
  note(reviewText(review), review.purpose, { output });
  if (review.purpose === 'question') {
    const words = await text({ message: 'Your answer (empty: later)', output });
    return isCancel(words) || !words?.trim() ? undefined : { is: 'answer', text: words };
  }
  const chosen = await select({
    message: 'What shall be done?',
    initialValue: 'later',
    output,
    options: [
      { value: 'approve', label: 'approve' },
      { value: 'reject', label: 'reject' },
      { value: 'later', label: 'decide later' },
    ],
  });
  return chosen === 'approve' || chosen === 'reject' ? { is: chosen } : undefined;
}

/** Asks the person at the terminal for a yes; whatever else they do is a no. */
export async function askWhether(message: string): Promise<boolean> {
  const { confirm } = await import('@clack/prompts');
  return (await confirm({ message, initialValue: false, output: process.stderr })) === true;
}

import type { Desk } from '../host/desk.ts';
import type { OnGate } from '../host/verdicts.ts';
import type { Command } from './commander.ts';
import * as commands from './commands.ts';

type Reasoned = commands.Common & { readonly why?: string };
type Run = (work: Promise<number>) => Promise<void>;

/** `nova review`: what waits on a person, and what they say to it. */
export function addReview(nova: Command, open: () => Promise<Desk>, run: Run): void {
  const review = nova.command('review').description('what waits on you');
  review
    .command('list', { isDefault: true })
    .description('list it')
    .option(...commands.JSON_OPTION)
    .action((flags: commands.Common) => run(commands.listReviews(open, flags)));
  const on = (name: string, does: string): Command =>
    review
      .command(name)
      .description(does)
      .argument('<id>')
      .option(...commands.JSON_OPTION);
  const reasoned = (name: string, does: string): Command =>
    on(name, does).option('--why <text>', 'the reason; it is kept');
  const decide = (id: string, verdict: OnGate, { why, ...flags }: Reasoned): Promise<void> =>
    run(commands.decide(open, id, why === undefined ? verdict : { ...verdict, why }, flags));
  on('show', 'show one of them whole, with what it would change').action((id, flags) =>
    run(commands.showReview(open, id, flags)),
  );
  reasoned('approve', 'let what waits there happen, exactly as it is shown').action((id, flags) =>
    decide(id, { is: 'approve' }, flags),
  );
  reasoned('edit', 'put something else in its place, or say what a doubtful write returned')
    .argument('<json>')
    .action((id, json, flags) => decide(id, commands.editOf(json), flags));
  reasoned('reject', 'say no; whoever proposed it is told why').action((id, flags) =>
    decide(id, { is: 'reject' }, flags),
  );
  reasoned('delegate', 'hand your right to decide to somebody else, who has it instead')
    .argument('<principal>')
    .action((id, to, flags) => decide(id, { is: 'delegate', to }, flags));
  on('answer', 'answer a question in your own words')
    .argument('<text>')
    .action((id, text, flags) => run(commands.decide(open, id, { is: 'answer', text }, flags)));
}

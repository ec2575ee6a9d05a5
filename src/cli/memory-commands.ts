import type { Desk } from '../host/desk.ts';
import type { Command } from './commander.ts';
import { JSON_OPTION } from './commands.ts';
import type { MemoryFlags } from './memory.ts';
import type { SessionFlags } from './session.ts';
import * as onUse from './on-use.ts';

/** What every command takes that is about the memory of a project. */
const placed = (command: Command): Command =>
  command
    .option('--project <folder>', 'the folder that it is about', '.')
    .option('--scope <scope>', 'of this scope: local/<folder> is what all branches know')
    .option(...JSON_OPTION);

/** `nova memory`: what is known from one day to the next; `nova correct`: who takes what. */
export function addMemory(
  nova: Command,
  open: () => Promise<Desk>,
  run: (work: Promise<number>) => Promise<void>,
): void {
  nova
    .command('session')
    .description('what was said in a conversation (`nova ask --session NAME`), and what is open')
    .argument('<name>')
    .option('--project <folder>', 'the folder that it is about', '.')
    .option('--before <run>', 'list the dropped turns before this one')
    .option(...JSON_OPTION)
    .action((name: string, flags: SessionFlags) => run(onUse.session(open, name, flags)));
  placed(nova.command('correct').description('say who takes a request: the next such goes there'))
    .argument('<request>', 'its text, or the run in which it was asked')
    .argument('<agent>', 'or `nobody`')
    .action((request: string, agent: string, flags: MemoryFlags) =>
      run(onUse.correct(open, [request, agent], flags)),
    );
  const memory = nova.command('memory').description('what is known here from one day to the next');
  const on = (name: string, does: string): Command =>
    placed(memory.command(name, { isDefault: name === 'list' }).description(does));
  on('list', 'list it, what is held until you accept it among it').action((flags: MemoryFlags) =>
    run(onUse.memory(open, { is: 'list' }, flags)),
  );
  on('search', 'what would be recalled for some words')
    .argument('<words>')
    .action((words: string, flags: MemoryFlags) =>
      run(onUse.memory(open, { is: 'search', words }, flags)),
    );
  on('add', 'note something')
    .argument('<text>')
    .option('--kind <kind>', 'fact, term, decision or promise', 'fact')
    .action((text: string, { kind, ...flags }: MemoryFlags & { readonly kind: never }) =>
      run(onUse.memory(open, { is: 'note', kind, text }, flags)),
    );
  for (const [is, does] of [
    ['accept', 'let what an agent noted be recalled'],
    ['settle', 'a decision is made, a promise kept: it is open no more; a lesson counts no more'],
    ['forget', 'take a record out, and its words off the disk'],
  ] as const)
    on(is, does)
      .argument('<id>')
      .action((id: string, flags: MemoryFlags) => run(onUse.memory(open, { is, id }, flags)));
}

#!/usr/bin/env node
import { Command, CommanderError } from './commander.ts';
import { dataFolder } from '../config/data-folder.ts';
import { loadEnvironment } from '../config/environment.ts';
import { configIn, loadConfig } from '../config/load-config.ts';
import { modelHere } from '../config/model-here.ts';
import type { Config } from '../config/define-config.ts';
import type { Desk } from '../host/desk.ts';
import type { AgentsFlags } from './agents.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { RunsFlags } from './runs.ts';
import type { StopFlags } from './stop.ts';
import * as commands from './commands.ts';
import { FAILED, USAGE } from './exit-codes.ts';
import { deskHere, type Globals } from './here.ts';
import * as onUse from './on-use.ts';
import { addMcp } from './mcp-commands.ts';
import { addMemory } from './memory-commands.ts';
import { addPictures, addProof } from './proof-commands.ts';
import { oneLine, printable } from './print.ts';
import { addReview } from './review-commands.ts';
import { UNFIT, unfit, version } from './release.ts';

type ShowFlags = commands.Common & { readonly asTest?: string; readonly prompts?: true };
type Run = (work: Promise<number>) => Promise<void>;

/** The organisation of `nova.config`, else the one that comes with the package; and who thinks for it. */
async function organise(): Promise<Config> {
  const config = (await loadConfig(process.cwd())) ?? (await included());
  const model = await modelHere(config);
  const { models: _, ...rest } = config;
  return { ...rest, ...(model && { model }) };
}

/** A name that the compiler does not follow: nothing below knows the agents. */
async function included(): Promise<Config> {
  const agents = 'nova-agents/agents';
  const module = (await import(agents)) as { readonly organisation: Organisation };
  return { organisation: module.organisation };
}

const deskOf = (globals: Globals) => deskHere(organise, globals);

async function openDesk(globals: Globals): Promise<Desk> {
  const open = await import('../server/open-desk.ts');
  return open.openDesk(deskOf(globals));
}

function program(exit: { code: number }): Command {
  const nova = new Command('nova')
    .description('Many narrow agents that work as one team, every step a state machine.')
    .version(version())
    .option(
      '--store <folder>',
      'where the journal lies (default: NOVA_HOME, or the state folder of the system)',
    )
    .option('--cut-damage', 'where the journal is damaged, keep what stands before the damage')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
    .showHelpAfterError();
  const open = () => openDesk(nova.opts<Globals>());
  const folder = () => nova.opts<Globals>().store ?? dataFolder();
  const run = async (work: Promise<number>) => {
    exit.code = await work;
  };

  nova
    .command('ask')
    .description('take a request to its end, or to where a person is needed')
    .argument('<request>', 'what you want, in your own words; `-` reads it from stdin')
    .option('--project <folder>', 'the folder that it is about', '.')
    .option('--all', 'over all projects that nova.config.ts names, instead of one')
    .option('--review-plan', 'approve the plan before it runs')
    .option('--session <name>', 'go on with a conversation, or begin one')
    .option(...commands.JSON_OPTION)
    .action((text: string, flags: commands.AskFlags) => run(commands.ask(open, text, flags)));
  nova
    .command('resume')
    .description('take up a run that a process left behind')
    .argument('<run>')
    .option(...commands.JSON_OPTION)
    .action((id: string, flags: commands.Common) => run(commands.resume(open, id, flags)));
  nova
    .command('stay')
    .description(
      'keep a process for what waits: times, other processes, runs that were left behind',
    )
    .action(() => run(onUse.stay(deskOf(nova.opts<Globals>()))));
  addRuns(nova, run);
  nova
    .command('show')
    .description('show a run: its answer, what waits, every handoff')
    .argument('<run>', 'or a counterexample that `nova check` wrote: FILE.json')
    .option('--as-test <file>', 'make a test of the counterexample, for vitest: OUT.test.ts')
    .option(...commands.JSON_OPTION)
    .option('--prompts', 'what models were sent in it, exactly, with secrets taken out')
    .action((id: string, { asTest, prompts, ...flags }: ShowFlags) => {
      if (asTest !== undefined) return run(onUse.asTest(id, asTest));
      if (prompts === true) return run(onUse.prompts(open, id, flags));
      return run(
        id.endsWith('.json') ? onUse.replay(organise, id) : commands.show(open, id, flags),
      );
    });

  addTeam(nova, open, folder, run);
  addForget(nova, open, run);
  addMemory(nova, open, run);
  addAccounts(nova, open, run);
  addProof(nova, organise, open, run);
  addReview(nova, open, run);
  addPictures(nova, organise, folder, run);
  addMcp(nova, organise, run);
  return nova;
}

function addRuns(nova: Command, run: Run): void {
  nova
    .command('runs')
    .description('list the runs, newest first')
    .option('--limit <count>', 'at most so many, or `all` (default: 20; all with --json)')
    .option('--scope <scope>', 'those of this project, as their ids begin: local/<folder>/<branch>')
    .option('--state <state>', 'those that ended so, or are `open` or `waiting`')
    .option(
      '--stats',
      'how much people were asked in them (the newest 1,000 without --limit), and what tenants have taken',
    )
    .option(...commands.JSON_OPTION)
    .action((flags: RunsFlags) => run(onUse.runs(deskOf(nova.opts<Globals>()), flags)));
}

/** Who is here, and what they can do. */
function addTeam(nova: Command, open: () => Promise<Desk>, folder: () => string, run: Run): void {
  nova
    .command('agents')
    .description('list who can be asked')
    .option('--for <words>', 'who would take them, by which words, and who came near')
    .option('--project <folder>', 'where they are asked', '.')
    .option('--scope <scope>', 'in this scope instead')
    .option(...commands.JSON_OPTION)
    .action((flags: AgentsFlags) => run(onUse.agents(organise, open, flags)));
  nova
    .command('doctor')
    .description('say what is configured, what of it can be reached, and what each agent can do')
    .option(...commands.JSON_OPTION)
    .action((flags: commands.Common) => {
      const config = configIn(process.cwd());
      return run(onUse.doctor({ organise, config, store: folder() }, flags));
    });
}

function addForget(nova: Command, open: () => Promise<Desk>, run: Run): void {
  nova
    .command('forget')
    .description('take the words of a run that is over out of the folder; how it went stays')
    .argument('<run>')
    .option('--value <hash>', 'only the value of that hash')
    .action((id: string, flags: { readonly value?: string }) => run(onUse.forget(open, id, flags)));
}

/** How runs are ended, and what became of them. */
function addAccounts(nova: Command, open: () => Promise<Desk>, run: Run): void {
  nova
    .command('stop')
    .description('stop a run, or all: after it nothing of it begins; says what was under way')
    .argument('[run]')
    .option('--all', 'every run')
    .option(...commands.JSON_OPTION)
    .action((id: string | undefined, flags: StopFlags) => run(onUse.stop(open, id, flags)));
  nova
    .command('why')
    .description('name the first handoff at which a run went wrong, with the values as they were')
    .argument('<run>')
    .option(...commands.JSON_OPTION)
    .action((id: string, flags: commands.Common) => run(onUse.why(open, id, flags)));
  const letters = nova.command('letters').description('what came in and was not taken, and why');
  letters
    .command('list', { isDefault: true })
    .description('list it')
    .argument('[run]', 'only of this run')
    .option(...commands.JSON_OPTION)
    .action((id: string | undefined, flags: commands.Common) =>
      run(onUse.letters(open, id, flags)),
    );
  letters
    .command('redeliver')
    .description('deliver one of them again, once, after its cause is mended')
    .argument('<letter>', 'as it is listed: RUN#N')
    .action((id: string) => run(onUse.redeliver(open, id)));
}

async function main(): Promise<void> {
  const tooOld = unfit();
  if (tooOld !== undefined) {
    process.off('exit', sayEarlyEnd);
    process.stderr.write(`${tooOld}\n`);
    process.exitCode = UNFIT;
    return;
  }
  const code = await carryOut();
  process.off('exit', sayEarlyEnd);
  process.exitCode ??= code;
}

async function carryOut(): Promise<number> {
  const exit = { code: 0 };
  try {
    loadEnvironment(process.cwd());
    await program(exit).parseAsync();
    return exit.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    const failed = commands.failure(error);
    process.stderr.write(`${failed.line}\n`);
    return failed.code;
  }
}

/** A reader that has gone is nobody's failure; words that were lost on a full disk are. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return;
    process.exitCode = FAILED;
    if (stream === process.stdout) process.stderr.write(`nova: stdout: ${oneLine(message)}\n`);
  });

/** Nothing ends quietly: not even where a configuration exits, or waits for what never comes. */
function sayEarlyEnd(code: number): void {
  process.stderr.write('nova: the process ended before its work did\n');
  process.exitCode = code === 0 ? FAILED : code;
}
process.once('exit', sayEarlyEnd);
// Not awaited: what never comes would end the process with a page of warnings.
void main();

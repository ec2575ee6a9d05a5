import type { Config } from '../config/define-config.ts';
import type { Desk } from '../host/desk.ts';
import type { CheckFlags } from './check.ts';
import type { Command } from './commander.ts';
import { JSON_OPTION } from './commands.ts';
import type { ExploreFlags } from './explore.ts';
import type { InspectFlags } from './inspect.ts';
import type { LockFlags } from './lock.ts';
import type { ShadowFlags } from './shadow.ts';
import * as onUse from './on-use.ts';

type Organise = () => Promise<Config>;
type Run = (work: Promise<number>) => Promise<void>;

/** How a charter and a run look. */
export function addPictures(
  nova: Command,
  organise: Organise,
  folder: () => string,
  run: Run,
): void {
  nova
    .command('picture')
    .description('draw every team as a graph for Mermaid, in Markdown')
    .argument('[module]', 'exports an organisation or teams (default: the organisation here)')
    .action((path: string | undefined) => run(onUse.picture(organise, path)));
  nova
    .command('inspect')
    .description(
      'show a run, recorded or going on, to the Stately inspector: a WebSocket on 127.0.0.1',
    )
    .argument('<run>')
    .option('--port <number>', 'where to listen (default: a free port)')
    .option('--context', 'contexts and events as they are, not only their keys')
    .option(
      '--origin <origin>',
      'a web page that may read it, as https://stately.ai; as often as wanted (default: none)',
      (origin, before: readonly string[] | undefined) => [...(before ?? []), origin],
    )
    .option('--once', 'end when somebody has got all that there is (default: Ctrl-C)')
    .action((id: string, flags: InspectFlags) => run(onUse.inspect(organise, folder(), id, flags)));
}

/** What can be proven of an organisation, and measured. */
export function addProof(
  nova: Command,
  organise: Organise,
  open: () => Promise<Desk>,
  run: Run,
): void {
  nova
    .command('shadow')
    .description(
      'have another version, prompt or model do what an agent did on record, and compare',
    )
    .argument('<agent>')
    .option('--with <module>', 'exports the agent as it is to be (default: as it is)')
    .option('--model <names>', 'the models that are to think for it, with commas between them')
    .option('--limit <count>', 'at most so many cases, the newest (default: 20)')
    .option('--scope <scope>', 'of this project')
    .option('--save <file>', 'keep the cases')
    .option('--cases <file>', 'take kept cases instead of the journal')
    .option(...JSON_OPTION)
    .action((agent: string, flags: ShadowFlags) => run(onUse.shadow(organise, open, agent, flags)));
  nova
    .command('check')
    .description(
      'walk through everything that can happen: lint and explore machines, requests and teams',
    )
    .argument(
      '[module]',
      'exports an organisation, teams, agents or machines (default: the organisation here)',
    )
    .option(
      '--full',
      'any number of faults on a path, not only two; the paths of every machine; without a module also the protocol’s own',
    )
    .option(...JSON_OPTION)
    .action((path: string | undefined, flags: CheckFlags) =>
      run(onUse.check(organise, path, flags)),
    );
  nova
    .command('lock')
    .description(
      'write down the version of every definition: nova check tells when one changes under it',
    )
    .option('--accept', 'also what has changed under its version: no run is in flight')
    .action((flags: LockFlags) => run(onUse.lock(organise, flags)));
  nova
    .command('explore')
    .description('step through a request by hand: everything that may happen, one of it, and back')
    .argument('[module]', 'exports an organisation or teams (default: the organisation here)')
    .option('--of <name>', 'what to step through, as `nova check` calls it: "team support"')
    .action((path: string | undefined, flags: ExploreFlags) =>
      run(onUse.explore(organise, path, flags)),
    );
}

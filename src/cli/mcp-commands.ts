import type { Config } from '../config/define-config.ts';
import type { Command } from './commander.ts';
import { JSON_OPTION } from './commands.ts';
import type { AcceptFlags, McpFlags } from './mcp.ts';
import * as onUse from './on-use.ts';

/** Which tools of others there are, and what of them is accepted. */
export function addMcp(
  nova: Command,
  organise: () => Promise<Config>,
  run: (work: Promise<number>) => Promise<void>,
): void {
  const mcp = nova.command('mcp').description('MCP servers and how their tools stand');
  mcp
    .command('list', { isDefault: true })
    .description('list them: accepted, changed, new, gone')
    .option(...JSON_OPTION)
    .action((flags: McpFlags) => run(onUse.mcp(organise, flags)));
  mcp
    .command('accept')
    .description('show what a server’s tools are now, and write it down: only that may be used')
    .argument('<server>')
    .argument('[tools...]', 'default: all that are not as they were accepted')
    .option('--yes', 'without asking')
    .action((id: string, names: string[], flags: AcceptFlags) =>
      run(onUse.accept(organise, id, names, flags)),
    );
}

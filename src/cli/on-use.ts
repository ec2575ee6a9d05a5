// What most calls of the command line never need is loaded where it is used: each is a door to a file of its name.
import type { Config } from '../config/define-config.ts';
import type { Desk } from '../host/desk.ts';
import type { McpServer } from '../mcp/server.ts';
import type { OpenDeskOptions } from '../server/open-desk.ts';
import type { RunQuery } from '../store/ports.ts';
import type { AgentsFlags } from './agents.ts';
import type { CheckFlags } from './check.ts';
import type { Surroundings } from './doctor.ts';
import type { ExploreFlags } from './explore.ts';
import type { InspectFlags } from './inspect.ts';
import type { LockFlags } from './lock.ts';
import type { AcceptFlags, McpFlags } from './mcp.ts';
import type { MemoryCommand } from '../memory/command.ts';
import type { MemoryFlags } from './memory.ts';
import type { RunsFlags } from './runs.ts';
import type { SessionFlags } from './session.ts';
import type { ShadowFlags } from './shadow.ts';
import type { StopFlags } from './stop.ts';

type Organise = () => Promise<Config>;
const organisationOf = (organise: Organise) => async () => (await organise()).organisation;

export async function stay(options: OpenDeskOptions): Promise<number> {
  const { holdDesk } = await import('../server/open-desk.ts');
  const command = await import('./stay.ts');
  return command.stay((signal, onWait) => holdDesk(options, signal, onWait));
}

export async function runs(options: OpenDeskOptions, flags: RunsFlags): Promise<number> {
  const { countAsks, listRuns } = await import('../server/list-runs.ts');
  const command = await import('./runs.ts');
  const list = (query: RunQuery) => listRuns(options, query);
  return command.runs({ list, count: (query) => countAsks(options, query) }, flags);
}

export async function forget(
  open: () => Promise<Desk>,
  run: string,
  flags: { readonly value?: string },
): Promise<number> {
  const command = await import('./forget.ts');
  return command.forget(open, run, flags);
}

export async function stop(
  open: () => Promise<Desk>,
  run: string | undefined,
  flags: StopFlags,
): Promise<number> {
  const command = await import('./stop.ts');
  return command.stop(open, run, flags);
}

export async function why(
  open: () => Promise<Desk>,
  run: string,
  flags: { readonly json?: boolean },
): Promise<number> {
  const command = await import('./why.ts');
  return command.why(open, run, flags);
}

export async function doctor(
  surroundings: Surroundings,
  flags: { readonly json?: boolean },
): Promise<number> {
  const command = await import('./doctor.ts');
  return command.doctor(surroundings, flags);
}

export async function shadow(
  organise: Organise,
  open: () => Promise<Desk>,
  agent: string,
  flags: ShadowFlags,
): Promise<number> {
  const command = await import('./shadow.ts');
  return command.shadow(organise, open, agent, flags);
}

export async function agents(
  organise: Organise,
  open: () => Promise<Desk>,
  flags: AgentsFlags,
): Promise<number> {
  const command = await import('./agents.ts');
  return command.agents(organise, open, flags);
}

export async function correct(
  open: () => Promise<Desk>,
  said: readonly [request: string, agent: string],
  flags: MemoryFlags,
): Promise<number> {
  const command = await import('./memory.ts');
  return command.correct(open, said, flags);
}

export async function memory(
  open: () => Promise<Desk>,
  asked: MemoryCommand,
  flags: MemoryFlags,
): Promise<number> {
  const command = await import('./memory.ts');
  return command.memory(open, asked, flags);
}

export async function session(
  open: () => Promise<Desk>,
  name: string,
  flags: SessionFlags,
): Promise<number> {
  const command = await import('./session.ts');
  return command.session(open, name, flags);
}

export async function prompts(
  open: () => Promise<Desk>,
  run: string,
  flags: { readonly json?: boolean },
): Promise<number> {
  const command = await import('./prompts.ts');
  return command.prompts(open, run, flags);
}

export async function letters(
  open: () => Promise<Desk>,
  run: string | undefined,
  flags: { readonly json?: boolean },
): Promise<number> {
  const command = await import('./letters.ts');
  return command.letters(open, run, flags);
}

export async function redeliver(open: () => Promise<Desk>, letter: string): Promise<number> {
  const command = await import('./letters.ts');
  return command.redeliver(open, letter);
}

export async function picture(organise: Organise, path: string | undefined): Promise<number> {
  const command = await import('./picture.ts');
  return command.picture(organisationOf(organise), path);
}

export async function inspect(
  organise: Organise,
  folder: string,
  id: string,
  flags: InspectFlags,
): Promise<number> {
  const command = await import('./inspect.ts');
  return command.inspect(organise, folder, id, flags);
}

export async function replay(organise: Organise, file: string): Promise<number> {
  const command = await import('./replay.ts');
  return command.replay(organisationOf(organise), file);
}

export async function asTest(file: string, out: string): Promise<number> {
  const command = await import('./as-test.ts');
  return command.asTest(file, out);
}

export async function explore(
  organise: Organise,
  path: string | undefined,
  flags: ExploreFlags,
): Promise<number> {
  const command = await import('./explore.ts');
  return command.explore(organisationOf(organise), path, flags);
}

export async function check(
  organise: Organise,
  path: string | undefined,
  flags: CheckFlags,
): Promise<number> {
  const command = await import('./check.ts');
  return command.check(organisationOf(organise), path, flags);
}

export async function lock(organise: Organise, flags: LockFlags): Promise<number> {
  const command = await import('./lock.ts');
  return command.lock(organisationOf(organise), flags);
}

/** The MCP servers of a configuration, and of its agents' tools. */
const serversOf = (organise: Organise) => async () => {
  const { mcp: named = [], organisation } = await organise();
  const sources = [...organisation.tools.values()].map(({ source }) => source);
  const isServer = (one: unknown): one is McpServer =>
    (one as Partial<McpServer> | undefined)?.kind === 'mcp-server';
  return [...new Set([...named, ...sources])].filter(isServer);
};

export async function mcp(organise: Organise, flags: McpFlags): Promise<number> {
  const command = await import('./mcp.ts');
  return command.mcp(serversOf(organise), flags);
}

export async function accept(
  organise: Organise,
  server: string,
  names: readonly string[],
  flags: AcceptFlags,
): Promise<number> {
  const command = await import('./mcp.ts');
  return command.accept(serversOf(organise), server, names, flags);
}

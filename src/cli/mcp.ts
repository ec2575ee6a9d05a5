import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { unifiedDiff } from '../decide/unified-diff.ts';
import { messageOf } from '../host/border.ts';
import { canonical } from '../kernel/canonical.ts';
import type { Listing } from '../mcp/line.ts';
import { changedParts, writePins, type Pin } from '../mcp/pins.ts';
import { contractsOf, type McpServer } from '../mcp/server.ts';
import { toolName } from '../mcp/tool-name.ts';
import { askWhether } from './ask-person.ts';
import { exitCodeOf } from './exit-codes.ts';
import { columns, jsonText, NOVA, oneLine } from './print.ts';

const REFUSED = 1;

export interface McpFlags {
  readonly json?: boolean;
}
export interface AcceptFlags {
  readonly yes?: boolean;
}
/** How a tool stands to what was accepted of it. */
interface Standing {
  readonly name: string;
  readonly tool: string;
  readonly is: 'accepted' | 'changed' | 'new' | 'gone' | 'unusable';
  /** What has changed, or why it cannot be used. */
  readonly why: string;
  readonly effect: 'reads' | 'writes';
}
type Load = () => Promise<readonly McpServer[]>;

/**
 * A stranger's text for a person's eyes: what cannot be seen is written out, for there is what drives a terminal, what turns the order
 * of words, and what is read by models alone.
 */
const visible = (text: string): string =>
  text.replace(/[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, (sign) =>
    sign === '\n' ? sign : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );

/** Why no contract can be made of it. */
function faultOf(live: Pin): string | undefined {
  try {
    contractsOf(live);
    return undefined;
  } catch (error) {
    return oneLine(visible(messageOf(error)));
  }
}

function standingOf(pin: Pin | undefined, live: Pin | undefined): [Standing['is'], string] {
  if (live === undefined) return ['gone', ''];
  const fault = faultOf(live);
  if (fault !== undefined) return ['unusable', fault];
  if (pin === undefined) return ['new', ''];
  if (live.sha256 === pin.sha256) return ['accepted', ''];
  return ['changed', changedParts(pin, live).join(', ') || 'its pin was edited'];
}

function standings(server: McpServer, { tools, unkept }: Listing): Standing[] {
  const names = [...new Set([...server.pins.keys(), ...tools.keys()])].toSorted();
  const known = names.map((name): Standing => {
    const [is, why] = standingOf(server.pins.get(name), tools.get(name));
    const effect = server.isRead(name) ? 'reads' : 'writes';
    return { name, tool: toolName(server.id, name), is, why, effect };
  });
  const others = [...unkept].map(([name, why]): Standing => {
    return {
      name: visible(name),
      tool: '',
      is: 'unusable',
      why: oneLine(visible(why)),
      effect: 'writes',
    };
  });
  return [...known, ...others];
}

/** Speaks with a server, and ends it whatever happens, also by a Ctrl-C. */
async function at<T>(server: McpServer, work: (listing: Listing) => Promise<T>): Promise<T> {
  const leave = () => process.exit(exitCodeOf('cancelled'));
  process.once('SIGINT', leave);
  try {
    return await work(await server.list());
  } finally {
    await server.close();
    process.off('SIGINT', leave);
  }
}

/**
 * `nova mcp`: the servers of the configuration and their tools.
 * @returns 1 where one cannot be spoken with, or what was accepted is not so any more.
 */
export async function mcp(load: Load, { json }: McpFlags): Promise<number> {
  const servers = await load();
  const all: { id: string; holds: boolean; tools?: Standing[]; problem?: string }[] = [];
  for (const server of servers) {
    const { id, pins } = server;
    try {
      const tools = await at(server, async (listing) => standings(server, listing));
      const holds = tools.every(({ name, is }) => is === 'accepted' || !pins.has(name));
      all.push({ id, holds, tools });
    } catch (error) {
      all.push({ id, holds: false, problem: oneLine(visible(messageOf(error))) });
    }
  }
  const rows = (tools: readonly Standing[]) =>
    columns(tools.map(({ name, tool, is, why, effect }) => [`  ${name}`, is, effect, tool, why]));
  const texts = all.map(({ id, tools = [], problem }) =>
    [id, problem === undefined ? rows(tools) : `  ${problem}`].join('\n'),
  );
  const text = texts.length === 0 ? 'no MCP servers are configured' : texts.join('\n\n');
  process.stdout.write(`${json ? jsonText(all) : text}\n`);
  return all.every(({ holds }) => holds) ? 0 : REFUSED;
}

const lines = ({ sha256: _, description = '(it says nothing of itself)', ...rest }: Pin): string =>
  visible(`${description}\n${canonical(rest as Json, 2)}\n`);

/** What would be accepted: all of a new tool, and of one that changed what is another. */
function shownOf(
  { name, tool, is, why, effect }: Standing,
  pin: Pin | undefined,
  live: Pin | undefined,
) {
  const head = `${name} (${is}${why === '' ? '' : `: ${why}`}) as ${tool}, ${effect}`;
  if (live === undefined) return head;
  return `${head}\n${pin === undefined ? lines(live) : unifiedDiff(lines(pin), lines(live))}`;
}

async function agreed(count: number, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    process.stderr.write('nova: nothing was accepted; --yes accepts what is shown\n');
    return false;
  }
  return askWhether(`Accept ${count === 1 ? 'it' : `these ${count}`}?`);
}

/**
 * `nova mcp accept`: writes down what a server's tools are, after it was shown; without names, of all that are not as they were accepted.
 * @returns 1 where nothing was accepted. @throws BadRequestError for a server or a tool that is not there.
 */
export async function accept(
  load: Load,
  id: string,
  names: readonly string[],
  { yes = false }: AcceptFlags,
): Promise<number> {
  const server = (await load()).find((one) => one.id === id);
  if (server === undefined) throw new BadRequestError(`no MCP server ${id} is configured`);
  return at(server, async (listing) => {
    const all = standings(server, listing);
    const unknown = names.find((name) => !all.some((one) => one.name === name));
    if (unknown !== undefined) throw new BadRequestError(`${id} has no tool ${unknown}`);
    const wanted = all.filter(({ name }) => names.length === 0 || names.includes(name));
    const unusable = wanted.filter(({ is }) => is === 'unusable');
    for (const { name, why } of unusable)
      process.stderr.write(`nova: ${name} cannot be accepted: ${why}\n`);
    const open = wanted.filter(({ is }) => is !== 'unusable' && is !== 'accepted');
    if (names.length > 0 && unusable.length > 0) return REFUSED;
    if (open.length === 0) {
      process.stdout.write(`${id}: nothing has changed\n`);
      return 0;
    }
    for (const one of open)
      process.stdout.write(
        `${shownOf(one, server.pins.get(one.name), listing.tools.get(one.name))}\n`,
      );
    if (!(await agreed(open.length, yes))) return REFUSED;
    const pins = new Map(server.pins);
    for (const { name } of open) {
      const live = listing.tools.get(name);
      if (live === undefined) pins.delete(name);
      else pins.set(name, live);
    }
    await writePins(server.file, id, [...pins.values()]);
    process.stdout.write(`${server.file}: ${pins.size} tools of ${id}; ${NOVA} mcp lists them\n`);
    return 0;
  });
}

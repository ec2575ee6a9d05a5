import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { DefinitionError } from '../errors/definition-error.ts';
import { ToolRefusedError } from '../errors/tool-refused-error.ts';
import { messageOf } from '../host/border.ts';
import {
  defineTool,
  type Tool,
  type ToolDefinition,
  type ToolSource,
} from '../team/define-tool.ts';
import type { Contract } from '../team/contract.ts';
import { requireName } from '../team/names.ts';
import type { Address, Endpoint } from './client.ts';
import type { Program } from '../host/program.ts';
import { contractOf } from './contract-of.ts';
import { Line, type Listing } from './line.ts';
import { definitionOf, hashOfTool, readPins, type Definition, type Pin } from './pins.ts';
import { Content, outputOf } from './result.ts';
import { toolName } from './tool-name.ts';

interface Terms {
  /** In kebab-case; the tools' names begin with it. */
  readonly id: string;
  /** What was accepted of its tools; default `nova.mcp.json` where Nova runs. */
  readonly pins?: string | URL;
  /** Tools of which you say that they only read; every other one waits for a person at each call, whatever its server says. */
  readonly reads?: readonly string[];
  /** Of one call, connecting included, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
  /** Of one result, as JSON; default 200,000. */
  readonly maxBytes?: number;
}
/** A program that speaks over its stdin and stdout, or a server by Streamable HTTP. */
export type McpDefinition = Terms & (Program | Endpoint);
/** What may be said of one tool. */
export type McpToolOptions = Pick<
  ToolDefinition<string, Contract, Contract>,
  'approval' | 'inDoubt' | 'polls' | 'timeoutMs'
>;

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 200_000;
const MAX_MAX_BYTES = 2_000_000;
const FILE = 'nova.mcp.json';

/** The contracts of a tool as it was accepted. @throws where it is not the accepted one, or no contract can be made of it. */
export function contractsOf(definition: Definition): {
  readonly input: Contract;
  readonly output: Contract;
} {
  const { inputSchema, outputSchema } = definition;
  return {
    input: contractOf('its input', inputSchema),
    output: outputSchema === undefined ? Content : contractOf('its output', outputSchema),
  };
}

/** A tool whose schemas are known, or why it may not be used. */
type Accepted =
  | { readonly pin: Pin; readonly input: Contract; readonly output: Contract }
  | { readonly refused: string };

/** A server's tools, as they were accepted; it is spoken with at the first call of one of them. */
export class McpServer implements ToolSource {
  readonly kind = 'mcp-server';
  readonly id: string;
  /** The file in which stands what was accepted. */
  readonly file: string;
  readonly #definition: McpDefinition;
  readonly #line: Line;
  readonly #pins: ReadonlyMap<string, Pin>;
  readonly #tools = new Map<string, Tool>();
  readonly #names = new Map<string, string>();
  #users = 0;

  constructor(definition: McpDefinition, file: string, address: Address) {
    this.id = definition.id;
    this.file = file;
    this.#definition = definition;
    this.#line = new Line(definition.id, address, definition.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#pins = readPins(file, definition.id);
  }

  /** What was accepted, by the server's own names. */
  get pins(): ReadonlyMap<string, Pin> {
    return this.#pins;
  }

  /** All tools that were accepted. */
  get tools(): readonly Tool[] {
    return [...this.#pins.keys()].map((name) => this.tool(name));
  }

  /**
   * One of its tools, by the server's own name for it: `read_file` of `files` is the tool `files-read-file`. One that was not accepted,
   * or whose schemas cannot be held to, is refused at each call.
   * @param options of its first mention; it is one tool, however often it is mentioned.
   * @throws DefinitionError for two tools whose names come to the same, and for options that its definition refuses.
   */
  tool(name: string, options: McpToolOptions = {}): Tool {
    const known = this.#tools.get(name);
    const where = `tool ${name} of the MCP server ${this.id}`;
    if (known !== undefined) {
      if (Object.keys(options).length === 0) return known;
      throw new DefinitionError(where, 'it was mentioned before; its options stand there');
    }
    const own = toolName(this.id, name);
    const other = this.#names.get(own);
    if (other !== undefined) throw new DefinitionError(where, `${other} is called ${own} too`);
    const tool = this.#define(name, own, options);
    this.#tools.set(name, tool);
    this.#names.set(own, name);
    return tool;
  }

  /** What the server lists now. @throws McpError. */
  list(signal?: AbortSignal): Promise<Listing> {
    return this.#line.list(signal);
  }

  isRead(name: string): boolean {
    return this.#definition.reads?.includes(name) === true;
  }

  /** Somebody uses it from now on; who lets go last closes it. */
  attach(): () => Promise<void> {
    this.#users += 1;
    let isLetGo = false;
    return async () => {
      if (isLetGo) return;
      isLetGo = true;
      this.#users -= 1;
      if (this.#users === 0) await this.close();
    };
  }

  /** Ends the connection, and the program where it is one; the next call makes another. */
  close(): Promise<void> {
    return this.#line.close();
  }

  #accepted(name: string): Accepted {
    const pin = this.#pins.get(name);
    const where = `${name} of the MCP server ${this.id}`;
    if (pin === undefined)
      return { refused: `${where} was never accepted: nova mcp accept ${this.id} ${name}` };
    if (hashOfTool(definitionOf(pin)) !== pin.sha256)
      return { refused: `${where} is not what was accepted: its pin was edited` };
    try {
      return { pin, ...contractsOf(pin) };
    } catch (error) {
      return { refused: `${where} cannot be used: ${messageOf(error)}` };
    }
  }

  #define(name: string, own: string, options: McpToolOptions): Tool {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = this.#definition;
    const terms = {
      timeoutMs,
      ...options,
      name: own,
      source: this,
      effect: this.isRead(name) ? ('reads' as const) : ('writes' as const),
    };
    const accepted = this.#accepted(name);
    if ('refused' in accepted)
      return defineTool({
        ...terms,
        refused: accepted.refused,
        does: `${name} of the MCP server ${this.id}, which was not accepted.`,
        input: z.json(),
        output: z.json(),
        run: async (): Promise<never> => {
          throw new ToolRefusedError('tool_not_granted', accepted.refused);
        },
      });
    const { pin, input, output } = accepted;
    const line = this.#line;
    return defineTool({
      ...terms,
      does: pin.description?.trim() || `${pin.title ?? name} of the MCP server ${this.id}.`,
      input,
      output,
      run: async (given, { signal }) => {
        const writes = terms.effect === 'writes';
        const limits = { signal, timeoutMs: terms.timeoutMs };
        const answer = await line.call({ pin, input: given as object, writes, ...limits });
        return outputOf(answer, pin.outputSchema !== undefined, maxBytes);
      },
    });
  }
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** @throws DefinitionError. */
function addressOf(where: string, definition: McpDefinition): Address {
  if (!('url' in definition)) {
    const { command, args, env, cwd } = definition;
    return { command, ...(args && { args }), ...(env && { env }), ...(cwd && { cwd }) };
  }
  const { protocol, hostname } = URL.parse(definition.url) ?? {};
  const isSafe =
    protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname ?? ''));
  if (!isSafe)
    throw new DefinitionError(where, 'its url is neither https nor http on this machine');
  const { url, headers } = definition;
  return { url, ...(headers && { headers }) };
}

/**
 * Names a server of the Model Context Protocol, so that its tools can be an agent's. Its tools are known from what a person accepted
 * (`nova mcp accept`), offline; at the first call it is started or connected to, and a tool that is not the accepted one any more is
 * refused. A program sees `env` and what every program needs, nothing else of the surroundings; it ends with the last Nova that uses it.
 * @throws DefinitionError for an id that is no name, a url that is not safe, and limits that are none; BadConfigError for pins that
 *   cannot be read.
 */
export function mcpServer(definition: McpDefinition): McpServer {
  const where = `MCP server ${definition.id}`;
  requireName(where, definition.id);
  const { pins = FILE, maxBytes = DEFAULT_MAX_BYTES } = definition;
  if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > MAX_MAX_BYTES)
    throw new DefinitionError(where, `maxBytes is ${maxBytes}, not 1 to ${MAX_MAX_BYTES}`);
  const file = resolve(pins instanceof URL ? fileURLToPath(pins) : pins);
  return new McpServer(definition, file, addressOf(where, definition));
}

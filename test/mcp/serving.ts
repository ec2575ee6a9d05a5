// MCP servers for tests: each is closed with its test, and its tools are accepted as they are told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { mcpServer, type McpDefinition, type McpServer } from 'nova-agents/mcp';
import { writePins } from '../../src/mcp/pins.ts';

export const HOSTILE = resolve(import.meta.dirname, '../fixtures/hostile-mcp.ts');
const packages = resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol');
export const FILESYSTEM = join(packages, 'server-filesystem/dist/index.js');
export const EVERYTHING = join(packages, 'server-everything/dist/index.js');

/** A folder that is there as long as its test, or its file where it is made outside of one. */
export function folder(letGo: (clear: () => void) => void = onTestFinished): string {
  const made = mkdtempSync(join(tmpdir(), 'nova-mcp-'));
  letGo(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Accepts all of a server's tools that can be. */
export async function accept(definition: McpDefinition): Promise<void> {
  const server = mcpServer(definition);
  try {
    const { tools } = await server.list();
    await writePins(server.file, server.id, [...tools.values()]);
  } finally {
    await server.close();
  }
}

/** A server whose pins were written before, closed with the test. */
export function serving(definition: McpDefinition): McpServer {
  const server = mcpServer(definition);
  onTestFinished(() => server.close());
  return server;
}

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

export {
  mcpServer,
  type McpDefinition,
  type McpServer,
  type McpToolOptions,
} from './mcp/server.ts';
export { McpError } from './errors/mcp-error.ts';

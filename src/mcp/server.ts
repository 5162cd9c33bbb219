/** An MCP server of ours: what it offers, and which handler answers which method. */
import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from '@modelcontextprotocol/server';
import { catalogue } from './catalogue.ts';
import { instructionsFor } from './instructions.ts';
import { refuseCursor } from './one-page.ts';
import { registerPrompts } from './prompts/register.ts';
import { registerResources } from './resources/register.ts';
import type { ServerServices } from './services.ts';
import { callTool } from './tool-call.ts';
import { unchecked } from './unchecked.ts';

/** A server instance for one connection. The SDK serves both protocol eras with it. */
export function createServer(services: ServerServices): Server {
  const { tools, wireTools } = catalogue(services.config, services.wireTools);
  const server = new Server(
    { name: 'agent-simulation-mcp', title: 'Agent simulation', version: services.version },
    {
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} },
      instructions: instructionsFor(services.config),
      jsonSchemaValidator: unchecked,
    },
  );

  server.setRequestHandler('tools/list', (request) => {
    refuseCursor(request);
    return { tools: wireTools };
  });
  server.setRequestHandler('tools/call', async (request, ctx): Promise<CallToolResult | InputRequiredResult> => {
    const { name, arguments: args = {} } = request.params;
    const tool = tools.get(name);
    if (!tool) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool of that name. Tools: ${[...tools.keys()].join(', ')}.`,
      );
    }
    return callTool(tool, args, server, ctx, services);
  });
  registerResources(server, services);
  registerPrompts(server, services);
  return server;
}

/** The demo's MCP client: the official v1 client, which most hosts still run, on the built server as a child process. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { unchecked } from '../mcp/unchecked.ts';
import { isRecord } from '../model/json.ts';

export interface DemoClient {
  call(
    tool: string,
    args: Record<string, unknown>,
    onProgress?: (message: string) => void,
  ): Promise<{ text: string; data: Record<string, unknown> }>;
  close(): Promise<void>;
}

export async function connectDemo(args: string[], env: Record<string, string>): Promise<DemoClient> {
  const client = new Client({ name: 'demo', version: '1.0.0' }, { jsonSchemaValidator: unchecked });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'inherit' }));
  return {
    async call(tool, toolArgs, onProgress) {
      const result = await client.callTool({ name: tool, arguments: toolArgs }, undefined, {
        onprogress: onProgress && (({ message }) => onProgress(message ?? '')),
      });
      const [block] = Array.isArray(result.content) ? result.content : [];
      const text = block?.type === 'text' ? block.text : '';
      if (result.isError) throw new Error(`${tool} failed: ${text}`);
      const data = result.structuredContent;
      return { text, data: isRecord(data) ? data : {} };
    },
    close: () => client.close(),
  };
}

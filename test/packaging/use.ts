/** One use of an installed server by the client that most hosts still run: connect, list, one call on the sandbox. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { at, list } from '../support/data.ts';

export interface Used {
  version: string;
  tools: number;
  suites: number;
}

/** Starts it with an empty home folder as its working folder. Throws when the call is an error or finds nothing. */
export async function useServer(command: {
  command: string;
  args: string[];
  env?: Record<string, string>;
}): Promise<Used> {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-use-'));
  const client = new Client({ name: 'install-test', version: '1.0.0' });
  try {
    await client.connect(
      new StdioClientTransport({
        ...command,
        env: { PATH: process.env.PATH ?? '', HOME: home, AGENT_SIM_HOME: home, ...command.env },
        cwd: home,
        stderr: 'pipe',
      }),
    );
    const { tools } = await client.listTools();
    const result = await client.callTool({ name: 'list_tests', arguments: { provider: 'synthflow', kind: 'suite' } });
    if (result.isError) throw new Error(JSON.stringify(result.content));
    const suites = list(at(result.structuredContent, 'tests')).length;
    if (suites === 0) throw new Error('The sandbox lists no suite.');
    return { version: client.getServerVersion()?.version ?? '', tools: tools.length, suites };
  } finally {
    await client.close();
    rmSync(home, { recursive: true, force: true });
  }
}

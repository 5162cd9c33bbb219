/** The OpenAI Agents SDK: the server's tools as an agent gets them. */
import { getAllMcpTools, MCPServerStdio, RunContext } from '@openai/agents-core';

export async function connect({ command, args, env }) {
  const server = new MCPServerStdio({ name: 'agent-sim', command, args, env });
  await server.connect();
  const context = new RunContext({});
  const tools = await getAllMcpTools([server], context, { name: 'agent' });
  return {
    tools: async () => tools.map(({ name }) => name),
    call: async (name, values) => {
      const answer = await tools.find((tool) => tool.name === name).invoke(context, JSON.stringify(values));
      return {
        text: [answer]
          .flat()
          .map(({ text }) => text ?? '')
          .join('\n'),
      };
    },
    read: async (uri) => (await server.readResource(uri)).contents.map(({ text }) => text).join('\n'),
    lacks: { 'get a prompt': !('getPrompt' in server) },
    close: () => server.close(),
  };
}

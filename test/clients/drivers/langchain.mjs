/** LangChain's adapters: tools as LangChain has them; prompts by the SDK client that `getClient` hands out for them. */
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

const SERVER = 'agent-sim';

export async function connect({ command, args, env }) {
  const client = new MultiServerMCPClient({
    mcpServers: { [SERVER]: { transport: 'stdio', command, args, env, stderr: 'ignore' } },
  });
  const tools = await client.getTools();
  return {
    tools: async () => tools.map(({ name }) => name),
    call: async (name, values) => {
      const tool = tools.find((one) => one.name === name);
      // It throws what a tool answers as an error.
      const refused = (error) => ({ content: error.message, isError: true });
      const said = await tool.invoke({ type: 'tool_call', id: '1', name, args: values }).catch(refused);
      const { content, artifact, isError } = said;
      const text = typeof content === 'string' ? content : content.map((block) => block.text ?? '').join('\n');
      return { text, data: structuredIn(artifact), isError };
    },
    read: async (uri) => (await client.readResource(SERVER, uri)).map(({ text }) => text).join('\n'),
    prompt: async (name, values) => {
      const sdk = await client.getClient(SERVER);
      const { messages } = await sdk.getPrompt({ name, arguments: values });
      return messages.map(({ content }) => content.text).join('\n');
    },
    close: () => client.close(),
  };
}

function structuredIn(artifact) {
  const parts = Array.isArray(artifact) ? artifact : [artifact];
  return parts.find((part) => part?.type === 'mcp_structured_content')?.data ?? artifact?.structuredContent;
}

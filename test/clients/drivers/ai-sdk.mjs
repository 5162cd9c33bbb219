/** The AI SDK's client, by the tools it makes for a model. */
import { createMCPClient, ElicitationRequestSchema } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport as StdioTransport } from '@ai-sdk/mcp/mcp-stdio';
import { elicited, fromResult } from './sdk.mjs';

export async function connect({ command, args, env }) {
  const person = { answer: '', asked: 0 };
  const client = await createMCPClient({
    transport: new StdioTransport({ command, args, env, stderr: 'ignore' }),
    capabilities: { elicitation: {} },
  });
  client.onElicitationRequest(ElicitationRequestSchema, () => elicited(person));
  const tools = await client.tools();
  return {
    tools: async () => Object.keys(tools),
    call: async (name, values) => fromResult(await tools[name].execute(values, { toolCallId: '1', messages: [] })),
    read: async (uri) => (await client.readResource({ uri })).contents.map(({ text }) => text).join('\n'),
    prompt: async (name, values) => {
      const { messages } = await client.experimental_getPrompt({ name, arguments: values });
      return messages.map(({ content }) => content.text).join('\n');
    },
    person,
    close: () => client.close(),
  };
}

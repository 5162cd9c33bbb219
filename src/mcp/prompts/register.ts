/** Wires prompts and completions to the SDK's requests. */
import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';
import type { ServerServices } from '../services.ts';
import { complete } from './completions.ts';
import { PROMPTS } from './prompts.ts';

export function registerPrompts(server: Server, services: ServerServices): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: PROMPTS.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: args,
    })),
  }));
  server.setRequestHandler('prompts/get', (request) => {
    const prompt = PROMPTS.find((one) => one.name === request.params.name);
    if (!prompt)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no prompt of that name. Prompts: ${PROMPTS.map((one) => one.name).join(', ')}.`,
      );
    const values = request.params.arguments ?? {};
    const missing = prompt.arguments.filter((argument) => argument.required && !values[argument.name]?.trim());
    if (missing.length > 0)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `Missing: ${missing.map((argument) => argument.name).join(', ')}.`,
      );
    return {
      description: prompt.description,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: prompt.text(values) } }],
    };
  });
  server.setRequestHandler('completion/complete', async (request, ctx) => {
    const { ref, argument, context } = request.params;
    // The id of a template stands for what the word before it names.
    const ofRun = ref.type === 'ref/resource' && argument.name === 'id' && ref.uri.includes('/run/');
    const values = await complete(
      ofRun ? 'run' : argument.name,
      argument.value,
      { resource: ref.type === 'ref/resource', provider: context?.arguments?.provider },
      services,
      ctx.mcpReq.signal,
    );
    return { completion: { values: values.slice(0, 100), total: values.length, hasMore: values.length > 100 } };
  });
}

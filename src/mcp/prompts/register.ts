/** Wires prompts and completions to the SDK's requests. */
import { type CompleteRequest, ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';
import { refuseCursor } from '../one-page.ts';
import { TEMPLATES } from '../resources/resources.ts';
import type { ServerServices } from '../services.ts';
import { complete } from './completions.ts';
import { PROMPTS, type Prompt } from './prompts.ts';

export function registerPrompts(server: Server, services: ServerServices): void {
  server.setRequestHandler('prompts/list', (request) => {
    refuseCursor(request);
    const prompts = PROMPTS.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: args,
    }));
    return { prompts };
  });
  server.setRequestHandler('prompts/get', (request) => {
    const prompt = promptNamed(request.params.name);
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
    const names = argumentsOf(ref);
    if (!names.includes(argument.name))
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no argument of that name. Arguments: ${names.join(', ') || 'none'}.`,
      );
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

/** Throws what a client is told of a name that it did not get from the list. */
function promptNamed(name: string): Prompt {
  const prompt = PROMPTS.find((one) => one.name === name);
  if (prompt) return prompt;
  const names = PROMPTS.map((one) => one.name).join(', ');
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt of that name. Prompts: ${names}.`);
}

/** Names that can be completed there. */
function argumentsOf(ref: CompleteRequest['params']['ref']): string[] {
  if (ref.type === 'ref/prompt') return promptNamed(ref.name).arguments.map(({ name }) => name);
  const known = TEMPLATES.map(({ uriTemplate }) => uriTemplate);
  if (!known.includes(ref.uri))
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `There is no resource template of that URI. Templates: ${known.join(', ')}.`,
    );
  return [...ref.uri.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

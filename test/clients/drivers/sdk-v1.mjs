/** The official client of the older protocol era, which most hosts run. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { elicited, fromSdk } from './sdk.mjs';

export async function connect({ command, args, env }) {
  const person = { answer: '', asked: 0 };
  const client = new Client({ name: 'sdk-v1', version: '1.0.0' }, { capabilities: { elicitation: { form: {} } } });
  client.setRequestHandler(ElicitRequestSchema, () => elicited(person));
  await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
  return { ...fromSdk(client), person };
}

/** The official client of the newer era, which finds out the server's era by itself. */
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { elicited, fromSdk } from './sdk.mjs';

export async function connect({ command, args, env }, mode = 'auto') {
  const person = { answer: '', asked: 0 };
  const client = new Client(
    { name: 'sdk-v2', version: '1.0.0' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
  );
  client.setRequestHandler('elicitation/create', () => elicited(person));
  await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
  return { ...fromSdk(client), person };
}

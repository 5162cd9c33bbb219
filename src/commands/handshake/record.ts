/** Records the SDK's answers to the questions of an handshake. The build writes them beside the bundle. */
import { PassThrough, Writable } from 'node:stream';
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { readConfig } from '../../config.ts';
import { TOOLS } from '../../mcp/catalogue.ts';
import { createSubscriptions } from '../../mcp/resources/subscriptions.ts';
import { createServer } from '../../mcp/server.ts';
import { createContinuedReads } from '../../reading/continued-reads.ts';
import { createReading } from '../../reading/reading.ts';
import { createServices } from '../services.ts';
import type { Recorded } from './handshake.ts';

type Json = Record<string, unknown>;

const LISTS = ['tools/list', 'prompts/list', 'resources/templates/list'];
const MODERN = '2026-07-28';
const WHO = { name: 'recorder', version: '1' };

/** Asks a fresh server of `version`, once per era and version; throws when versions of one era answer differently. */
export async function recordHandshake(version: string): Promise<Recorded> {
  const asked: [string, Record<string, Json>][] = [];
  for (const one of SUPPORTED_PROTOCOL_VERSIONS) {
    const initialize = { protocolVersion: one, capabilities: {}, clientInfo: WHO };
    const results = await converse(version, [
      { method: 'initialize', params: initialize },
      ...['ping', ...LISTS].map((method) => ({ method })),
    ]);
    if (results.initialize?.protocolVersion !== one) throw new Error(`${one} is not answered with itself.`);
    asked.push([one, { ...results, initialize: { ...results.initialize, protocolVersion: '' } }]);
  }
  const [first] = asked;
  if (!first) throw new Error('The SDK supports no version.');
  const [latest, results] = first;
  for (const [other, answers] of asked) {
    if (JSON.stringify(answers) !== JSON.stringify(results)) throw new Error(`${other} answers other than ${latest}.`);
  }
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': WHO,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return {
    classic: { versions: asked.map(([one]) => one), latest, results },
    modern: {
      version: MODERN,
      results: await converse(
        version,
        ['server/discover', ...LISTS].map((method) => ({ method, params: { _meta } })),
      ),
    },
    tools: TOOLS.map(({ name, toolset, operation }) => ({ name, toolset, operation })),
  };
}

/** The results of requests put one after the other to a server in its default configuration. */
export async function converse(
  version: string,
  requests: { method: string; params?: Json }[],
  args: string[] = [],
): Promise<Record<string, Json>> {
  const config = readConfig(['serve', ...args], {});
  const services = createServices(config);
  const subscriptions = createSubscriptions({ registry: services.registry, onUpdate: () => {} });
  const stdin = new PassThrough();
  let onLine: (line: string) => void = () => {};
  const out = new Writable({
    write(chunk, _encoding, done) {
      onLine(String(chunk));
      done();
    },
  });
  const handle = serveStdio(
    () =>
      createServer({
        version,
        config,
        reading: createReading(),
        continued: createContinuedReads(),
        subscriptions,
        ...services,
      }),
    {
      transport: new StdioServerTransport(stdin, out),
    },
  );
  const results: Record<string, Json> = {};
  for (const [id, request] of requests.entries()) {
    const line = await new Promise<string>((resolve) => {
      onLine = resolve;
      stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...request })}\n`);
    });
    const answer: Json = JSON.parse(line);
    const { result } = answer;
    if (typeof result !== 'object' || result === null) throw new Error(`${request.method}: ${line}`);
    results[request.method] = { ...result };
  }
  await handle.close();
  await services.close();
  return results;
}

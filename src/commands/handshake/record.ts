/** Records the SDK's answers to the questions of a handshake. The build writes them beside the bundle. */

import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { readConfig } from '../../config/config.ts';
import { TOOLS, wireTool } from '../../mcp/catalogue.ts';
import { createSubscriptions } from '../../mcp/resources/subscriptions.ts';
import type { ServerServices } from '../../mcp/services.ts';
import type { JsonObject } from '../../model/json.ts';
import { createContinuedReads } from '../../reading/continued-reads.ts';
import { createReading } from '../../reading/reading.ts';
import { createServices } from '../services.ts';
import { openConversation, type Question } from './conversation.ts';
import type { Recorded } from './handshake.ts';

const LISTS = ['tools/list', 'prompts/list', 'resources/templates/list'];
const MODERN = '2026-07-28';
const WHO = { name: 'recorder', version: '1' };

/** Asks a fresh server of `version`, once per era and version; throws when versions of one era answer differently. */
export async function recordHandshake(version: string): Promise<Recorded> {
  const server = servicesOf(version);
  const asked: [string, Record<string, JsonObject>][] = [];
  for (const one of SUPPORTED_PROTOCOL_VERSIONS) {
    const initialize = { protocolVersion: one, capabilities: {}, clientInfo: WHO };
    const results = await converse(server, [
      { method: 'initialize', params: initialize },
      ...['ping', ...LISTS].map((method) => ({ method })),
    ]);
    if (results.initialize?.protocolVersion !== one) throw new Error(`${one} is not answered with itself.`);
    asked.push([one, { ...withoutTools(results), initialize: { ...results.initialize, protocolVersion: '' } }]);
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
      results: withoutTools(
        await converse(
          server,
          ['server/discover', ...LISTS].map((method) => ({ method, params: { _meta } })),
        ),
      ),
    },
    tools: TOOLS.map((tool) => ({
      name: tool.name,
      toolset: tool.toolset,
      operation: tool.operation,
      wire: wireTool(tool),
    })),
  };
}

/** The results, by method, of requests put one after the other to a new server. */
export async function converse(
  services: ServerServices,
  questions: readonly Question[],
): Promise<Record<string, JsonObject>> {
  const conversation = openConversation(services);
  const results: Record<string, JsonObject> = {};
  for (const question of questions) results[question.method] = await conversation.ask(question);
  await conversation.close();
  return results;
}

/** What a server in the configuration of `args` works with. */
export function servicesOf(version: string, args: readonly string[] = []): ServerServices {
  const config = readConfig(['serve', ...args], {});
  const services = createServices(config);
  return {
    version,
    config,
    reading: createReading(),
    continued: createContinuedReads(),
    subscriptions: createSubscriptions({ registry: services.registry, onUpdate: () => {} }),
    ...services,
  };
}

/** The answers with the tools taken out of the list of tools; throws when they are not the catalogue's. */
function withoutTools(results: Record<string, JsonObject>): Record<string, JsonObject> {
  const { tools, ...rest } = results['tools/list'] ?? {};
  if (JSON.stringify(tools) !== JSON.stringify(TOOLS.map(wireTool))) throw new Error('tools/list shows other tools.');
  return { ...results, 'tools/list': rest };
}

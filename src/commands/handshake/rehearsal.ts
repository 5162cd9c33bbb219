/**
 * A server that nothing is connected to: what it was asked once, the real one answers several times as fast. Its platforms
 * are the configured ones over an HTTP client that sends nothing; the keychain is not asked for more.
 */
import { DEFAULTS } from '../../config.ts';
import { createLog } from '../../http/log.ts';
import { createRedactor } from '../../http/secrets/redact.ts';
import type { VendorHttp } from '../../http/types.ts';
import { createSubscriptions } from '../../mcp/resources/subscriptions.ts';
import type { ServerServices } from '../../mcp/services.ts';
import { Problem } from '../../model/problem.ts';
import type { ProviderDefinition } from '../../providers/provider.ts';
import { createRegistry, PROVIDERS } from '../../providers/registry.ts';
import { createContinuedReads } from '../../reading/continued-reads.ts';
import { createReading } from '../../reading/reading.ts';
import { type Conversation, openConversation } from './conversation.ts';

export function openRehearsal(parts: Pick<ServerServices, 'version' | 'config' | 'wireTools'>): Conversation {
  const redactor = createRedactor();
  const registry = createRegistry({
    settings: async () => ({ env: parts.config.env }),
    defaults: DEFAULTS,
    registerSecret: redactor.register,
    providers: PROVIDERS.map(({ load, ...platform }) => ({ ...platform, load: async () => unplugged(await load()) })),
  });
  return openConversation({
    ...parts,
    registry,
    reading: createReading(),
    continued: createContinuedReads(),
    subscriptions: createSubscriptions({ registry, onUpdate: () => {} }),
    starter: async () => {
      throw new Problem('internal', 'Nothing is started in a rehearsal.');
    },
    log: createLog('silent', redactor),
    redact: redactor.redact,
  });
}

function unplugged(definition: ProviderDefinition): ProviderDefinition {
  return {
    ...definition,
    configure: (env, deps) =>
      definition.configure(env, { ...deps, createHttp: ({ provider }) => emptyHttp(`${provider}.invalid`) }),
  };
}

/** Answers every request with an empty object, and sends none. */
function emptyHttp(host: string): VendorHttp {
  return {
    origin: `https://${host}`,
    host,
    sent: new Map(),
    request: async () => ({ status: 200, headers: {}, body: {} }),
    async *lines() {},
    close: async () => {},
  };
}

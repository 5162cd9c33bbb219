/**
 * A server that no client is connected to. What it is asked runs, before a client asks for it, the code that a first call
 * runs. Its platforms are those of the environment, over connections in memory; the keychain is not asked for more.
 */

import { Duplex } from 'node:stream';
import { DEFAULTS } from '../../config/settings.ts';
import { createVendorHttp } from '../../http/client.ts';
import type { Connector } from '../../http/connector.ts';
import { createLog } from '../../http/log.ts';
import { createRedactor } from '../../http/secrets/redact.ts';
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
    modes: async () => {
      throw new Error('the rehearsal reads no book');
    },
    changer: async () => {
      throw new Problem('internal', 'Nothing is changed in a rehearsal.');
    },
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
      definition.configure(env, {
        ...deps,
        createHttp: (options) => createVendorHttp(options, { connector: connectMemory }),
      }),
  };
}

const EMPTY = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

/** A connection on which every request is answered with an empty object, and that leads nowhere. */
const connectMemory: Connector = (_options, connected) => {
  const connection = new Duplex({
    read() {},
    write(_request, _encoding, done) {
      this.push(EMPTY);
      done();
    },
  });
  // @ts-expect-error: undici is content with a stream where its types ask for a socket.
  queueMicrotask(() => connected(null, connection));
};

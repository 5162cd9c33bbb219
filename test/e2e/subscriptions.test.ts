/** Subscribing to a running session yields updates, in both protocol eras. */
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { type Connected, connect, ERAS } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { until } from '../support/waiting.ts';

async function start(server: Connected): Promise<string> {
  const tests = list((await server.call('list_tests', { provider: 'synthflow', kind: 'suite' })).data.tests);
  return text((await server.call('start_simulation', { test: text(at(tests[0], 'ref')) })).data.session);
}

describe.each(ERAS)('client %s', (era) => {
  it('is told when a subscribed session changes, and not after it unsubscribed', async () => {
    const server = await connect({ era, args: ['serve', '--sandbox', '--speed', '20'] });
    const updates: string[] = [];
    try {
      const uri = `simulation://${await start(server)}`;
      const { client } = server;
      let stop: () => Promise<unknown>;
      if (client instanceof ClassicClient) {
        client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updates.push(params.uri));
        await client.subscribeResource({ uri });
        stop = () => client.unsubscribeResource({ uri });
      } else if (client instanceof ModernClient) {
        client.setNotificationHandler('notifications/resources/updated', ({ params }) => void updates.push(params.uri));
        const subscription = await client.listen({ resourceSubscriptions: [uri] });
        stop = () => subscription.close();
      } else throw new Error('unknown client');
      await until('an update comes', () => updates.length > 0);
      expect(new Set(updates)).toEqual(new Set([uri]));
      await stop();
    } finally {
      await server.close();
    }
  });
});

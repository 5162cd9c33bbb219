/**
 * In the 2026-07-28 era the SDK's stdio entry answers `subscriptions/listen` by itself and tells the server nothing. This
 * transport passes every message through and notes which session resources a client listens to.
 */
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import type { Subscriptions } from './subscriptions.ts';

export function listenTransport(
  inner: Transport,
  subscriptions: Pick<Subscriptions, 'subscribe' | 'unsubscribe'>,
): Transport {
  const outer: Transport = {
    async start() {
      inner.onmessage = (message, extra) => {
        note(message, subscriptions);
        outer.onmessage?.(message, extra);
      };
      inner.onclose = () => outer.onclose?.();
      inner.onerror = (error) => outer.onerror?.(error);
      await inner.start();
    },
    send: (message, options) => inner.send(message, options),
    close: () => inner.close(),
    setProtocolVersion: (version) => inner.setProtocolVersion?.(version),
  };
  return outer;
}

function note(message: JSONRPCMessage, subscriptions: Pick<Subscriptions, 'subscribe' | 'unsubscribe'>): void {
  if (!('method' in message)) return;
  const params: Record<string, unknown> = message.params ?? {};
  if (message.method === 'subscriptions/listen' && 'id' in message) {
    const filter = params.notifications;
    const uris =
      typeof filter === 'object' && filter !== null && 'resourceSubscriptions' in filter
        ? filter.resourceSubscriptions
        : undefined;
    if (Array.isArray(uris))
      subscriptions.subscribe(
        `listen ${String(message.id)}`,
        uris.filter((uri) => typeof uri === 'string'),
      );
  } else if (message.method === 'notifications/cancelled') {
    subscriptions.unsubscribe(`listen ${String(params.requestId)}`);
  }
}

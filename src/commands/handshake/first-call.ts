/** What a first call needs and can be prepared without it: code that is loaded, and code that has run once. */
import type { ServerServices } from '../../mcp/services.ts';
import type { Conversation, Question } from './conversation.ts';

const REHEARSED: readonly Question[] = [
  {
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'rehearsal', version: '1' } },
  },
  { method: 'tools/list' },
  { method: 'tools/call', params: { name: 'list_providers' } },
  { method: 'tools/call', params: { name: 'list_sessions' } },
];

/**
 * Steps of some 10 ms each, those that buy most first. None of them opens a connection, prints, or looks at the keychain
 * or the home.
 */
export function firstCallSteps(parts: Pick<ServerServices, 'version' | 'config' | 'wireTools'>): (() => unknown)[] {
  let rehearsal: Promise<Conversation> | undefined;
  const rehearse = (question: Question) => async () => {
    rehearsal ??= import('./rehearsal.ts').then(({ openRehearsal }) => openRehearsal(parts));
    await (await rehearsal).ask(question);
  };
  return [
    () => import('../../model/schemas.ts'),
    () => import('../../mcp/elicitation.ts'),
    () => import('../../mcp/catalogue.ts'),
    () => import('../serve.ts'),
    () => import('../../http/client.ts'),
    async () => {
      const { PROVIDERS } = await import('../../providers/registry.ts');
      await Promise.all(PROVIDERS.map(({ load }) => load()));
    },
    () => import('../keychain.ts'),
    ...REHEARSED.map(rehearse),
    () => import('../../analysis/digest.ts'),
    async () => (await rehearsal)?.close(),
  ];
}

/** Which vendor operations a provider can send, where its record is not made of its rows yet. */
import { ENDPOINTS as FUTUREAGI } from '../../src/providers/futureagi/endpoints.ts';

/** `METHOD /template` of everything that this provider can send. */
export async function clientOperations(provider: string): Promise<Set<string>> {
  if (provider === 'futureagi') return new Set(Object.values(FUTUREAGI).map(({ request }) => request));
  throw new Error(`No rows of ${provider} are known here.`);
}

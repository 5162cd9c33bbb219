/** A vendor's client without a network: `answer` gives the body of each request, or throws. */
import type { VendorHttp, VendorRequest } from '../../../src/http/types.ts';

export function httpOf(answer: (request: VendorRequest) => unknown): VendorHttp {
  return {
    origin: 'http://x',
    host: 'x',
    sent: new Map(),
    request: async (request) => ({ status: 200, headers: {}, body: await answer(request) }),
    lines: () => {
      throw new Error('Cognigy streams nothing.');
    },
    close: async () => undefined,
  };
}

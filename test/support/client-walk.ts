/** Which vendor operations a provider's client can send: every function of it is called over a client that sends nothing. */
import type { VendorHttp } from '../../src/http/types.ts';
import { createSimulatorClient } from '../../src/providers/cognigy/client.ts';
import { createMainApi, type NamedKind } from '../../src/providers/cognigy/main-api.ts';
import { ENDPOINTS as FUTUREAGI } from '../../src/providers/futureagi/endpoints.ts';

/** Every kind the main API of Cognigy is asked for; the type keeps it whole. */
const KINDS: Record<NamedKind, true> = {
  flows: true,
  locales: true,
  largelanguagemodels: true,
  snapshots: true,
  aiagents: true,
};
const MOST_ARGUMENTS = 4;
const { signal } = new AbortController();

/** `METHOD /template` of everything the client of this provider can send. */
export async function clientOperations(provider: string): Promise<Set<string>> {
  if (provider === 'futureagi') return new Set(Object.values(FUTUREAGI).map(({ request }) => request));
  const sent = new Set<string>();
  const http = note(sent);
  if (provider === 'cognigy') {
    await walk(createSimulatorClient(http, async () => 'x'));
    const api = createMainApi(http);
    await quietly(api.projects(signal));
    for (const kind of Object.keys(KINDS)) if (isKind(kind)) await quietly(api.all(kind, 'x', signal));
  } else throw new Error(`No client of ${provider} is known here.`);
  return sent;
}

function isKind(text: string): text is NamedKind {
  return Object.hasOwn(KINDS, text);
}

/** Notes what it is asked to send. */
function note(sent: Set<string>): VendorHttp {
  return {
    origin: 'http://nowhere.invalid',
    host: 'nowhere.invalid',
    sent: new Map(),
    async request({ method, path }) {
      sent.add(`${method} ${path}`);
      return { status: 200, headers: {}, body: {} };
    },
    async *lines({ method, path }) {
      sent.add(`${method} ${path}`);
      yield {};
    },
    close: async () => undefined,
  };
}

/** Calls every function in a record of functions, and in the records these return. */
async function walk(record: unknown): Promise<void> {
  if (typeof record !== 'object' || record === null) return;
  for (const member of Object.values(record)) {
    if (typeof member !== 'function') await walk(member);
    else {
      const result: unknown = member.apply(record, Array(MOST_ARGUMENTS).fill('x'));
      if (isIterable(result)) await quietly(result[Symbol.asyncIterator]().next());
      else if (result instanceof Promise) await quietly(result);
      else await walk(result);
    }
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Nothing sensible is answered, so most calls end in an error; what counts is what they sent. */
async function quietly(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => undefined);
}

/** The dialect without a socket, with a clock that the test moves. */
import { createCognigyDialect } from '../../../../src/sandbox/dialects/cognigy/index.ts';
import type { CognigySwitches } from '../../../../src/sandbox/dialects/cognigy/switches.ts';
import { PROJECT } from '../../../../src/sandbox/dialects/cognigy/world.ts';
import { createEngine } from '../../../../src/sandbox/engine/engine.ts';
import type { EngineOptions } from '../../../../src/sandbox/engine/types.ts';
import { SHIPPED_PLAYBOOK } from '../../../../src/sandbox/shipped.ts';

export { PROJECT };
export const KEY = 'sandbox-cognigy-key';

/** The members that tests look into; which of them an answer has, each test knows. */
interface Item {
  [member: string]: unknown;
  id: string;
  _id: string;
  referenceId: string;
  name: string;
  status: string;
  runs: number;
  simulationReference: string;
  createdAt: number;
  expiresAt: string;
  turns: { text: string }[];
  successCriteria: unknown[];
  metrics: { successRate: { denominator: number }; results: { reasoning: string }[] };
  batchMetrics: { runResults: { succeeded: number; failed: number } };
}
interface Body extends Item {
  data: [Item, ...Item[]];
  items: [Item, ...Item[]];
  pagination: unknown;
  total: number;
  code: unknown;
  nextCursor: unknown;
}

export interface Answer {
  status: number;
  type: string;
  body: Body;
}

export function open(switches: Partial<CognigySwitches> = {}, options: Partial<EngineOptions> = {}) {
  const clock = { now: Date.parse('2026-11-20T08:00:00Z') };
  const engine = createEngine({ playbook: SHIPPED_PLAYBOOK, seed: 7, speed: 1, now: () => clock.now, ...options });
  const dialect = createCognigyDialect(engine, switches);
  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { 'x-api-key': KEY },
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await dialect.fetch(
      new Request(`http://sandbox${path}`, {
        method,
        headers: {
          ...headers,
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(text.length) }),
        },
        ...(text === undefined ? {} : { body: text }),
      }),
    );
    const read = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, type, body: type.includes('json') && read !== '' ? JSON.parse(read) : read };
  }
  const get = (path: string) => ask('GET', `${path}${path.includes('?') ? '&' : '?'}projectId=${PROJECT}`);
  const post = (path: string, body?: unknown) => ask('POST', `${path}?projectId=${PROJECT}`, body);
  return { clock, engine, dialect, ask, get, post };
}

/** What a run takes, by reference. */
export async function runBody({ get }: ReturnType<typeof open>, runs = 3) {
  const [flows, models] = [await get('/new/v2.0/flows'), await get('/new/v2.0/largelanguagemodels')];
  return {
    name: 'nightly',
    projectReference: PROJECT,
    runConfig: {
      flowReferenceId: flows.body.items[0].referenceId,
      entrypoint: PROJECT,
      largeLanguageModelReferenceId: models.body.items[0].referenceId,
    },
    numberOfExecutions: runs,
  };
}

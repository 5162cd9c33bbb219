/** The dialect without sockets. */
import { createFutureAgiDialect, type FutureAgiDialect } from '../../../../src/sandbox/dialects/futureagi/index.ts';
import { createEngine } from '../../../../src/sandbox/engine/engine.ts';
import type { Engine, EngineOptions } from '../../../../src/sandbox/engine/types.ts';
import { type Seed, withFixtures } from '../../../contract/futureagi/fixtures-world.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // Tests look into answers of many shapes by path.
  at(path: string): unknown;
  body: unknown;
}

export interface Served {
  dialect: FutureAgiDialect & { seed: Seed };
  engine: Engine;
  now: number;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
}

export const KEYS = { 'X-Api-Key': 'sandbox-futureagi-key', 'X-Secret-Key': 'sandbox-futureagi-secret' };
export const RUNS = '/sdk/api/v1/simulation/runs/';

export function serve(options: Partial<EngineOptions> = {}): Served {
  const clock = { now: Date.parse('2026-06-01T12:00:00Z') };
  const engine = createEngine({
    playbook: 'src/sandbox/playbook.md',
    seed: 3,
    speed: 30,
    now: () => clock.now,
    ...options,
  });
  const dialect = withFixtures(createFutureAgiDialect(engine));
  const answer = async (request: Request): Promise<Answer> => {
    const response = await dialect.fetch(request);
    const text = await response.text();
    let body: unknown = text;
    try {
      body = JSON.parse(text);
    } catch {
      // HTML and empty bodies stay text.
    }
    return { status: response.status, headers: response.headers, body, at: (path) => lookUp(body, path) };
  };
  return Object.assign(clock, {
    dialect,
    engine,
    get: (path: string, headers: Record<string, string> = KEYS) =>
      answer(new Request(`http://127.0.0.1${path}`, { headers })),
    post: (path: string, body: unknown = {}) =>
      answer(new Request(`http://127.0.0.1${path}`, { method: 'POST', headers: KEYS, body: JSON.stringify(body) })),
  });
}

/** The value at a dotted path. */
function lookUp(value: unknown, path: string): unknown {
  let here = value;
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here;
}

/** Future AGI's HTTP API over the sandbox's engine. */
import { Hono } from 'hono';
import type { Dialect, Engine } from '../../engine/types.ts';
import { agentDefinitionRoutes } from './agent-definitions.ts';
import { analyticsRoutes } from './analytics.ts';
import { createDefinitionStore } from './definition-store.ts';
import { errorBody, Refusal } from './errors.ts';
import { executionRoutes } from './executions.ts';
import { createMeddling } from './meddling.ts';
import { promptSimulationRoutes } from './prompt-simulations.ts';
import { createPromptStore } from './prompt-store.ts';
import { promptTemplateRoutes } from './prompt-templates.ts';
import type { Execution } from './records.ts';
import { runTestRoutes } from './run-tests.ts';
import { createSimulationStore } from './simulation-store.ts';
import { createStore } from './store.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { createWorld, DIALECT, suitesOf } from './world.ts';

const PREFIX = '/futureagi';
const REMEMBERED = 2_000;
const CREDENTIALS = { FI_API_KEY: 'sandbox-futureagi-key', FI_SECRET_KEY: 'sandbox-futureagi-secret' };

export interface FutureAgiDialect extends Dialect {
  /** Read at every request: change them while it serves. */
  readonly switches: Switches;
  /** Adds an execution and its run test beside the engine's, in place of those of the same ids. */
  add(execution: Execution): void;
  /** Of the engine's clock, ms since the epoch. */
  now(): number;
  /** The latest requests, `METHOD path?query`. */
  readonly requests: readonly string[];
}

/** Serves the families of operations under `/futureagi`, with or without that prefix in the path. */
export function createFutureAgiDialect(engine: Engine): FutureAgiDialect {
  const switches = defaultSwitches();
  const suites = suitesOf(engine);
  const prompts = createPromptStore(engine);
  const definitions = createDefinitionStore(engine, switches);
  const simulations = createSimulationStore(engine, prompts, suites);
  const store = createStore(
    createWorld(engine, suites, { prompts, definitions, simulations }, switches),
    engine,
    switches,
  );
  const meddling = createMeddling(prompts, definitions, switches);
  const requests: string[] = [];
  let answered = 0;

  const refuse = (refusal: Refusal, headers: Record<string, string> = {}) =>
    Response.json(errorBody(refusal, switches), { status: refusal.status, headers });

  /** The order of the vendor: rate limit, then authentication, then everything else. */
  const gate = (request: Request): Response | undefined => {
    const fault = switches.faults.shift();
    if (fault !== undefined) {
      return new Response(`<html><body><h1>${fault}</h1></body></html>`, {
        status: fault,
        headers: { 'content-type': 'text/html' },
      });
    }
    const limit = switches.rate_limit;
    if (limit && answered >= limit.after && limit.refusals > 0) {
      limit.refusals -= 1;
      return limited(limit);
    }
    answered += 1;
    const { headers } = request;
    if (headers.has('authorization')) {
      return refuse(new Refusal(401, 'Invalid Token parsed: not a login token'), { 'WWW-Authenticate': 'ApiKey' });
    }
    const [key, secret] = [headers.get('x-api-key'), headers.get('x-secret-key')];
    if (!key || !secret) {
      const text = 'Authentication credentials were not provided.';
      const refusal = new Refusal(401, text, { code: 'not_authenticated', details: { detail: [text] } });
      return refuse(refusal, { 'WWW-Authenticate': 'ApiKey' });
    }
    if (key !== CREDENTIALS.FI_API_KEY || secret !== CREDENTIALS.FI_SECRET_KEY)
      return refuse(new Refusal(401, 'Invalid API key or secret key'), { 'WWW-Authenticate': 'ApiKey' });
    const { pathname } = new URL(request.url);
    if (!pathname.endsWith('/')) {
      // The framework redirects a read and cannot do so with a body.
      if (request.method !== 'GET') return refuse(new Refusal(500, 'The path needs a trailing slash.'));
      return new Response(null, { status: 301, headers: { location: `${pathname}/` } });
    }
    if (switches.missing_views.some((view) => pathname.endsWith(`${view}/`)))
      return refuse(new Refusal(404, 'Not found.'));
    return undefined;
  };

  const limited = (limit: NonNullable<Switches['rate_limit']>): Response => {
    const retry = { 'Retry-After': String(limit.retry_after) };
    if (limit.form === 'code') {
      const message = 'Rate limit exceeded: 100 api requests per minute';
      const result = { code: 'RATE_LIMITED', message, retry_after: limit.retry_after };
      return Response.json({ status: false, result }, { status: 429, headers: retry });
    }
    const headers = {
      'X-RateLimit-Limit': '100',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(limit.retry_after),
    };
    const refusal = new Refusal(429, 'Too many requests.', { code: 'rate_limited' });
    return refuse(refusal, limit.form === 'docs' ? { ...retry, ...headers } : retry);
  };

  const api = new Hono();
  api.route('/sdk/api/v1/simulation', analyticsRoutes(store, switches));
  api.route('/simulate', runTestRoutes(store, switches));
  api.route('/simulate', executionRoutes(store, switches));
  api.route('/simulate', agentDefinitionRoutes(definitions, switches, meddling));
  api.route('/simulate', promptSimulationRoutes({ store, prompts, simulations }, switches));
  api.route('/model-hub', promptTemplateRoutes(prompts, switches, meddling));
  const root = new Hono({ strict: true });
  root.route(PREFIX, api);
  root.route('/', api);
  root.notFound(() => refuse(new Refusal(404, 'Not found.')));
  root.onError((error) => refuse(error instanceof Refusal ? error : new Refusal(500, 'Internal server error.')));

  return {
    id: DIALECT,
    prefix: PREFIX,
    credentials: CREDENTIALS,
    switches,
    add: store.add,
    now: store.now,
    requests,
    fetch(request) {
      const url = new URL(request.url);
      if (requests.length >= REMEMBERED) requests.shift();
      requests.push(`${request.method} ${url.pathname.replace(PREFIX, '')}${url.search}`);
      return gate(request) ?? root.fetch(request);
    },
  };
}
